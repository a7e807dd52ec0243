/** Starts API and worker as processes of the built code, which can be stopped and killed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
/** A running process. */
export interface ShopProcess {
  readonly pid: number;
  /** The URL at which the process listens. */
  readonly url: string;
  /** Resolves when the process has ended, for any reason. */
  readonly ended: Promise<ProcessEnd>;
  /** Everything that the process has written so far. */
  output(): string;
  /** Sends a signal without waiting. Does nothing after the process has ended. */
  signal(name: NodeJS.Signals): void;
  /** Stops the process with SIGTERM; returns how it ended. */
  stop(): Promise<ProcessEnd>;
  /** Ends the process with SIGKILL. */
  kill(): Promise<ProcessEnd>;
}

/** The settings of a shop that its processes need. */
export interface ShopOnDatabase {
  readonly url: string;
  readonly config: { readonly secret: string; readonly redisUrl: string | null; readonly redisPrefix: string };
}

const root = path.resolve(import.meta.dirname, '../../..');
const startTimeoutMs = 120_000;

const recordFile = process.env['EXECUTED_PROCEDURES_FILE'];
/** Makes a process record the procedures that it executes, as the tests themselves do. Empty when nothing is recorded. */
const recording: NodeJS.ProcessEnv = recordFile
  ? {
      EXECUTED_PROCEDURES_FILE: recordFile,
      NODE_OPTIONS: `--import=${pathToFileURL(path.join(import.meta.dirname, 'setup/record-procedures.ts')).href}`,
    }
  : {};

/** The environment of a process on the database of a test, with the changes of the test. */
const environmentOf = (shop: ShopOnDatabase, changes: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  CARTWRIGHT_ENV: 'test',
  CARTWRIGHT_SECRET: shop.config.secret,
  DATABASE_URL: shop.url,
  DATABASE_POOL_SIZE: '10',
  ...(shop.config.redisUrl && { REDIS_URL: shop.config.redisUrl, REDIS_PREFIX: shop.config.redisPrefix }),
  RATE_LIMIT_FACTOR: '100000',
  LOG_LEVEL: 'info',
  HOST: '127.0.0.1',
  PORT: '0',
  WORKER_PORT: '0',
  ...recording,
  ...changes,
});

/** Starts a built program and waits for the line of its log that names its address. */
const startProcess = async (file: string, env: NodeJS.ProcessEnv): Promise<ShopProcess> => {
  if (!existsSync(path.join(root, file))) throw new Error(`${file} is not there. Run "turbo run build" before this test.`);
  const child = spawn(process.execPath, [path.join(root, file)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /"url":"(http:[^"]+)"/.exec(output)?.[1];
      if (url) ready.resolve(url);
    });
  const ended = new Promise<ProcessEnd>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  void ended.then(() => ready.reject(new Error(`${file} ended before it was ready:\n${output}`)));
  child.once('error', ready.reject);
  const tooLate = setTimeout(() => ready.reject(new Error(`${file} was not ready in ${startTimeoutMs} ms:\n${output}`)), startTimeoutMs);
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  void ended.then(() => process.off('exit', orphan));
  const end = (signal: NodeJS.Signals): Promise<ProcessEnd> => {
    child.kill(signal);
    return ended;
  };
  try {
    const url = await ready.promise;
    return {
      pid: child.pid ?? 0,
      url,
      ended,
      output: () => output,
      signal: (name) => void child.kill(name),
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  } finally {
    clearTimeout(tooLate);
  }
};

/** Starts the API of a test shop as a process on a free port. */
export const startApiProcess = (shop: ShopOnDatabase, env: NodeJS.ProcessEnv = {}): Promise<ShopProcess> =>
  startProcess('apps/api/dist/main.js', environmentOf(shop, env));

/** Starts the worker of a test shop as a process. Jobs of a killed worker can be taken over after two seconds. */
export const startWorkerProcess = (shop: ShopOnDatabase, env: NodeJS.ProcessEnv = {}): Promise<ShopProcess> =>
  startProcess('apps/worker/dist/main.js', environmentOf(shop, { JOB_LOCK_SECONDS: '2', ...env }));

/**
 * Starts a program of a test, which uses the built packages, on the database of a test shop. It prints `{"url":"http:..."}` when it is
 * ready.
 */
export const startTestProgram = (shop: ShopOnDatabase, file: string, env: NodeJS.ProcessEnv = {}): Promise<ShopProcess> =>
  startProcess(path.relative(root, file), environmentOf(shop, env));
