import { ConfigError, DomainError, InternalRefusal, isDatabaseUnavailable, SecretMismatch } from '@cartwright/core/kernel';
import { UsageError, type Command, type ExitCode } from './command.ts';
import { consumersCommand } from './consumers.ts';
import { createAdminCommand } from './create-admin.ts';
import { doctorCommand } from './doctor.ts';
import { invariantsCommand } from './invariants.ts';
import { Interrupted, type Io } from './io.ts';
import { migrateCommand } from './migrate.ts';
import { repairStockCommand } from './repair-stock.ts';

const commands: readonly Command[] = [
  createAdminCommand,
  migrateCommand,
  doctorCommand,
  invariantsCommand,
  repairStockCommand,
  consumersCommand,
];

const help = `Usage: npm run cartwright -- <command> [options]

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`).join('\n')}

Settings come from the environment, as for the API. \`<command> --help\` shows the options of a command.
Exit codes: 0 no problem, 1 a problem was found, 2 wrong usage.`;

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help';

/** The message for an expected error; null for an unexpected one. */
const explain = (error: unknown): string | null => {
  if (error instanceof ConfigError || error instanceof SecretMismatch || error instanceof InternalRefusal) return error.message;
  if (error instanceof DomainError) {
    // The message of every other code already contains what its fields say.
    const fields = error.code === 'INVALID_INPUT' ? (error.fields ?? []) : [];
    return [error.message, ...fields.map(({ path, message }) => `  ${path} ${message}`)].join('\n');
  }
  if (error instanceof Interrupted) return 'Cancelled. Nothing was changed.';
  if (isDatabaseUnavailable(error)) return `The database of DATABASE_URL cannot be reached: ${error instanceof Error ? error.message : ''}`;
  return pgRefusal(error);
};
/** PostgreSQL's own message for errors in the connection settings: a wrong password, role or database, or a missing privilege. */
const pgRefusal = (error: unknown): string | null => {
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: null, message: '' };
  return typeof code === 'string' && /^(28|3D|42501)/.test(code) ? `PostgreSQL refuses: ${message}` : null;
};

const fail = (error: unknown, io: Io, { name, json }: { name: string; json: boolean }): ExitCode => {
  if (error instanceof UsageError) {
    io.complain(`${error.message}. See: npm run cartwright -- ${name} --help`);
    return 2;
  }
  const explained = explain(error);
  const message = explained ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  const isRefusal = error instanceof DomainError || error instanceof InternalRefusal;
  if (json) io.say(JSON.stringify({ ok: false, code: isRefusal ? error.code : 'FAILED', message }));
  else io.complain(message);
  return 1;
};

/** Runs one command and returns the exit code of the process. */
export const runCommandLine = async ([name, ...args]: readonly string[], io: Io): Promise<ExitCode> => {
  if (name === undefined || isHelp(name)) {
    io.say(help);
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) {
    io.complain(`Unknown command '${name}'.\n\n${help}`);
    return 2;
  }
  if (args.some(isHelp)) {
    io.say(command.help);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    return fail(error, io, { name, json: args.includes('--json') });
  }
};
