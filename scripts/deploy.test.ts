/** The steps of docs/deploy.md, from an empty database to a paid order in production, with real processes of the built code. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  createTestDatabase,
  nothing,
  startApiProcess,
  startFakeStripe,
  startWorkerProcess,
  there,
  type ShopProcess,
  type FakeStripe,
  type TestDatabase,
} from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { coreEnv } from '@cartwright/core/kernel';
import { httpEnv } from '../apps/api/src/settings.ts';
import { workerEnv } from '../apps/worker/src/settings.ts';
import { sellOne } from './first-sale.ts';
import { nodeFlags } from './node-flags.ts';

const root = path.resolve(import.meta.dirname, '..');
const secret = randomBytes(32).toString('base64');
const otherSecret = randomBytes(32).toString('base64');
const owner = { email: 'owner@example.com', password: 'seven green umbrellas sing' };
let database: TestDatabase;
let stripe: FakeStripe;
const running = new Set<ShopProcess>();
beforeAll(async () => {
  stripe = await startFakeStripe('whsec_a_secret_for_tests_only');
  database = await createTestDatabase(nothing);
});
afterAll(async () => {
  for (const process_ of running) await process_.kill();
  await stripe.close();
  await database.drop();
});

const production = (): NodeJS.ProcessEnv => ({
  CARTWRIGHT_ENV: 'production',
  PUBLIC_URL: 'https://shop.example.com',
  STRIPE_SECRET_KEY: 'sk_test_1234567890',
  STRIPE_WEBHOOK_SECRET: 'whsec_a_secret_for_tests_only',
  STRIPE_API_URL: stripe.url,
});
const shopOn = ({ url }: TestDatabase, its = secret) => ({ url, config: { secret: its, redisUrl: null, redisPrefix: 'cw' } });
const started = async (starting: Promise<ShopProcess>): Promise<ShopProcess> => {
  const it_ = await starting;
  running.add(it_);
  return it_;
};
const end = async (process_: ShopProcess): Promise<void> => {
  expect(await process_.stop()).toEqual({ code: 0, signal: null });
  running.delete(process_);
};
/** Runs the command line as a process, with text for its standard input. */
const cartwright = (args: string[], { stdin = '', env = {} }: { stdin?: string; env?: NodeJS.ProcessEnv } = {}) =>
  new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'apps/cli/dist/main.js'), ...args], {
      env: { PATH: process.env['PATH'], DATABASE_URL: database.url, CARTWRIGHT_SECRET: secret, ...production(), ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
    child.stdin.end(stdin);
  });
const get = async (process_: ShopProcess, to: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${process_.url}${to}`);
  return { status: answer.status, text: await answer.text() };
};
const isReady = (process_: ShopProcess) =>
  vi.waitFor(async () => expect(await get(process_, '/readyz')).toMatchObject({ status: 200 }), { timeout: 60_000, interval: 100 });
const codeOfSignIn = async (api: ShopProcess): Promise<number> =>
  (
    await fetch(`${api.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(owner),
    })
  ).status;

describe('a shop in production', { timeout: 240_000 }, () => {
  let api: ShopProcess;
  let worker: ShopProcess;

  it('a shop waits for its migration, names the command to run, and becomes ready without a restart', async () => {
    api = await started(startApiProcess(shopOn(database), production()));
    worker = await started(startWorkerProcess(shopOn(database), production()));
    const command = 'npm run cartwright -- migrate up';
    for (const to of ['/api/v1/products', '/trpc/products.list', '/.well-known/jwks.json', '/api/v1/auth/setup']) {
      const { status, text } = await get(api, to);
      expect([to, status, text]).toEqual([to, 503, expect.stringMatching(/NOT_MIGRATED/)]);
      expect(text).toContain(command);
    }
    expect((await fetch(`${api.url}/webhooks/stripe`, { method: 'POST', body: '{}' })).status).toBe(503);
    for (const process_ of [api, worker]) {
      expect((await get(process_, '/healthz')).status).toBe(200);
      expect((await get(process_, '/metrics')).status).toBe(200);
      const { status, text } = await get(process_, '/readyz');
      expect([status, text]).toEqual([503, expect.stringContaining(command)]);
      expect(process_.output()).toContain(command);
    }
    const behind = await cartwright(['migrate', 'status']);
    expect([behind.code, behind.output]).toEqual([1, expect.stringContaining(command)]);
    expect(await cartwright(['migrate', 'up'])).toEqual({ code: 0, output: expect.stringContaining('applied 20261121000000-initial') });
    await isReady(api);
    await isReady(worker);
    expect(api.output().split('https://shop.example.com/admin/setup#token=')).toHaveLength(2);
  });

  it('an owner created by the command line signs in and sells a product that is paid by card', async () => {
    const made = await cartwright(['create-admin', '--email', owner.email], { stdin: `${owner.password}\n` });
    expect(made).toEqual({ code: 0, output: 'owner@example.com is the owner of this shop. Sign in at https://shop.example.com/admin/\n' });
    expect((await get(api, '/api/v1/auth/setup')).text).toContain('"open":false');
    const order = await sellOne({ url: api.url, ...owner });
    expect(order).toMatchObject({ label: 'Paid', paymentStatus: 'captured' });
    expect(stripe.chargeCount()).toBe(1);
    // The test sale leaves no product on sale.
    expect((await get(api, '/api/v1/products')).text).toContain('"totalCount":0');
    await vi.waitFor(
      async () => expect((await get(worker, '/metrics')).text).toMatch(/^worker_jobs_total\{queue="mail",outcome="handled"\} [1-9]/m),
      {
        timeout: 60_000,
        interval: 100,
      },
    );
    expect((await cartwright(['invariants'])).code).toBe(0);
    const doctor = await cartwright(['doctor', '--json']);
    expect([doctor.code, JSON.parse(doctor.output)]).toEqual([0, expect.objectContaining({ ok: true })]);
    for (const { output } of [api, worker]) expect(output()).not.toContain(owner.password);
  });

  it('API, worker and command line refuse to start with another secret', async () => {
    const sentence = /CARTWRIGHT_SECRET is not the secret that this database was sealed with/;
    for (const file of ['apps/api/dist/main.js', 'apps/worker/dist/main.js']) {
      const env = { ...production(), DATABASE_URL: database.url, CARTWRIGHT_SECRET: otherSecret, PORT: '0', WORKER_PORT: '0' };
      const { status, stderr } = spawnSync(process.execPath, [path.join(root, file)], { env, encoding: 'utf8', timeout: 120_000 });
      expect([file, status, stderr]).toEqual([file, 78, expect.stringMatching(sentence)]);
    }
    const { code, output } = await cartwright(['create-admin', '--email', 'eve@example.com'], {
      stdin: owner.password,
      env: { CARTWRIGHT_SECRET: otherSecret },
    });
    expect([code, output]).toEqual([1, expect.stringMatching(sentence)]);
  });

  it('a shop runs on a restored copy of its database with the original secret only', async () => {
    await end(worker);
    await end(api);
    const copy = await createTestDatabase(new URL(database.url).pathname.slice(1));
    await expect(startApiProcess(shopOn(copy, otherSecret), production())).rejects.toThrow(/restored backup/);
    const restored = await started(startApiProcess(shopOn(copy), production()));
    await isReady(restored);
    expect(await codeOfSignIn(restored)).toBe(200);
    await end(restored);
    await copy.drop();
  });

  it('the API refuses to start with a live key of Stripe and STRIPE_API_URL', () => {
    const env = { ...production(), DATABASE_URL: database.url, CARTWRIGHT_SECRET: secret, STRIPE_SECRET_KEY: 'sk_live_1234567890' };
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'apps/api/dist/main.js')], {
      env,
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect([status, stderr]).toEqual([78, expect.stringContaining('STRIPE_API_URL')]);
  });
});

