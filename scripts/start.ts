/**
 * `npm start`: runs a complete shop on this machine. Builds the changed packages, starts PostgreSQL unless DATABASE_URL is set,
 * migrates, sets up the demo shop, starts API and worker, and prints their addresses.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { loadSettings as LoadApiSettings } from '../apps/api/src/settings.ts';
import type { loadSettings as LoadWorkerSettings } from '../apps/worker/src/settings.ts';
import type * as Embedded from '../packages/db/src/embedded/index.ts';
import { build } from './build.ts';
import { nodeFlags } from './node-flags.ts';

const root = path.resolve(import.meta.dirname, '..');
/** Folder of the database, the secret and the logs. */
const state = process.env['CARTWRIGHT_STATE'] ? path.resolve(process.env['CARTWRIGHT_STATE']) : path.join(root, '.cartwright');
const runFile = path.join(state, 'run.json');
const started = performance.now();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** Exit code for wrong settings, as of the API and the worker. */
const wrongSettings = 78;
const fail = (text: string, code = 1): never => {
  process.stderr.write(`\n${text}\n`);
  process.exit(code);
};

interface Service {
  readonly name: string;
  readonly process: ChildProcess;
}
const services: Service[] = [];
let database: Embedded.EmbeddedPostgres | undefined;
let stopping = false;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const belongsHere = (pid: number): boolean =>
  !existsSync(`/proc/${pid}/cmdline`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root);

/** Ends the processes of a killed run. Fails if a run is active in this folder. */
const clearLeftovers = async (): Promise<void> => {
  if (!existsSync(runFile)) return;
  const { main, children } = JSON.parse(readFileSync(runFile, 'utf8')) as { main: number; children: number[] };
  if (isAlive(main) && existsSync(`/proc/${main}/cmdline`) && readFileSync(`/proc/${main}/cmdline`, 'utf8').includes('scripts/start.ts'))
    fail(`Cartwright is running in this folder already (process ${main}). Stop it first.`);
  for (const pid of children) if (isAlive(pid) && belongsHere(pid)) process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < 5_000 && children.some((pid) => isAlive(pid) && belongsHere(pid)); waited += 50) await pause(50);
  rmSync(runFile, { force: true });
};

/**
 * Settings that `npm run cartwright` needs for the shop in this folder. Empty with DATABASE_URL, because the user has the settings
 * then.
 */
let commandSettings: NodeJS.ProcessEnv = {};
const settingsToKeep = ['CARTWRIGHT_ENV', 'DATABASE_URL', 'PORT', 'PUBLIC_URL', 'REDIS_PREFIX', 'REDIS_URL', 'SANDBOX_PAYMENTS'];
const remember = (): void =>
  writeFileSync(runFile, JSON.stringify({ main: process.pid, children: services.map((s) => s.process.pid), settings: commandSettings }), {
    mode: 0o600,
  });

/**
 * The secret of the shop in this folder: created once, readable only by this user. Fails where a new secret could not read the data:
 * a database of DATABASE_URL may be used from other folders too, and an existing database without its secret file was encrypted with it.
 */
