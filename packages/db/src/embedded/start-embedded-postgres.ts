import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { isReachableByOthers, isRoot, resolvePostgresBinaries, sharedFolder, unprivileged } from './binaries.ts';

/** Where the server keeps its data, and where it listens. */
export interface EmbeddedPostgresOptions {
  /** The folder of the cluster; created at the first start. */
  readonly dataDir: string;
  /** Preferred port; if it is taken, a free port is used. */
  readonly port?: number;
  /** `false` trades durability for speed: for tests only. Such a server ends with the process that started it. */
  readonly durable: boolean;
}
/** A running server. */
export interface EmbeddedPostgres {
  /** The URL of the maintenance database `postgres`; replace the path for another database. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Whether a server of an earlier run was taken over. */
  readonly reused: boolean;
  /** Shuts down cleanly. Safe to call twice. */
  stop(): Promise<void>;
}

const user = 'cartwright';
const startTimeoutMs = 30_000;

/**
 * Starts PostgreSQL from npm on 127.0.0.1, as the current user or, for root, as `nobody`.
 * A server that a killed run left running is taken over; a stale lock file is removed.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const binaries = await resolvePostgresBinaries();
  const dataDir = usableDataDir(options.dataDir);
  const ids = isRoot() ? unprivileged : {};
  const password = initialise(binaries.initdb, dataDir, options.dataDir, ids);

  const left = findLeftServer(dataDir);
  if (left) {
    const reused = handle(left.pid, left.port, password, true);
    if (await answers(reused.url)) return reused;
    await reused.stop();
  }
  rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });

  const port = await freePort(options.port);
  const log = openSync(`${options.dataDir}.log`, 'w');
  const speed = options.durable
    ? ['shared_buffers=256MB', 'max_wal_size=2GB', 'autovacuum_naptime=15s']
    : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=128MB'];
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'timezone=UTC', 'jit=off', ...speed];
  // Its own process group, so that Ctrl-C does not stop it before the other processes.
  const child = spawn(binaries.postgres, ['-D', dataDir, '-p', String(port), ...settings.flatMap((s) => ['-c', s])], {
    ...ids,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await started(child, urlOf(port, password), `${options.dataDir}.log`);
  child.unref();
  const server = handle(child.pid ?? 0, port, password, false);
  if (!options.durable) endWithParent(server.pid, dataDir);
  return server;
};

const urlOf = (port: number, password: string): string => `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;

/** Returns the folder itself or, when it is in a private home, one that the unprivileged account can reach. */
const usableDataDir = (requestedDir: string): string => {
  mkdirSync(path.dirname(requestedDir), { recursive: true });
  if (!isRoot() || isReachableByOthers(path.dirname(requestedDir))) return requestedDir;
  return path.join(sharedFolder(), `data-${createHash('sha256').update(path.resolve(requestedDir)).digest('hex').slice(0, 16)}`);
};

/** Creates the cluster at the first start. Returns its password, stored in a file that only this user can read. */
const initialise = (initdb: string, dataDir: string, requestedDir: string, ids: { uid?: number; gid?: number }): string => {
  const passwordFile = `${requestedDir}.password`;
  if (existsSync(dataDir)) {
    if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8');
    throw new Error(
      `${dataDir} contains a database, but its password is missing from ${passwordFile}. Put the file back, or delete the folder ` +
        'to create a new database.',
    );
  }
  // Created beside its place and moved there when complete, so that an interrupted start leaves no incomplete database.
  const unfinished = `${dataDir}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (ids.uid !== undefined && ids.gid !== undefined) chownSync(unfinished, ids.uid, ids.gid);
  const password = randomBytes(24).toString('base64url');
  const secretDir = mkdtempSync('/var/tmp/cartwright-init-');
  const secretFile = path.join(secretDir, 'password');
  writeFileSync(secretFile, password, { mode: 0o600 });
  if (ids.uid !== undefined && ids.gid !== undefined) for (const file of [secretDir, secretFile]) chownSync(file, ids.uid, ids.gid);
  const args = [
    '-D',
    unfinished,
    '-U',
    user,
    '--auth=scram-sha-256',
    `--pwfile=${secretFile}`,
    '-E',
    'UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
  ];
  const made = spawnSync(initdb, args, { ...ids, encoding: 'utf8' });
  rmSync(secretDir, { recursive: true, force: true });
  if (made.status !== 0) throw new Error(`PostgreSQL could not make its data folder ${dataDir}: ${made.stderr || made.error?.message}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  renameSync(unfinished, dataDir);
  return password;
};

/** Finds a running server on this folder by its lock file: line 1 is its pid, line 4 its port. */
const findLeftServer = (dataDir: string): { pid: number; port: number } | null => {
  const lock = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return null;
  const lines = readFileSync(lock, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  const cmdline = `/proc/${pid}/cmdline`;
  if (existsSync(cmdline) && !readFileSync(cmdline, 'utf8').includes(dataDir)) return null;
  return { pid, port };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const handle = (pid: number, port: number, password: string, reused: boolean): EmbeddedPostgres => ({
  url: urlOf(port, password),
  port,
  pid,
  reused,
  stop: async () => {
    if (!isAlive(pid)) return;
    process.kill(pid, 'SIGINT');
    for (let waited = 0; isAlive(pid); waited += 20) {
      if (waited === 15_000) process.kill(pid, 'SIGQUIT');
      await pause(20);
    }
  },
});

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

const started = async (child: ChildProcess, url: string, logFile: string): Promise<void> => {
  for (let waited = 0; waited < startTimeoutMs; waited += 25) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
      throw new Error(`PostgreSQL ended while it started:\n${readFileSync(logFile, 'utf8').split('\n').slice(-6).join('\n')}`);
    if (await answers(url)) return;
    await pause(25);
  }
  throw new Error(`PostgreSQL did not answer within ${startTimeoutMs / 1000} s. See ${logFile}`);
};

/** Starts a small process that ends the server and removes its data when this process has ended. */
const endWithParent = (serverPid: number, dataDir: string): void => {
  const script = `const [parent, server] = [${process.pid}, ${serverPid}];
    const alive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
    setInterval(() => {
      if (!alive(server)) process.exit();
      if (alive(parent)) return;
      process.kill(server, 'SIGQUIT');
      setTimeout(() => { require('node:fs').rmSync(${JSON.stringify(dataDir)}, { recursive: true, force: true }); process.exit(); }, 1000);
    }, 1000);`;
  spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' }).unref();
};

/** Creates a database on the server unless it exists; returns its URL. */
export const ensureDatabase = async (serverUrl: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};
