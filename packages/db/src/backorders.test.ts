/** The migration that keeps units on hand at zero or above converts what was below, and keeps the ledger equal to the counters. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261130141500-backorders');
const [split, shipped, moved, plain, main, north] = [id(101), id(102), id(103), id(104), id(201), id(202)];

it('units below zero become backorders of the newest unshipped lines; units that were shipped are counted in; others stay as they are', async () => {
  const order = (n: number, days: number, status = 'confirmed') =>
    `('${id(n)}', 'O-${n}', 'x', 'x', 'x', 'EUR', 1000, 1000, 1, 'key ${n}', '${status}', ${status === 'confirmed' ? 'null' : "'staff'"}, now() - interval '${days} days')`;
  const item = (n: number, of: number, variant: string, quantity: number, sent = 0) =>
    `('${id(n)}', '${id(of)}', '${id(91)}', '${variant}', 'Mug', '', 'MUG', ${quantity}, ${sent}, 0, 0, ${n})`;
  const level = (variant: string, onHand: number, reserved: number, limit: number) => `('${variant}', ${onHand}, ${reserved}, ${limit})`;
  let moves = 300;
  const move = (variant: string, place: string, kind: string, quantity: number, line: number | null = null) =>
    `('${id((moves += 1))}', '${variant}', '${place}', '${kind}', ${quantity}, 'x', ${line ? `'${id(line)}'` : 'null'}, 'test')`;
  await ask(`
    set session_replication_role = replica;
    delete from stock_locations;
    insert into stock_locations (id, code, name, priority, is_default) values ('${main}', 'main', 'Main', 1, true), ('${north}', 'north', 'North', 2, false);
    insert into products (id, slug, handle, name, status, currency) values ('${id(91)}', 'mug', 'mug', 'Mug', 'active', 'EUR');
    insert into variants (id, product_id, sku, title, options, position, price_cents) values
      ('${split}', '${id(91)}', 'A', '', '{}', 0, 1), ('${shipped}', '${id(91)}', 'B', '', '{"n":"2"}', 1, 1),
      ('${moved}', '${id(91)}', 'C', '', '{"n":"3"}', 2, 1), ('${plain}', '${id(91)}', 'D', '', '{"n":"4"}', 3, 1);
    insert into orders (id, order_number, email_sealed, email_index, shipping_address_sealed, currency, subtotal_cents, total_cents, item_count, checkout_key, status, cancellation_reason, paid_at) values
      ${order(1, 9)}, ${order(2, 5)}, ${order(3, 3)}, ${order(4, 1, 'cancelled')};
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, shipped_quantity, unit_price_cents, line_total_cents, position) values
      ${item(11, 1, split, 2)}, ${item(12, 2, split, 2)}, ${item(13, 1, shipped, 2)}, ${item(14, 3, shipped, 3, 3)}, ${item(15, 4, split, 5)}, ${item(16, 2, plain, 1)};
    insert into stock_levels (variant_id, on_hand, reserved, backorder_limit) values
      ${level(split, -1, 0, 10)}, ${level(shipped, -5, 1, 10)}, ${level(moved, 2, 0, 10)}, ${level(plain, 3, 1, 0)};
    insert into location_levels (variant_id, location_id, on_hand) values
      ('${split}', '${main}', -3), ('${split}', '${north}', 2), ('${shipped}', '${main}', -5), ('${moved}', '${main}', -1), ('${moved}', '${north}', 3), ('${plain}', '${main}', 3);
    insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, order_item_id, actor) values
      ${move(split, main, 'received', 1)}, ${move(split, north, 'received', 2)}, ${move(split, main, 'sold', -2, 11)}, ${move(split, main, 'sold', -2, 12)},
      ${move(shipped, main, 'sold', -2, 13)}, ${move(shipped, main, 'sold', -3, 14)},
      ${move(moved, north, 'received', 3)}, ${move(moved, main, 'adjusted', -1)}, ${move(plain, main, 'received', 4)}, ${move(plain, main, 'sold', -1, 16)};`);
  await migrateDatabase(url);
  expect(
    await ask("select order_id, variant_id, quantity, since < now() - interval '1 day' as old from backorders order by variant_id"),
  ).toEqual([
    { order_id: id(2), variant_id: split, quantity: 1, old: true },
    { order_id: id(1), variant_id: shipped, quantity: 2, old: true },
  ]);
  expect(await ask('select variant_id, on_hand, reserved from stock_levels order by variant_id')).toEqual([
    { variant_id: split, on_hand: 0, reserved: 1 },
    { variant_id: shipped, on_hand: 0, reserved: 3 },
    { variant_id: moved, on_hand: 2, reserved: 0 },
    { variant_id: plain, on_hand: 3, reserved: 1 },
  ]);
  expect(await ask('select variant_id, location_id, on_hand from location_levels where on_hand <> 0 order by 1, 2')).toEqual([
    { variant_id: moved, location_id: north, on_hand: 2 },
    { variant_id: plain, location_id: main, on_hand: 3 },
  ]);
  const ledger = 'select variant_id, location_id, sum(quantity)::int as on_hand from stock_movements group by 1, 2';
  expect(await ask(`${ledger} having sum(quantity) <> 0 order by 1, 2`)).toEqual(
    await ask('select variant_id, location_id, on_hand from location_levels where on_hand <> 0 order by 1, 2'),
  );
  expect(
    await ask(
      `select kind, quantity, order_item_id from stock_movements where actor = 'system:migration' and kind <> 'transferred' order by variant_id, kind`,
    ),
  ).toEqual([
    { kind: 'restocked', quantity: 1, order_item_id: id(12) },
    { kind: 'adjusted', quantity: 3, order_item_id: null },
    { kind: 'restocked', quantity: 2, order_item_id: id(13) },
  ]);
});
