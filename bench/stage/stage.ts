/** The environment of the rows: a durable PostgreSQL of this run, a seeded shop, one API, one worker, and the `hello` program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { cpuSecondsOf } from '../machine/cpu.ts';
import { ownRoot, startProgram, type Program } from '../machine/programs.ts';
import { openClient } from '../load/client.ts';
import { runLoad } from '../load/generate.ts';
import { buyCart } from './purchase.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { password, seedBuyers, seedPrices, seedProducts, seedTerms, sendOrder, signIn } from './seed-shop.ts';
import { settle } from './settle.ts';
import { loadShopCode, type ShopCode } from './shop-code.ts';
import type { Stage, StageOptions } from './stage.parts.ts';

const pastOrders = 200;
const buyerCount = 64;

/** Settings of a program under load. Limits work as usual, but are above the load; access tokens are valid for the whole run. */
const environment = (databaseUrl: string, redisUrl: string | null): NodeJS.ProcessEnv => ({
  CARTWRIGHT_ENV: 'test',
  CARTWRIGHT_SECRET: 'bench-only-secret-0123456789-abcdefghij',
  DATABASE_URL: databaseUrl,
  RATE_LIMIT_FACTOR: '1000000',
  HOLD_LIMIT_CARTS: '10000',
  HOLD_LIMIT_UNITS: '1000000',
  ACCESS_TOKEN_MINUTES: '60',
  CART_HOLD_MINUTES: '60',
  CART_HOLD_MAX_MINUTES: '120',
  LOG_LEVEL: 'info',
  HOST: '127.0.0.1',
  PORT: '0',
  ...(redisUrl && { REDIS_URL: redisUrl }),
});

/** Starts a Redis for this run. Throws when the machine has none, because results without it would not be comparable. */
const startRedis = async (port: number): Promise<{ url: string; pid: number; stop(): Promise<void> }> => {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error as Error))]);
  process.once('exit', () => child.kill('SIGKILL'));
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(() => resolve(true)));
      socket.once('error', () => resolve(false));
    });
  for (let tries = 0; !(await answers()); tries += 1) {
    if (tries === 100) throw new Error('redis-server did not answer within ten seconds.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
};

/** Runs work on its own database connection. */
export const withClient = async <T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Starts PostgreSQL, and restarts it with `pg_stat_statements` if statements are counted. */
const startDatabase = async (code: ShopCode, folder: string, countStatements: boolean) => {
  const options = { dataDir: path.join(folder, 'data'), durable: true };
  const database = await code.embedded.startEmbeddedPostgres(options);
  if (!countStatements) return database;
  await withClient(database.url, (client) => client.query("alter system set shared_preload_libraries = 'pg_stat_statements'"));
  await database.stop();
  const again = await code.embedded.startEmbeddedPostgres(options);
  await withClient(again.url, (client) => client.query('create extension if not exists pg_stat_statements'));
  return again;
};

/** Starts everything and fills the shop. The tables are analysed once, at the end of this, and never again before a measurement. */
export const openStage = async (options: StageOptions): Promise<Stage> => {
  const code = await loadShopCode(options.shop);
  const folder = mkdtempSync('/var/tmp/cartwright-bench-');
  chmodSync(folder, 0o755);
  const ends: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const database = await startDatabase(code, folder, options.countStatements);
    ends.push(() => database.stop());
    await code.db.migrateDatabase(database.url);
    const redis = options.redis ? await startRedis(await code.embedded.freePort()) : null;
    if (redis) ends.push(() => redis.stop());
    const env = environment(database.url, redis?.url ?? null);
    const staff = await makeStaff(code, env);
    const start = async (file: string, own: NodeJS.ProcessEnv): Promise<Program> => {
      const program = await startProgram(file, own);
      ends.push(() => program.stop());
      return program;
    };
    const api = await start(path.join(options.shop, 'apps/api/dist/main.js'), env);
    const worker = await start(path.join(options.shop, 'apps/worker/dist/main.js'), env);
    const hello = await start(path.join(ownRoot, 'bench/hello.ts'), {});
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    ends.push(() => pool.end());
    const client = openClient(api.url);
    ends.push(async () => client.close());
    const staffToken = await signIn(client, staff);
    const { currency, categoryIds } = await seedTerms(client, staffToken);
    const products = await seedProducts(api.url, staffToken, options.quick ? 100 : 1_000, categoryIds);
    await seedPrices(client, staffToken, currency, categoryIds, products);
    const buyers = await seedBuyers(api.url, options.quick ? 4 : buyerCount);
    const pids: Record<string, number> = { api: api.pid, postgres: database.pid, worker: worker.pid, ...(redis && { redis: redis.pid }) };
    const stage: Stage = {
      options,
      code,
      api,
      worker,
      hello,
      env,
      databaseUrl: database.url,
      currency,
      products,
      catalogueSize: options.quick ? products.length : Math.max(products.length, options.products),
      buyers,
      staffToken,
      turn: 0,
      query: async (text, values = []) => (await pool.query(text, [...values])).rows as never,
      cpu: () => ({ api: 0, postgres: 0, worker: 0, redis: 0, ...cpuSecondsOf(pids) }),
      close,
    };
    await seedPast(stage);
    return stage;
  } catch (error) {
    await close();
    throw error;
  }
};

/** Creates the first administrator, the only account that cannot be created through the API. */
const makeStaff = async ({ accounts, composition, kernel }: ShopCode, env: NodeJS.ProcessEnv): Promise<string> => {
  const core = await composition.createCore({ ...kernel.loadConfig(env), logLevel: 'fatal' }, { applicationName: 'cartwright-bench' });
  const email = 'staff@example.com';
  try {
    await accounts.createStaff(core, { email, password, firstName: 'Grace', lastName: 'Hopper', role: 'admin' });
  } finally {
    await composition.closeCore(core);
  }
  return email;
};

/**
 * Places the first orders, most of them delivered. Statements and foreign keys that are planned while a table looks empty scan the whole
 * table, so every table gets rows before it is analysed.
 */
const seedPast = async (stage: Stage): Promise<void> => {
  await runLoad(stage.api.url, 4, { operations: stage.options.quick ? 10 : pastOrders }, async (client, serial) => {
    const order = await buyCart(stage, client, 1 + (serial % 3));
    if (serial % 10 > 0) await sendOrder(client, stage.staffToken, order.id, serial % 10 > 1);
  });
  const seeded = stage.products.length;
  if (stage.catalogueSize > seeded)
    await withClient(stage.databaseUrl, (client) => seedCatalogue(client, seeded, stage.catalogueSize, stage.currency));
  await settle(stage);
  await stage.query('vacuum analyze');
};
