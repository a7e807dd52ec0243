/** `cartwright create-admin`: creates an administrator account. */
import { contract, describeIssues } from '@cartwright/contracts';
import { createAdmin, hasAdministrator } from '@cartwright/core/accounts';
import { DomainError, system, type Core } from '@cartwright/core/kernel';
import { readArguments, assertNoMoreArguments, UsageError, withShop, type Command, type ExitCode } from './command.ts';
import type { Io } from './io.ts';

const passwordVariable = 'CARTWRIGHT_ADMIN_PASSWORD';
const fields = contract.auth.createOwner.input.shape;

const help = `Usage: npm run cartwright -- create-admin [options]

Creates an administrator account. The first administrator is the owner of the shop; every administrator has users:manage.

Options:
  --email <address>      the e-mail address to sign in with; asked for if it is missing
  --first-name <name>    shown to other staff; default "Shop"
  --last-name <name>     default "Owner"
  --promote              if a customer or staff account has this address, makes it an administrator: replaces its
                         password and ends all its sessions
  --json                 prints the result as JSON

The password must have at least 15 characters. It is asked for twice and not shown. Without a terminal it is read from
${passwordVariable}, or else from the first line of standard input:

  npm run --silent cartwright -- create-admin --email ada@example.com < password-file`;

const options = {
  email: { type: 'string' },
  'first-name': { type: 'string', default: 'Shop' },
  'last-name': { type: 'string', default: 'Owner' },
  promote: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const check = (name: 'email' | 'firstName' | 'lastName', value: string): string => {
  const parsed = fields[name].safeParse(value);
  if (parsed.success) return parsed.data;
  const option = { email: '--email', firstName: '--first-name', lastName: '--last-name' }[name];
  const [field] = describeIssues(fields[name], parsed.error, value).fields;
  throw new UsageError(`${option} ${field?.message ?? 'is not valid'}`);
};

const readEmail = async (given: string | undefined, io: Io): Promise<string> => {
  if (given !== undefined) return check('email', given);
  if (!io.isInteractive) throw new UsageError('--email is missing');
  for (;;) {
    const parsed = fields.email.safeParse(await io.ask('E-mail address: '));
    if (parsed.success) return parsed.data;
    io.complain('That is not an e-mail address.');
  }
};

const askPassword = async (io: Io): Promise<string> => {
  for (;;) {
    const password = await io.askHidden('Password (15 characters or more, not shown): ');
    if ((await io.askHidden('Repeat the password: ')) === password) return password;
    io.complain('The two passwords differ.');
  }
};
const readPassword = async (io: Io): Promise<string> => {
  const given = io.env[passwordVariable] || (io.isInteractive ? await askPassword(io) : await io.readLine());
  if (!given) throw new UsageError(`No password was given. Set ${passwordVariable}, or write the password to standard input`);
  return given;
};

interface AccountRequest {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly promote: boolean;
}

/** Creates the account. On a terminal it asks again after a weak password, and asks before it promotes an existing account. */
const create = async (core: Core, request: AccountRequest, password: string, io: Io): ReturnType<typeof createAdmin> => {
  try {
    return await createAdmin(core, system('cli'), { ...request, password });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const mayAskAgain = io.isInteractive && !io.env[passwordVariable];
    if (error.code === 'WEAK_PASSWORD' && mayAskAgain) {
      io.complain(error.message);
      return create(core, request, await askPassword(io), io);
    }
    const role = error.details?.['role'];
    if (error.code !== 'EMAIL_TAKEN' || role === 'admin' || !mayAskAgain) throw error;
    const answer = await io.ask(
      `This address belongs to a ${String(role)} account. Make it an administrator? Its password is replaced and its sessions end. [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer)) throw error;
    return create(core, { ...request, promote: true }, password, io);
  }
};

const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  if (args.some((arg) => /^--password(=|$)/.test(arg)))
    throw new UsageError(
      `Every user of the machine can see a password on the command line. Set ${passwordVariable}, or write the password to standard input`,
    );
  const { values, positionals } = readArguments(args, options);
  assertNoMoreArguments(positionals);
  const names = { firstName: check('firstName', values['first-name']), lastName: check('lastName', values['last-name']) };
  if (values.email !== undefined) check('email', values.email);
  return withShop<ExitCode>(io, async (core) => {
    const isFirst = !(await hasAdministrator(core));
    const email = await readEmail(values.email, io);
    const password = await readPassword(io);
    const { userId, outcome } = await create(core, { email, ...names, promote: values.promote }, password, io);
    const url = `${core.config.publicUrl.replace(/\/$/, '')}/admin/`;
    if (values.json) io.say(JSON.stringify({ ok: true, userId, email, outcome, owner: isFirst }));
    else
      io.say(
        (
          `${email} is ${outcome === 'promoted' ? 'now' : ''} ${isFirst ? 'the owner' : 'an administrator'} of this shop. ` +
          `Sign in at ${url}`
        ).replace('  ', ' '),
      );
    return 0;
  });
};

/** `cartwright create-admin`: the first account of staff. */
export const createAdminCommand: Command = { name: 'create-admin', summary: 'create an administrator account', help, run };
