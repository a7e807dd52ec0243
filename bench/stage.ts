/** Where the scenarios play: a durable PostgreSQL of this run, a shop of a thousand products, one API, one worker. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { contract, type Product } from '@cartwright/contracts';
import { createProduct } from '@cartwright/core/catalog';
import { closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig, system, type Core } from '@cartwright/core/kernel';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@cartwright/db/embedded';
import { sql } from 'kysely';
import { cpuSeconds, startProgram, type Program } from './processes.ts';
import type { Load } from './load.ts';
import { purchase } from './purchase.ts';

export const productCount = 1_000;
const pastOrders = 200;
const words = ['Linen', 'Walnut', 'Copper', 'Wool', 'Ceramic', 'Canvas', 'Oak', 'Brass', 'Felt', 'Glass'];
const things = ['Lamp', 'Chair', 'Kettle', 'Blanket', 'Vase', 'Bag', 'Table', 'Clock', 'Slippers', 'Jug'];

export interface Stage {
  readonly database: EmbeddedPostgres;
  readonly core: Core;
  readonly api: Program;
  readonly worker: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly products: readonly Product[];
  close(): Promise<void>;
}

/** Settings of a program under load. The limiter counts as ever; its limits are out of the way. */
export const environment = (databaseUrl: string): NodeJS.ProcessEnv => ({
  CARTWRIGHT_ENV: 'test',
  CARTWRIGHT_SECRET: 'bench-only-secret-0123456789-abcdefghij',
  DATABASE_URL: databaseUrl,
  RATE_LIMIT_FACTOR: '1000000',
  LOG_LEVEL: 'info',
  HOST: '127.0.0.1',
  PORT: '0',
});

const seed = async (core: Core): Promise<Product[]> => {
  const products: Product[] = [];
  const make = async (i: number): Promise<void> => {
    const name = `${words[i % 10]} ${things[Math.floor(i / 10) % 10]} No ${i}`;
    const variants = Array.from({ length: 1 + (i % 3) }, (_, v) => ({
      sku: `BENCH-${i}-${v}`,
      options: i % 3 === 0 ? {} : { Size: `Size ${v}` },
      priceCents: 500 + i,
      stock: 1_000_000,
    }));
    const input = contract.products.create.input.parse({
      name,
      description: `${name}, made to last.`,
      status: 'active',
      tags: [`tag-${i % 20}`],
      variants,
    });
    products.push(await createProduct(core, system('bench'), input));
  };
  for (let i = 0; i < productCount; i += 10) await Promise.all(Array.from({ length: 10 }, (_, k) => make(i + k)));
  // Statements and foreign keys that are planned while a table looks empty scan it whole, so it gets a past first.
  for (let i = 0; i < pastOrders; i += 5)
    await Promise.all(Array.from({ length: 5 }, (_, k) => purchase(core, products.slice((i + k) * 3, (i + k) * 3 + 3))));
  await sql`analyze`.execute(core.db);
  return products;
};

export const openStage = async (): Promise<Stage> => {
  const folder = mkdtempSync('/var/tmp/cartwright-bench-');
  chmodSync(folder, 0o755);
  const database = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data'), durable: true });
  await migrateDatabase(database.url);
  const env = environment(database.url);
  const core = await createCore({ ...loadConfig(env), logLevel: 'fatal' }, { applicationName: 'cartwright-bench' });
  const products = await seed(core);
  const [api, worker] = await Promise.all([startProgram('apps/api/dist/main.js', env), startProgram('apps/worker/dist/main.js', env)]);
  return {
    database,
    core,
    api,
    worker,
    env,
    products,
    close: async () => {
      await Promise.all([api.stop(), worker.stop()]);
      await closeCore(core);
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A stretch of load with what it cost. CPU in ms an operation. */
export interface Costed extends Load {
  readonly apiCpuMs: number;
  readonly pgCpuMs: number;
}

/** Warms up, runs three times, answers the middle one by rate. */
export const medianOfThree = async (api: Program, stage: Stage, run: (seconds: number) => Promise<Load>): Promise<Costed> => {
  await run(1);
  // What autovacuum does within a minute: plans made while a table was small are made anew.
  await sql`analyze`.execute(stage.core.db);
  const runs: Costed[] = [];
  for (let i = 0; i < 3; i += 1) {
    const before = [cpuSeconds(api.pid), cpuSeconds(stage.database.pid)] as const;
    const load = await run(4);
    const used = (pid: number, at: 0 | 1) => ((cpuSeconds(pid) - before[at]) * 1_000) / load.n;
    runs.push({ ...load, apiCpuMs: used(api.pid, 0), pgCpuMs: used(stage.database.pid, 1) });
  }
  const [, middle] = runs.toSorted((a, b) => a.perSecond - b.perSecond);
  if (!middle) throw new Error('There was no run');
  return { ...middle, errors: runs.reduce((sum, r) => sum + r.errors, 0) };
};

/** Waits until no event is open any more, so that the worker's work of one scenario does not weigh on the next. */
export const settleEvents = async ({ core }: Stage): Promise<void> => {
  let fewest = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 240; tries += 1) {
    const { rows } = await sql<{ open: number }>`
      select (select count(*) from outbox_events where relayed_at is null)::int + (select count(*) from event_deliveries where state = 'pending')::int
        + (select count(*) from notifications where status = 'queued')::int as open`.execute(core.db);
    const open = rows[0]?.open ?? 0;
    if (open === 0) return;
    if (open < fewest) [fewest, tries] = [open, 0];
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`The worker has done nothing for a minute, with ${fewest} things to do`);
};
