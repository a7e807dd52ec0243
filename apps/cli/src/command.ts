/** The interface of a command, and helpers that the commands share. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { assertServable, closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig, type Core, type CoreConfig } from '@cartwright/core/kernel';
import { pino } from 'pino';
import type { Io } from './io.ts';

/** 0: no problem; 1: a problem of the shop or the machine; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A command of `cartwright`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  run(args: readonly string[], io: Io): Promise<ExitCode>;
}

/** The command was called with wrong arguments. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Parses arguments with Node's parser. Throws `UsageError` for invalid arguments and for control characters. */
export const readArguments = <O extends Options>(args: readonly string[], options: O) => {
  const odd = args.findIndex((arg) => /\p{Cc}/u.test(arg));
  if (odd !== -1) throw new UsageError(`Argument ${odd + 1} contains a control character, such as NUL or a line break`);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Drops the parser's hint about `--`, which does not apply here.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error));
  }
};

/** Throws `UsageError` if there are further arguments. */
export const assertNoMoreArguments = (words: readonly string[]): void => {
  if (words[0] !== undefined) throw new UsageError(`Unexpected argument '${words[0]}'`);
};

/** Runs `work` with the shop of the environment. Its log goes to standard error. */
export const withCore = async <T>({ env }: Io, work: (core: Core) => Promise<T>): Promise<T> => {
  const config: CoreConfig = { ...loadConfig(env), logLevel: 'warn', databasePoolSize: 4 };
  const core = await createCore(config, { applicationName: 'cartwright-cli', log: pino({ level: 'error' }, pino.destination(2)) });
  try {
    return await work(core);
  } finally {
    await closeCore(core);
  }
};

/** As `withCore`, for commands that need a migrated database and its secret. */
export const withShop = <T>(io: Io, work: (core: Core) => Promise<T>): Promise<T> =>
  withCore(io, async (core) => {
    await assertServable(core);
    return work(core);
  });