const secret = (): string => {
  const file = path.join(state, 'secret');
  const where = path.relative(process.cwd(), file) || file;
  if (process.env['DATABASE_URL'])
    fail(
      [
        'DATABASE_URL is set, so CARTWRIGHT_SECRET must be set too: npm start creates no secret for your own database.',
        existsSync(file)
          ? `  For a shop that was started from this folder before: CARTWRIGHT_SECRET="$(cat ${where})"`
          : '  For a shop that has data already, set its current secret.',
        '  For a new shop: CARTWRIGHT_SECRET="$(openssl rand -base64 32)". Keep a copy: without it the data of the shop cannot be read.',
      ].join('\n'),
      wrongSettings,
    );
  if (!existsSync(file)) {
    if (existsSync(path.join(state, 'postgres.password')))
      fail(
        `The data of this folder's database is encrypted with a secret, but the file ${where} is missing.\n` +
          'Restore that file, set CARTWRIGHT_SECRET to its content, or delete the folder of the file to start with an empty shop.',
      );
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
};

/** Loads the built launcher, with the types of its source. */
const loadEmbedded = async (): Promise<typeof Embedded> =>
  (await import(path.join(root, 'packages/db/dist/embedded/index.js'))) as typeof Embedded;

/** Ends the start with exit code 78 and every problem if the API or the worker would refuse these settings. */
const checkSettings = async (settings: NodeJS.ProcessEnv): Promise<void> => {
  const problems = new Set<string>();
  for (const app of ['api', 'worker']) {
    const { loadSettings } = (await import(path.join(root, `apps/${app}/dist/settings.js`))) as {
      loadSettings: typeof LoadApiSettings | typeof LoadWorkerSettings;
    };
    try {
      loadSettings(settings);
    } catch (error) {
      if (!(error instanceof Error) || !('problems' in error)) throw error;
      for (const problem of error.problems as readonly string[]) problems.add(problem);
    }
  }
  if (problems.size === 0) return;
  rmSync(runFile, { force: true });
  fail(`These settings are not usable:\n${[...problems].map((problem) => `  - ${problem}`).join('\n')}`, wrongSettings);
};

const startDatabase = async (): Promise<string> => {
  const given = process.env['DATABASE_URL'];
  if (given) return given;
  const { ensureDatabase, startEmbeddedPostgres } = await loadEmbedded();
  database = await startEmbeddedPostgres({ dataDir: path.join(state, 'postgres'), port: 54_320, durable: true });
  return ensureDatabase(database.url, 'cartwright');
};

/** The port of the API: PORT, which must be free, or the next free one. With `PORT=0` any free one. */
const choosePort = async (): Promise<number> => {
  const { freePort } = await loadEmbedded();
  const named = process.env['PORT']?.trim();
  if (!named) {
    for (let port = 4_000; port < 4_020; port += 1) if ((await freePort(port)) === port) return port;
    return freePort();
  }
  const port = Number(named);
  if (port === 0) return freePort();
  if ((await freePort(port)) !== port) fail(`Port ${port} is in use. Set PORT to another port, or unset it to use the next free one.`);
  return port;
};

const start = (name: string, file: string, env: NodeJS.ProcessEnv): Service => {
  const child = spawn(process.execPath, [...nodeFlags, path.join(root, file)], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = createWriteStream(path.join(state, 'logs', `${name}.log`));
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-4_000);
    });
  child.once('exit', (code, signal) => {
    if (stopping) return;
    process.stderr.write(
      `\nThe ${name} process ended (${signal ?? `exit ${code}`}). Its last output:\n${tail.trim().split('\n').slice(-12).join('\n')}\n`,
    );
    void stop(1);
  });
  const service = { name, process: child };
  services.push(service);
  remember();
  return service;
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const stop = async (code: number): Promise<void> => {
  if (stopping) return;
  stopping = true;
  for (const { process: child } of services) if (!ended(child)) child.kill('SIGTERM');
  for (let waited = 0; waited < 35_000 && services.some((s) => !ended(s.process)); waited += 25) await pause(25);
  for (const { process: child } of services) if (!ended(child)) child.kill('SIGKILL');
  await database?.stop();
  rmSync(runFile, { force: true });
  process.exit(code);
};

const waitUntilReady = async (url: string): Promise<void> => {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (stopping) await new Promise(() => undefined);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await pause(50);
  }
  process.stderr.write(`\nThe API did not become ready within a minute. See ${path.join(state, 'logs/api.log')}\n`);
  await stop(1);
};

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (!stopping) say('\nStopping ...');
    void stop(0);
  });

mkdirSync(path.join(state, 'logs'), { recursive: true });
await clearLeftovers();
// First, so that a missing secret is reported before anything starts.
const shopSecret = process.env['CARTWRIGHT_SECRET']?.trim() ? process.env['CARTWRIGHT_SECRET'] : secret();
remember();
say('Building the changed packages ...');
const complaint = build();
if (complaint !== null) fail(complaint);
const settings: NodeJS.ProcessEnv = {
  CARTWRIGHT_ENV: 'development',
  // In demos many people sign in from one IP address.
  RATE_LIMIT_FACTOR: '20',
  ...process.env,
  CARTWRIGHT_SECRET: shopSecret,
};
// Before the database starts: an error about a setting or the port must not leave a server running.
await checkSettings({ DATABASE_URL: 'postgresql://127.0.0.1/not-started-yet', ...settings });
const port = await choosePort();
const databaseUrl = await startDatabase();
const url = `http://127.0.0.1:${port}`;
const env: NodeJS.ProcessEnv = {
  ...settings,
  DATABASE_URL: databaseUrl,
  PORT: String(port),
  PUBLIC_URL: process.env['PUBLIC_URL'] ?? url,
};
if (database) commandSettings = Object.fromEntries(settingsToKeep.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
const prepared = spawnSync(
  process.execPath,
  [path.join(root, 'apps/api/dist/prepare.js'), ...(env['CARTWRIGHT_ENV'] === 'production' ? [] : ['--demo'])],
  { env, encoding: 'utf8' },
);
if (prepared.status !== 0) {
  process.stderr.write(`\nThe database could not be prepared:\n${prepared.stderr || prepared.stdout}\n`);
  await stop(prepared.status === wrongSettings ? wrongSettings : 1);
}
start('api', 'apps/api/dist/main.js', env);
start('worker', 'apps/worker/dist/main.js', env);
await waitUntilReady(url);

const seconds = ((performance.now() - started) / 1_000).toFixed(1);
const logs = path.relative(process.cwd(), path.join(state, 'logs'));
const signInHint =
  env['CARTWRIGHT_ENV'] === 'production'
    ? `npm run cartwright -- create-admin, or by the link in ${logs}/api.log`
    : 'admin@demo.shop, support@demo.shop or customer@demo.shop; password Cartwright-Demo-1';
say(`
  Cartwright is ready (${seconds} s)

  Admin      ${url}/admin/
  Sign in    ${signInHint}
  API        ${url}/api/v1 (REST) and ${url}/trpc
  Reference  ${url}/docs
  Mailbox    ${url}/admin/mailbox

  Logs are in ${logs}. Ctrl-C stops everything.
`);
