import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureDatabase, freePort, startEmbeddedPostgres, type EmbeddedPostgres } from './index.ts';

let dir: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  dir = mkdtempSync('/var/tmp/cartwright-embedded-');
  chmodSync(dir, 0o755);
  dataDir = path.join(dir, 'data');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

const start = async (options: { port?: number; durable?: boolean } = {}): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ dataDir, durable: true, ...options });
  running.push(server);
  return server;
};
const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('the embedded PostgreSQL', () => {
  it('the embedded PostgreSQL starts with UTF-8, requires a password and accepts local connections only', async () => {
    const server = await start();
    const [settings] = await query(
      server.url,
      `select current_setting('server_encoding') encoding, current_setting('listen_addresses') address,
              current_setting('unix_socket_directories') sockets, current_setting('fsync') fsync,
              (select datlocale from pg_database where datname = 'postgres') locale`,
    );
    expect(settings).toEqual({ encoding: 'UTF8', address: '127.0.0.1', sockets: '', fsync: 'on', locale: 'C.UTF-8' });
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(`${dataDir}.password`).mode & 0o777).toBe(0o600);
  });

  it('the embedded PostgreSQL keeps its data and its password across a restart', async () => {
    const first = await start();
    const url = await ensureDatabase(first.url, 'shop');
    await query(url, 'create table kept as select 42 as answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await start({ port: first.port });
    expect(await query(await ensureDatabase(second.url, 'shop'), 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  it('the embedded PostgreSQL recovers after a kill that left its lock file', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    await vi.waitUntil(() => !isAlive(first.pid), { timeout: 60_000 });
    expect(existsSync(path.join(dataDir, 'postmaster.pid'))).toBe(true);
    const second = await start();
    expect(second.reused).toBe(false);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('a start takes over a PostgreSQL that an earlier run left running', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ reused: true, pid: first.pid, port: first.port });
    await second.stop();
    expect(isAlive(first.pid)).toBe(false);
  });

  it('the embedded PostgreSQL uses another port when the preferred one is in use', async () => {
    const port = await freePort();
    const occupant = createServer().listen(port, '127.0.0.1');
    await once(occupant, 'listening');
    const server = await start({ port });
    occupant.close();
    expect(server.port).not.toBe(port);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('a start after an interrupted first start creates the database again', async () => {
    mkdirSync(`${dataDir}.new/base`, { recursive: true });
    const server = await start();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('a start never deletes a database whose password file is missing', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    renameSync(`${dataDir}.password`, `${dataDir}.mislaid`);
    await expect(start()).rejects.toThrow(/its password is missing/);
    renameSync(`${dataDir}.mislaid`, `${dataDir}.password`);
    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('the embedded PostgreSQL of a test run ends when the run is killed', async () => {
    const launcher = path.join(path.dirname(fileURLToPath(import.meta.url)), 'index.ts');
    const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(launcher)});
      console.log((await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false })).pid);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(pid) && !existsSync(dataDir), { timeout: 60_000 });
  });
});