describe('the files of deploy', () => {
  const units = readdirSync(path.join(root, 'deploy/systemd'));
  const read = (file: string): string => readFileSync(path.join(root, 'deploy', file), 'utf8');

  it('systemd units start API and worker with the Node flags of the benchmarks', () => {
    for (const name of ['api', 'worker'])
      expect(read(`systemd/cartwright-${name}.service`)).toContain(
        `ExecStart=/opt/cartwright/node_modules/.bin/node ${nodeFlags.join(' ')} /opt/cartwright/apps/${name}/dist/main.js\n`,
      );
  });

  it('the files of deploy name existing settings only', () => {
    const known = new Set([coreEnv, httpEnv, workerEnv].flatMap((schema) => Object.keys(schema.shape)));
    const named = [...read('cartwright.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => there(name));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('the command line script reads values in single quotes like systemd', () => {
    const folder = mkdtempSync('/var/tmp/cartwright-env-');
    const url = 'postgresql://cartwright:a$b`c#d@127.0.0.1:5432/cartwright?sslmode=require&application_name=shop';
    const file = path.join(folder, 'cartwright.env');
    writeFileSync(
      file,
      read('cartwright.env.example').replace(/^DATABASE_URL=.*$/m, () => `DATABASE_URL='${url}'`),
    );
    const script = read('bin/cartwright').replaceAll('/etc/cartwright/cartwright.env', file);
    // Only the part that reads the settings, without the change of user and the program.
    const reading = /^set -a\n.*^set \+a\n/ms.exec(script)?.[0];
    const { stdout, stderr } = spawnSync('sh', ['-euc', `${reading}printf %s "$DATABASE_URL"`], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    expect([stdout, stderr]).toEqual([url, '']);
  });

  it('the backup script leaves no incomplete dump, and keeps earlier dumps when a dump fails', () => {
    const folder = mkdtempSync('/var/tmp/cartwright-backups-');
    const run = (body: string): { status: number | null; files: string[] } => {
      writeFileSync(
        path.join(folder, 'pg_dump'),
        `#!/bin/sh\nfor a; do case $a in --file=*) echo dump > "\${a#--file=}";; esac; done\n${body}\n`,
        {
          mode: 0o755,
        },
      );
      const env = { PATH: `${folder}:${process.env['PATH']}`, DATABASE_URL: 'postgresql://nowhere', BACKUP_DIR: folder };
      const { status } = spawnSync('sh', [path.join(root, 'deploy/bin/cartwright-backup')], { env });
      return { status, files: readdirSync(folder).filter((name) => name.startsWith('cartwright-')) };
    };
    const killed = path.join(folder, 'cartwright-20260101T000000Z.dump.part');
    writeFileSync(killed, 'half');
    utimesSync(killed, new Date('2026-01-01'), new Date('2026-01-01'));
    expect(run('exit 0')).toEqual({ status: 0, files: [expect.stringMatching(/^cartwright-\d{8}T\d{6}Z\.dump$/)] });
    expect(run('exit 1')).toEqual({ status: 1, files: [expect.stringMatching(/\.dump$/)] });
    rmSync(folder, { recursive: true, force: true });
  });

  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
  it.skipIf(!analyze)('systemd accepts the units', () => {
    const folder = mkdtempSync('/var/tmp/cartwright-units-');
    // systemd requires that the programs of a unit exist; here they are in this folder.
    for (const unit of units) writeFileSync(path.join(folder, unit), read(`systemd/${unit}`).replaceAll('/opt/cartwright', root));
    const files = units.map((unit) => path.join(folder, unit));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    expect([status, stdout + stderr]).toEqual([0, '']);
  });
});
