/**
 * Loads many orders fast: copies the first orders of the shop with all their records, by SQL and under all constraints. Each copy has its
 * own ids, numbers, references and times, its units are subtracted from stock, and its personal data is encrypted for its own row, so
 * every consistency check of the shop still passes. Notifications and mails are not copied.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { withClient } from './stage.ts';
import type { Stage } from './stage.parts.ts';

/** The time between two copies in milliseconds: 100,000 orders cover about a year. */
const stepMs = 300_000;
const perStatement = 20_000;

/** Returns the id of a copy: a UUIDv7 of the copy's time, equal to that of the SQL function. */
export const copyId = (id: string, copy: number): string => {
  const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) - copy * stepMs;
  const hash = createHash('md5').update(`${id}:${copy}`).digest('hex');
  const hex = `${time.toString(16).padStart(12, '0')}7${hash.slice(0, 3)}8${hash.slice(3, 18)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
const functions = `
  create schema if not exists bench;
  create or replace function bench.copy_id(id uuid, copy int) returns uuid language sql immutable strict as $$
    select (lpad(to_hex(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint - copy::bigint * ${stepMs}), 12, '0')
      || '7' || left(h, 3) || '8' || substr(h, 4, 15))::uuid
    from md5(id::text || ':' || copy) h $$;`;

interface Part {
  readonly table: string;
  /** The condition for rows of the copied orders, which are in `bench.originals`. */
  readonly where: string;
  /** Columns with the id of another copied row. */
  readonly ids: readonly string[];
  /** Columns whose text must differ in each copy. */
  readonly unique?: readonly string[];
}
const ofOrder = 'order_id in (select id from bench.originals)';
const items = `select id from order_items where ${ofOrder}`;
const aggregates =
  `select id from bench.originals union all select id from payments where ${ofOrder} union all select id from invoices where ` +
  `${ofOrder}`;
const eventsOf = `select id from outbox_events where aggregate_id in (${aggregates})`;
const parts: readonly Part[] = [
  { table: 'order_items', where: ofOrder, ids: ['id', 'order_id'] },
  { table: 'order_status_changes', where: ofOrder, ids: ['order_id'] },
  { table: 'shipments', where: ofOrder, ids: ['id', 'order_id'] },
  { table: 'shipment_lines', where: `order_item_id in (${items})`, ids: ['shipment_id', 'order_item_id'] },
  { table: 'payments', where: ofOrder, ids: ['id', 'order_id'], unique: ['request_key', 'gateway_reference'] },
  {
    table: 'sandbox_charges',
    where: `reference in (select gateway_reference from payments where ${ofOrder})`,
    ids: [],
    unique: ['reference', 'idempotency_key'],
  },
  { table: 'holds', where: ofOrder, ids: ['id', 'order_id'] },
  { table: 'stock_movements', where: `order_item_id in (${items})`, ids: ['id', 'order_item_id'] },
  { table: 'outbox_events', where: `id in (${eventsOf})`, ids: ['id', 'aggregate_id'] },
  { table: 'event_deliveries', where: `event_id in (${eventsOf})`, ids: ['event_id'] },
];

interface Column {
  readonly name: string;
  readonly type: string;
}
const columnsOf = async (client: pg.Client, table: string): Promise<Column[]> =>
  (
    await client.query<Column>(
      `select column_name as name, data_type as type from information_schema.columns where table_schema = 'public' and ` +
        `table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
      [table],
    )
  ).rows;

/** Returns the SQL expression of a column of the copy. */
const copied = ({ name, type }: Column, { ids, unique = [] }: Pick<Part, 'ids' | 'unique'>): string => {
  if (ids.includes(name)) return `bench.copy_id(t.${name}, c)`;
  if (unique.includes(name)) return `t.${name} || '-' || c`;
  // All times of a copy are moved back by the same amount, so the order of events is kept.
  if (type.startsWith('timestamp')) return `t.${name} - make_interval(secs => c * ${stepMs / 1_000})`;
  return `t.${name}`;
};

const copyPart = async (client: pg.Client, part: Part, from: number, to: number): Promise<void> => {
  const columns = await columnsOf(client, part.table);
  const list = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map((column) => copied(column, part)).join(', ');
  await client.query(
    `insert into ${part.table} (${list}) select ${values} from ${part.table} t, generate_series($1::int, $2::int) c where ${part.where}`,
    [from, to],
  );
};

