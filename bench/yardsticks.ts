/** What the shop's rates are compared with, measured in the same run on the same machine. */
import { randomUUID } from 'node:crypto';
import argon2 from 'argon2';
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import pg from 'pg';
import { hammer, quantile, type Load } from './load.ts';
import { cpuSeconds, startProgram } from './processes.ts';
import { medianOfThree, type Costed, type Stage } from './stage.ts';

export const connections = 32;

/** Express answering a small JSON. */
export const hello = async (stage: Stage): Promise<Costed> => {
  const program = await startProgram('bench/hello.ts');
  const measured = await medianOfThree(program, stage, (seconds) => hammer([`${program.url}/`], connections, seconds));
  await program.stop();
  return measured;
};

/** Does a work over and over, by so many clients at once, and measures it as the load on a shop is measured. */
const repeat =
  (clients: number, work: () => Promise<unknown>) =>
  async (seconds: number): Promise<Load> => {
    const latencies: number[] = [];
    const begun = performance.now();
    const client = async (): Promise<void> => {
      while (performance.now() - begun < seconds * 1_000) {
        const start = performance.now();
        await work();
        latencies.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    const took = (performance.now() - begun) / 1_000;
    return {
      n: latencies.length,
      perSecond: latencies.length / took,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      errors: 0,
    };
  };

const tables = `
  drop schema if exists yardstick cascade; create schema yardstick; set search_path = yardstick;
  create table stock (variant int primary key, on_hand bigint not null, reserved bigint not null, check (reserved between 0 and on_hand));
  create table orders (id uuid primary key, status text not null, total bigint not null);
  create table lines (id uuid primary key default gen_random_uuid(), order_id uuid not null references orders, variant int not null, quantity int not null, cents bigint not null);
  create table payments (id uuid primary key, order_id uuid not null references orders, status text not null, cents bigint not null);
  create table series (id int primary key, next bigint not null);
  create table invoices (id uuid primary key default gen_random_uuid(), order_id uuid not null references orders, number bigint not null unique);
  create table outbox (id uuid primary key default gen_random_uuid(), name text not null, payload jsonb not null);
  insert into stock select n, 1000000, 0 from generate_series(1, 1000) n;
  insert into series values (1, 1); analyze;`;
const place = {
  name: 'place',
  text: `with o as (insert into yardstick.orders values ($1, 'pending', 3000)),
    s as (update yardstick.stock set reserved = reserved + 1 where variant = any($3::int[]) returning variant),
    l as (insert into yardstick.lines (order_id, variant, quantity, cents) select $1, variant, 1, 1000 from s),
    p as (insert into yardstick.payments values ($2, $1, 'pending', 3000))
    insert into yardstick.outbox (name, payload) values ('order.placed', jsonb_build_object('orderId', $1::text))`,
};
const settle = {
  name: 'settle',
  text: `with p as (update yardstick.payments set status = 'captured' where id = $2),
    o as (update yardstick.orders set status = 'confirmed' where id = $1),
    s as (update yardstick.stock set on_hand = on_hand - 1, reserved = reserved - 1 where variant = any($3::int[])),
    n as (update yardstick.series set next = next + 1 where id = 1 returning next),
    i as (insert into yardstick.invoices (order_id, number) select $1, next from n)
    insert into yardstick.outbox (name, payload) select name, jsonb_build_object('orderId', $1::text) from unnest(array['order.confirmed', 'payment.captured', 'invoice.issued']) name`,
};

/** The least that an order of three items needs to be as durable: two statements, one on each side of the charge. No HTTP. */
export const sql = async (stage: Stage): Promise<Costed> => {
  const pool = new pg.Pool({ connectionString: stage.database.url, max: 20 });
  await pool.query(tables);
  const buy = async (): Promise<void> => {
    const values = [randomUUID(), randomUUID(), [1, 2, 3].map((third) => third * 300 + Math.floor(Math.random() * 100))];
    for (const statement of [place, settle])
      for (;;) {
        const deadlock = await pool.query({ ...statement, values }).then(
          () => false,
          (error: unknown) => {
            if ((error as { code?: string }).code === '40P01') return true;
            throw error;
          },
        );
        if (!deadlock) break;
      }
  };
  const run = repeat(20, () => buy());
  const measured = await medianOfThree({ url: '', pid: process.pid, stop: async () => undefined }, stage, run);
  await pool.query('drop schema yardstick cascade');
  await pool.end();
  return measured;
};

/** Password checks at the shop's cost, with nothing around them. */
export const hash = async (stage: Stage): Promise<Costed> => {
  const stored = await argon2.hash('correct horse battery staple', {
    type: argon2.argon2id,
    memoryCost: 19_456,
    timeCost: 2,
    parallelism: 1,
  });
  const run = repeat(4, () => argon2.verify(stored, 'correct horse battery staple'));
  return medianOfThree({ url: '', pid: process.pid, stop: async () => undefined }, stage, run);
};

/** The queue's own rate: empty jobs added and processed on the same database, with the worker's concurrency. */
export const queue = async (stage: Stage): Promise<Costed> => {
  const schema = 'yardstick_queue';
  const client = new pg.Client({ connectionString: stage.database.url });
  await client.connect();
  await runMigrations(client, schema);
  const backend = withBackend(createPostgresBackend);
  const connection = { connectionString: stage.database.url, schema, max: 4 };
  const bell = new backend.Queue('bell', { connection });
  const jobs = 2_000;
  const done = Promise.withResolvers<void>();
  let handled = 0;
  const used = cpuSeconds(stage.database.pid);
  const begun = performance.now();
  for (let i = 0; i < jobs; i += 200)
    await bell.addBulk(
      Array.from({ length: 200 }, (_, k) => ({ name: 'bell', data: {}, opts: { jobId: `job-${i + k}`, removeOnComplete: true } })),
    );
  const worker = new backend.Worker('bell', async () => void ((handled += 1) === jobs && done.resolve()), { connection, concurrency: 8 });
  await done.promise;
  const perSecond = (jobs * 1_000) / (performance.now() - begun);
  const pgCpuMs = ((cpuSeconds(stage.database.pid) - used) * 1_000) / jobs;
  await worker.close();
  await bell.close();
  await client.query(`drop schema ${schema} cascade`);
  await client.end();
  return { n: jobs, perSecond, p50: Number.NaN, p99: Number.NaN, errors: 0, apiCpuMs: Number.NaN, pgCpuMs };
};
