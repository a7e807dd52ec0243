/** `npm start` with an empty state folder, then stopped, killed and started again. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestShop, restCall } from '@cartwright/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
let state: string;
beforeAll(() => {
  state = mkdtempSync('/var/tmp/cartwright-start-');
  chmodSync(state, 0o755);
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly block: string;
  readonly url: string;
}
const running: Started[] = [];
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
});

/** Runs the start script; resolves when it prints that the shop is ready. */
const start = async (env: NodeJS.ProcessEnv = {}): Promise<Started> => {
  const { PORT: _port, DATABASE_URL: _database, REDIS_URL: _redis, ...rest } = process.env;
  const child = spawn(process.execPath, [path.join(root, 'scripts/start.ts')], {
    cwd: root,
    env: { ...rest, PATH: `${path.join(root, 'node_modules/.bin')}:${rest['PATH']}`, NODE_OPTIONS: '', CARTWRIGHT_STATE: state, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const gone = ended.then((end) => Promise.reject(new Error(`npm start ended (${JSON.stringify(end)}):\n${text}`)));
  await Promise.race([vi.waitFor(() => expect(text).toContain('Ctrl-C stops everything.'), { timeout: 100_000, interval: 50 }), gone]);
  gone.catch(() => undefined);
  const started = { child, ended, block: text, url: /API\s+(http:\/\/[\d.:]+)/.exec(text)?.[1] ?? '' };
  running.push(started);
  return started;
};
/** Runs `npm run cartwright` for the running shop, without settings. */
const commandLine = (...args: string[]) => {
  const { DATABASE_URL: _database, CARTWRIGHT_SECRET: _secret, ...rest } = process.env;
  const env = { ...rest, PATH: `${path.join(root, 'node_modules/.bin')}:${rest['PATH']}`, NODE_OPTIONS: '', CARTWRIGHT_STATE: state };
  return spawnSync(process.execPath, [path.join(root, 'scripts/cartwright.ts'), ...args], { env, encoding: 'utf8' });
};
const servicesOf = (): number[] => (JSON.parse(readFileSync(path.join(state, 'run.json'), 'utf8')) as { children: number[] }).children;
const databasePid = (): number => Number(readFileSync(path.join(state, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const signIn = (url: string) =>
  restCall(url, { method: 'POST', path: '/auth/login', body: { email: 'admin@demo.shop', password: 'Cartwright-Demo-1' } });

describe('npm start', { timeout: 150_000 }, () => {
  it('npm start sets up a shop without settings and stops every process on SIGTERM', async () => {
    const { block, url, child, ended } = await start();
    for (const line of [`Admin      ${url}/admin/`, 'admin@demo.shop', `Reference  ${url}/docs`, `Mailbox    ${url}/admin/mailbox`])
      expect(block).toContain(line);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/admin/`)).status).toBe(200);
    expect((await signIn(url)).status).toBe(200);
    expect((await restCall(url, { method: 'GET', path: '/products' })).body['totalCount']).toBeGreaterThan(0);
    const pids = [...servicesOf(), databasePid()];
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    expect(statSync(path.join(state, 'run.json')).mode & 0o077).toBe(0);
    expect(commandLine('migrate', 'status')).toMatchObject({ status: 0, stdout: 'The database is up to date.\n' });
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(existsSync(path.join(state, 'run.json'))).toBe(false);
    const { status, stderr } = commandLine('migrate', 'status');
    expect([status, stderr]).toEqual([1, expect.stringContaining('Run `npm start`, or set DATABASE_URL and CARTWRIGHT_SECRET.')]);
  });

  it('npm start continues the same shop after a kill, and ends processes that were left running', async () => {
    const killed = await start();
    const left = servicesOf();
    const database = databasePid();
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect([...left, database].map(isAlive)).toEqual([true, true, true]);
    const next = await start();
    expect(left.map(isAlive)).toEqual([false, false]);
    expect(databasePid()).toBe(database);
    expect((await signIn(next.url)).status).toBe(200);
    const second = spawn(process.execPath, [path.join(root, 'scripts/start.ts')], { env: { ...process.env, CARTWRIGHT_STATE: state } });
    let complaint = '';
    second.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(1);
    expect(complaint).toContain('is running in this folder already');
    next.child.kill('SIGINT');
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(path.join(state, 'run.json'))).toBe(false);
    expect(isAlive(database)).toBe(false);
  });

  it('npm start uses DATABASE_URL and REDIS_URL and leaves their servers running', async () => {
    const shop = await createTestShop();
    const redis = process.env['TEST_REDIS_URL'];
    const elsewhere = mkdtempSync('/var/tmp/cartwright-start-');
    const { url, child, ended } = await start({
      CARTWRIGHT_STATE: elsewhere,
      DATABASE_URL: shop.url,
      CARTWRIGHT_SECRET: shop.config.secret,
      ...(redis && { REDIS_URL: `${redis}/14` }),
    });
    expect(existsSync(path.join(elsewhere, 'postgres'))).toBe(false);
    expect((await signIn(url)).status).toBe(200);
    // `npm start` is ready with the API; the worker may still be starting.
    const workerLog = () => readFileSync(path.join(elsewhere, 'logs/worker.log'), 'utf8');
    await expect.poll(workerLog).toContain(`"queues":"${redis ? 'redis' : 'postgresql'}"`);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(await shop.core.db.selectFrom('users').select('id').execute()).not.toEqual([]);
    await shop.close();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  /** Runs the start script to its end and returns its exit code and error output. */
  const refusalOf = async (env: NodeJS.ProcessEnv): Promise<{ code: unknown; complaint: string }> => {
    const { CARTWRIGHT_SECRET: _secret, DATABASE_URL: _database, ...rest } = process.env;
    const child = spawn(process.execPath, [path.join(root, 'scripts/start.ts')], { env: { ...rest, NODE_OPTIONS: '', ...env } });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    return { code: await new Promise((resolve) => child.once('exit', resolve)), complaint };
  };

  it('npm start creates no secret for a database of DATABASE_URL and names the variable to set', async () => {
    const elsewhere = mkdtempSync('/var/tmp/cartwright-start-');
    const { code, complaint } = await refusalOf({ CARTWRIGHT_STATE: elsewhere, DATABASE_URL: 'postgresql://shop@127.0.0.1:1/shop' });
    expect([code, existsSync(path.join(elsewhere, 'secret')), existsSync(path.join(elsewhere, 'run.json'))]).toEqual([78, false, false]);
    expect(complaint).toMatch(/CARTWRIGHT_SECRET must be set[^]*openssl rand -base64 32/);
    writeFileSync(path.join(elsewhere, 'secret'), 'kept from an earlier start');
    expect((await refusalOf({ CARTWRIGHT_STATE: elsewhere, DATABASE_URL: 'postgresql://shop@127.0.0.1:1/shop' })).complaint).toMatch(
      /started from this folder before: CARTWRIGHT_SECRET="\$\(cat /,
    );
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('npm start reports every invalid setting of API and worker with exit code 78 before it opens anything', async () => {
    const elsewhere = mkdtempSync('/var/tmp/cartwright-start-');
    const env = { CARTWRIGHT_ENV: 'foo', LOG_LEVEL: 'loud', PORT: 'abc', SMTP_URL: 'x', WORKER_PORT: '70000' };
    const { code, complaint } = await refusalOf({ CARTWRIGHT_STATE: elsewhere, ...env });
    expect([code, existsSync(path.join(elsewhere, 'postgres'))]).toEqual([78, false]);
    for (const name of Object.keys(env)) expect(complaint.split(`- ${name}: must be `)).toHaveLength(2);
    expect(complaint).not.toMatch(/Invalid|Too | at .*:\d+/);
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('npm start creates no second secret for its own database when the secret file is missing', async () => {
    const elsewhere = mkdtempSync('/var/tmp/cartwright-start-');
    writeFileSync(path.join(elsewhere, 'postgres.password'), 'of a database that was made before');
    const { code, complaint } = await refusalOf({ CARTWRIGHT_STATE: elsewhere });
    expect([code, existsSync(path.join(elsewhere, 'secret'))]).toEqual([1, false]);
    expect(complaint).toMatch(/encrypted with a secret, but the file .* is missing.*Restore that file/s);
    rmSync(elsewhere, { recursive: true, force: true });
  });
});