interface Original {
  readonly id: string;
  readonly user_id: string | null;
  readonly email: string;
  readonly address: string;
}
/** Copies orders first, with newly encrypted personal data; each guest order gets a buyer of its own. */
const copyOrders = async (client: pg.Client, stage: Stage, originals: readonly Original[], from: number, to: number): Promise<void> => {
  const sealer = stage.code.kernel.createSealer(stage.env['CARTWRIGHT_SECRET'] ?? '');
  const columns = (await columnsOf(client, 'orders')).filter(({ name }) => name !== 'cart_id');
  const own: Record<string, string> = {
    email_sealed: 's.email',
    email_index: 's.email_index',
    shipping_address_sealed: 's.address',
    order_number: `t.order_number || '-' || c`,
    checkout_key: `t.checkout_key || '-' || c`,
  };
  const values = columns.map((column) => own[column.name] ?? copied(column, { ids: ['id'] })).join(', ');
  const rows = [];
  for (const original of originals)
    for (let copy = from; copy <= to; copy += 1) {
      const id = copyId(original.id, copy);
      const email = original.user_id === null ? `grown-${copy}-${original.email}` : original.email;
      rows.push({
        original: original.id,
        copy,
        email: sealer.seal(['orders', 'email_sealed', id], email),
        email_index: sealer.index('email', email),
        address: sealer.seal(['orders', 'shipping_address_sealed', id], original.address),
      });
    }
  await client.query(
    `insert into orders (${columns.map(({ name }) => `"${name}"`).join(', ')})
     select ${values} from jsonb_to_recordset($1::jsonb) as s(original uuid, copy int, email text, email_index text, address text)
       cross join lateral (select s.copy as c) x join orders t on t.id = s.original`,
    [JSON.stringify(rows)],
  );
};

/** Copies invoices, each with the next number of its series, without gaps. */
const copyInvoices = async (client: pg.Client, from: number, to: number): Promise<void> => {
  const columns = await columnsOf(client, 'invoices');
  const own: Record<string, string> = {
    sequence: 't.next::int',
    number: `t.series || '-' || lpad(t.next::text, greatest(6, length(t.next::text)), '0')`,
  };
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map((column) => own[column.name] ?? copied(column, { ids: ['id', 'order_id'] })).join(', ');
  await client.query(
    `insert into invoices (${names}) select ${values} from (
       select i.*, c, s.last_number + row_number() over (partition by i.series order by c desc, i.sequence) as next
       from invoices i join invoice_series s using (series), generate_series($1::int, $2::int) c where ${ofOrder}) t`,
    [from, to],
  );
  await client.query(
    'update invoice_series s set last_number = i.top from (select series, max(sequence) as top from invoices group by 1) i where ' +
      'i.series = s.series',
  );
};

/** Subtracts the units of the copies from the stock of their variants, as sales do. */
const takeUnits = async (client: pg.Client, copies: number): Promise<void> => {
  const sold =
    `select variant_id, location_id, sum(quantity) * ${copies} as units from stock_movements where order_item_id in (${items}) ` +
    'group by 1, 2';
  await client.query(
    `update location_levels l set on_hand = on_hand + x.units from (${sold}) x where l.variant_id = x.variant_id and ` +
      'l.location_id = x.location_id',
  );
  await client.query(
    `update stock_levels s set on_hand = on_hand + x.units from (select variant_id, sum(units) as units from (${sold}) y group ` +
      'by 1) x where s.variant_id = x.variant_id',
  );
};

/** Loads orders up to a total number, and analyses the tables afterwards. */
export const growOrders = (stage: Stage, orders: number): Promise<void> =>
  withClient(stage.databaseUrl, async (client) => {
    await client.query(functions);
    // Only paid orders with handled events are copied: open work cannot be a year old.
    await client.query(
      'create table if not exists bench.originals as select id from orders where paid_at is not null and cart_id is not null ' +
        `order by id limit ${stage.options.quick ? 5 : 200}`,
    );
    await client.query('create table if not exists bench.grown (copies int not null)');
    const { rows: originals } = await client.query<Original & { email_sealed: string; shipping_address_sealed: string }>(
      'select id, user_id, email_sealed, shipping_address_sealed from orders where id in (select id from bench.originals)',
    );
    const sealer = stage.code.kernel.createSealer(stage.env['CARTWRIGHT_SECRET'] ?? '');
    const opened = originals.map((row) => ({
      id: row.id,
      user_id: row.user_id,
      email: sealer.open(['orders', 'email_sealed', row.id], row.email_sealed),
      address: sealer.open(['orders', 'shipping_address_sealed', row.id], row.shipping_address_sealed),
    }));
    const { rows: counted } = await client.query<{ orders: number; copies: number }>(
      'select (select count(*)::int from orders) as orders, coalesce((select max(copies) from bench.grown), 0) as copies',
    );
    const [count] = counted;
    if (!count || opened.length === 0) throw new Error('There is no order to copy.');
    const needed = Math.ceil(Math.max(0, orders - count.orders) / opened.length);
    const step = Math.max(1, Math.floor(perStatement / opened.length));
    for (let from = count.copies + 1; from <= count.copies + needed; from += step) {
      const to = Math.min(from + step - 1, count.copies + needed);
      await client.query('begin');
      await copyOrders(client, stage, opened, from, to);
      for (const part of parts) await copyPart(client, part, from, to);
      await copyInvoices(client, from, to);
      await takeUnits(client, to - from + 1);
      await client.query('insert into bench.grown values ($1)', [to]);
      await client.query('commit');
    }
    await client.query('vacuum analyze');
  });
