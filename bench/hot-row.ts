/**
 * `node bench/hot-row.ts`: compares four ways to sell units of one variant. Each order, with its line and its event, is
 * durable before the response. The results are in docs/notes/group-commits.md.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createGroupCommit, systemClock } from '@cartwright/core/kernel';
import { startEmbeddedPostgres } from '@cartwright/db/embedded';
import pg from 'pg';
import { v7 } from 'uuid';
import { must } from './checks.ts';
import { quantile } from './load/generate.ts';

const seconds = 4;
const units = 1_000_000;
const earlier = 5_000;
const schema = `
  drop table if exists stock, unit_rows, orders, lines, events;
  create table stock (id int primary key, free int not null check (free >= 0));
  create table unit_rows (id int primary key, order_id uuid);
  create index unit_rows_free on unit_rows (id) where order_id is null;
  create table orders (id uuid primary key, buyer text not null, placed_at timestamptz not null default now());
  create table lines (order_id uuid primary key references orders (id), quantity int not null);
  create table events (id uuid primary key, order_id uuid not null, at timestamptz not null default now());
  insert into stock values (1, ${units});
  insert into unit_rows select n, null from generate_series(1, 200000) n;
  insert into orders (id, buyer) select gen_random_uuid(), 'before' from generate_series(1, ${earlier});
  insert into lines (order_id, quantity) select id, 1 from orders;
  insert into events (id, order_id) select gen_random_uuid(), id from orders;
  -- With rows in it: foreign keys that are planned while a table looks empty scan it whole for ever.
  analyze;`;

interface Way {
  readonly name: string;
  /** Sells one unit to a buyer; returns false when no unit is left. */
  open(pool: pg.Pool): (buyer: string) => Promise<boolean>;
}

const insertOrder = `o as (insert into orders (id, buyer) select $1, $2 from taken returning id),
  l as (insert into lines (order_id, quantity) select id, 1 from o)
  insert into events (id, order_id) select $3, id from o`;

const ways: readonly Way[] = [
  {
    name: 'lock the row, read, write',
    open: (pool) => async (buyer) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const { rows } = await client.query<{ free: number }>('select free from stock where id = 1 for update');
        if ((rows[0]?.free ?? 0) < 1) {
          await client.query('rollback');
          return false;
        }
        const id = v7();
        await client.query('update stock set free = free - 1 where id = 1');
        await client.query('insert into orders (id, buyer) values ($1, $2)', [id, buyer]);
        await client.query('insert into lines (order_id, quantity) values ($1, 1)', [id]);
        await client.query('insert into events (id, order_id) values ($1, $2)', [v7(), id]);
        await client.query('commit');
        return true;
      } finally {
        client.release();
      }
    },
  },
  {
    name: 'one conditional statement',
    open: (pool) => async (buyer) => {
      const text = `with taken as (update stock set free = free - 1 where id = 1 and free >= 1 returning 1), ${insertOrder}`;
      const { rowCount } = await pool.query({ name: 'conditional', text, values: [v7(), buyer, v7()] });
      return rowCount === 1;
    },
  },
  {
    name: 'a row per unit, SKIP LOCKED',
    open: (pool) => async (buyer) => {
      const text = `with one as (select id from unit_rows where order_id is null order by id limit 1 for update skip locked),
        taken as (update unit_rows u set order_id = $1 from one where u.id = one.id returning 1), ${insertOrder}`;
      const { rowCount } = await pool.query({ name: 'unit-rows', text, values: [v7(), buyer, v7()] });
      return rowCount === 1;
    },
  },
  {
    name: 'group commit',
    open: (pool) => {
      const text = `with wanted as (select * from unnest($1::uuid[], $2::text[], $3::uuid[]) with ordinality as w(id, buyer, event, n)),
        row as (select free from stock where id = 1 for update),
        served as (select w.* from wanted w, row where w.n <= row.free),
        taken as (update stock set free = free - (select count(*) from served) where id = 1),
        o as (insert into orders (id, buyer) select id, buyer from served),
        l as (insert into lines (order_id, quantity) select id, 1 from served),
        e as (insert into events (id, order_id) select event, id from served)
        select id from served`;
      const commits = createGroupCommit<string, boolean>(
        { clock: systemClock },
        {
          maxBatch: 256,
          maxWaiting: 20_000,
          maxWaitMs: 10_000,
          concurrency: 1,
          write: async (_key, buyers) => {
            const ids = buyers.map(() => v7());
            const { rows } = await pool.query<{ id: string }>({ name: 'batch', text, values: [ids, buyers, buyers.map(() => v7())] });
            const served = new Set(rows.map((row) => row.id));
            return ids.map((id) => served.has(id));
          },
        },
      );
      return (buyer) => commits.submit('the one', buyer);
    },
  },
];

const measure = async (url: string, way: Way, clients: number): Promise<{ perSecond: number; p50: number; p99: number }> => {
  const pool = new pg.Pool({ connectionString: url, max: Math.min(clients, 100) });
  await pool.query(schema);
  const buy = way.open(pool);
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1_000;
  let sold = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, n) => {
      while (performance.now() < until) {
        const start = performance.now();
        if (await buy(`buyer ${n}`)) sold += 1;
        latencies.push(performance.now() - start);
      }
    }),
  );
  const { rows } = await pool.query<{ orders: number; lines: number; events: number; taken: number }>(`
    select (select count(*)::int - ${earlier} from orders) as orders,
      (select count(*)::int - ${earlier} from lines) as lines, (select count(*)::int - ${earlier} from events) as events,
      (select ${units} - free from stock) + (select count(*)::int from unit_rows where order_id is not null) as taken`);
  must(
    JSON.stringify(rows[0]) === JSON.stringify({ orders: sold, lines: sold, events: sold, taken: sold }),
    `${way.name}: ${sold} sold, the database has ${JSON.stringify(rows[0])}`,
  );
  await pool.end();
  return { perSecond: sold / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
};

const folder = mkdtempSync('/var/tmp/cartwright-hot-row-');
chmodSync(folder, 0o755);
const database = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data'), durable: true });
try {
  console.log(`${'way'.padEnd(28)} clients  orders/s   p50 ms   p99 ms`);
  for (const way of ways)
    for (const clients of [64, 256]) {
      const { perSecond, p50, p99 } = await measure(database.url, way, clients);
      console.log(
        `${way.name.padEnd(28)} ${String(clients).padStart(7)}  ${perSecond.toFixed(0).padStart(8)}  ` +
          `${p50.toFixed(1).padStart(7)}  ${p99.toFixed(1).padStart(7)}`,
      );
    }
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
