/** Runs the command line in this process as its own process does, on the database of a shop. */
import { claimInstallation } from '@cartwright/core/kernel';
import { createTestShop, testSecret, there, type TestShop } from '@cartwright/testing';
import { afterAll } from 'vitest';
import { runCommandLine, type Io } from '../src/index.ts';

export interface CliRun {
  readonly code: Awaited<ReturnType<typeof runCommandLine>>;
  readonly out: string;
  readonly err: string;
}
interface Keyboard {
  readonly env?: NodeJS.ProcessEnv;
  /** Answers to the questions, in order. Without it there is no terminal. */
  readonly typed?: string[];
  readonly stdin?: string;
}
/** Runs the command line. Returns its exit code and output. */
export const runCli = async (url: string, args: string[], { env = {}, typed, stdin }: Keyboard = {}): Promise<CliRun> => {
  const out: string[] = [];
  const err: string[] = [];
  const next = async (question: string): Promise<string> => {
    err.push(question);
    return there(typed?.shift());
  };
  const io: Io = {
    env: { CARTWRIGHT_ENV: 'test', CARTWRIGHT_SECRET: testSecret, DATABASE_URL: url, PUBLIC_URL: 'https://shop.example', ...env },
    isInteractive: typed !== undefined,
    say: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    ask: next,
    askHidden: next,
    readLine: async () => stdin ?? null,
  };
  const code = await runCommandLine(args, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

export const password = 'seven green umbrellas sing';

export interface CliShop {
  readonly shop: TestShop;
  rowsOf(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}
/** A shop whose database is bound to its secret, for all tests of a file. */
export const aCliShop = async (): Promise<CliShop> => {
  const shop = await createTestShop();
  afterAll(() => shop.close());
  await claimInstallation(shop.core);
  return {
    shop,
    rowsOf: async (statement, values = []) => (await shop.core.database.pool.query<Record<string, unknown>>(statement, values)).rows,
  };
};
