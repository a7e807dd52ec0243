/**
 * The row `sql`: the minimum of SQL with the durable effect of a checkout, two statements, before and after the charge, by a `pg` loop
 * without HTTP.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { mustEqual } from '../checks.ts';
import type { Length } from '../load/generate.ts';
import { median, quantile } from '../load/generate.ts';
import { durations, sayHello, sumOf, toLine } from '../measure.ts';
import type { Cost, Line, Row, Stretch } from '../row.ts';
import type { Stage } from '../stage/stage.parts.ts';

const connections = 20;
const schema = `
  drop schema if exists yardstick cascade; create schema yardstick; set search_path = yardstick;
  create table stock (variant int primary key, on_hand bigint not null, reserved bigint not null, check (reserved between 0 and on_hand));
  create table orders (id uuid primary key, status text not null, total bigint not null);
  create table lines (id uuid primary key default gen_random_uuid(), order_id uuid not null references orders,
    variant int not null, quantity int not null, cents bigint not null);
  create table payments (id uuid primary key, order_id uuid not null references orders, status text not null, cents bigint not null);
  create table series (id int primary key, next bigint not null);
  create table invoices (id uuid primary key default gen_random_uuid(), order_id uuid not null references orders,
    number bigint not null unique);
  create table outbox (id uuid primary key default gen_random_uuid(), name text not null, payload jsonb not null);
  insert into stock select n, 1000000, 0 from generate_series(1, 1000) n;
  insert into series values (1, 1);
  -- Earlier orders: foreign keys that are planned while a table looks empty scan it whole.
  insert into orders select gen_random_uuid(), 'confirmed', 3000 from generate_series(1, 1000);
  insert into payments select gen_random_uuid(), id, 'captured', 3000 from orders;
  analyze;`;
const place = {
  name: 'place',
  text: `with o as (insert into yardstick.orders values ($1, 'pending', 3000)),
    s as (update yardstick.stock set reserved = reserved + 1 where variant = any($3::int[]) returning variant),
    l as (insert into yardstick.lines (order_id, variant, quantity, cents) select $1, variant, 1, 1000 from s),
    p as (insert into yardstick.payments values ($2, $1, 'pending', 3000))
    insert into yardstick.outbox (name, payload) values ('order.placed', jsonb_build_object('orderId', $1::text))`,
};
const confirm = {
  name: 'confirm',
  text: `with p as (update yardstick.payments set status = 'captured' where id = $2),
    o as (update yardstick.orders set status = 'confirmed' where id = $1),
    s as (update yardstick.stock set on_hand = on_hand - 1, reserved = reserved - 1 where variant = any($3::int[])),
    n as (update yardstick.series set next = next + 1 where id = 1 returning next),
    i as (insert into yardstick.invoices (order_id, number) select $1, next from n)
    insert into yardstick.outbox (name, payload)
    select name, jsonb_build_object('orderId', $1::text) from unnest(array['order.confirmed', 'payment.captured', 'invoice.issued']) name`,
};

const isDeadlock = (error: unknown): boolean => (error as { code?: string }).code === '40P01';
const buy = async (pool: pg.Pool): Promise<void> => {
  const values = [randomUUID(), randomUUID(), [1, 2, 3].map((third) => third * 300 + Math.floor(Math.random() * 100))];
  for (const statement of [place, confirm])
    for (let done = false; !done;)
      done = await pool.query({ ...statement, values }).then(
        () => true,
        (error: unknown) => {
          if (isDeadlock(error)) return false;
          throw error;
        },
      );
};

/** A separate loop, because the load generator uses HTTP; it has the same concurrency and duration. */
const stretchOf = async (stage: Stage, pool: pg.Pool, length: Length): Promise<{ load: Stretch['load']; cost: Cost }> => {
  const latencies: number[] = [];
  const cpuBefore = stage.cpu();
  const ownBefore = process.cpuUsage();
  const begun = performance.now();
  const goesOn = (): boolean =>
    'seconds' in length ? performance.now() - begun < length.seconds * 1_000 : latencies.length < length.operations;
  const client = async (): Promise<void> => {
    while (goesOn()) {
      const start = performance.now();
      await buy(pool);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - begun) / 1_000;
  const own = process.cpuUsage(ownBefore);
  const n = latencies.length;
  const postgres = ((stage.cpu().postgres - cpuBefore.postgres) * 1_000) / n;
  // The loop replaces the API.
  return {
    load: { n, seconds, perSecond: n / seconds, latencies },
    cost: { api: (own.user + own.system) / 1_000 / n, postgres, worker: 0, redis: 0 },
  };
};

const checkEffect = async (pool: pg.Pool, orders: number): Promise<void> => {
  const { rows } = await pool.query<Record<string, number>>(
    `select (select count(*)::int from yardstick.orders where status = 'confirmed') - 1000 as orders,
       (select count(*)::int from yardstick.lines) as lines,
       (select count(*)::int from yardstick.payments where status = 'captured') - 1000 as payments,
       (select count(*)::int from yardstick.invoices) as invoices,
       (select next::int - 1 from yardstick.series) as numbers, (select count(*)::int from yardstick.outbox) as events,
       (select (1000000000 - sum(on_hand))::int from yardstick.stock) as sold,
       (select sum(reserved)::int from yardstick.stock) as reserved`,
  );
  const expected = {
    orders,
    lines: orders * 3,
    payments: orders,
    invoices: orders,
    numbers: orders,
    events: orders * 4,
    sold: orders * 3,
    reserved: 0,
  };
  mustEqual(JSON.stringify(rows[0]), JSON.stringify(expected), 'the effect of the bare SQL');
};

const run = async (stage: Stage, row: Row): Promise<Line[]> => {
  const { warmUp, stretch, hello, stretches } = durations(stage);
  const pool = new pg.Pool({ connectionString: stage.databaseUrl, max: connections });
  try {
    await pool.query(schema);
    let done = (await stretchOf(stage, pool, warmUp)).load.n;
    const measured: Stretch[] = [];
    let before = await sayHello(stage, hello);
    for (let i = 0; i < stretches; i += 1) {
      const { load, cost } = await stretchOf(stage, pool, stretch);
      done += load.n;
      const after = await sayHello(stage, hello);
      const helloMs = (before.cpuMs + after.cpuMs) / 2;
      measured.push({ load, cost, hellos: sumOf(cost) / helloMs, helloMs, helloPerSecond: median([before.perSecond, after.perSecond]) });
      before = after;
    }
    await checkEffect(pool, done);
    await pool.query('drop schema yardstick cascade');
    const p99 = quantile(
      measured.flatMap(({ load }) => load.latencies),
      0.99,
    );
    return [toLine(row, connections, measured, [`"API" is the loop itself; p99 ${p99.toFixed(0)} ms holds the waits of hot rows`])];
  } finally {
    await pool.end();
  }
};

export const sql: Row = {
  name: 'sql',
  what: 'the minimum of SQL with the durable effect of a checkout, without HTTP',
  run: (stage) => run(stage, sql),
};
