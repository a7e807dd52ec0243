/** The migration that keeps units on hand at zero or above converts what was below, and keeps the ledger equal to the counters. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261130141500-backorders');
const [split, shipped, moved, plain, main, north] = [id(101), id(102), id(103), id(104), id(201), id(202)];
const [sale, dipped, drop, scarce] = [id(105), id(106), id(107), id(108)];

it('missing units become backorders of the newest unshipped lines but those of sales; shipped units are counted in; others stay', async () => {
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
    insert into stock_locations (id, code, name, priority, is_default) values ('${main}', 'main', 'Main', 1, true),
    ('${north}', 'north', 'North', 2, false);
    insert into products (id, slug, handle, name, status, currency) values ('${id(91)}', 'mug', 'mug', 'Mug', 'active', 'EUR');
    insert into variants (id, product_id, sku, title, options, position, price_cents) values
      ('${split}', '${id(91)}', 'A', '', '{}', 0, 1), ('${shipped}', '${id(91)}', 'B', '', '{"n":"2"}', 1, 1),
      ('${moved}', '${id(91)}', 'C', '', '{"n":"3"}', 2, 1), ('${plain}', '${id(91)}', 'D', '', '{"n":"4"}', 3, 1),
      ('${sale}', '${id(91)}', 'E', '', '{"n":"5"}', 4, 1), ('${dipped}', '${id(91)}', 'F', '', '{"n":"6"}', 5, 1),
      ('${drop}', '${id(91)}', 'G', '', '{"n":"7"}', 6, 1), ('${scarce}', '${id(91)}', 'H', '', '{"n":"8"}', 7, 1);
    insert into orders (id, order_number, email_sealed, email_index, shipping_address_sealed, currency, subtotal_cents, total_cents,
    item_count, checkout_key, status, cancellation_reason, paid_at) values
      ${order(1, 9)}, ${order(2, 5)}, ${order(3, 3)}, ${order(4, 1, 'cancelled')}, ${order(5, 0)};
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, shipped_quantity,
    unit_price_cents, line_total_cents, position) values
      ${item(11, 1, split, 2)}, ${item(12, 2, split, 2)}, ${item(13, 1, shipped, 2)}, ${item(14, 3, shipped, 3, 3)},
      ${item(15, 4, split, 5)}, ${item(16, 2, plain, 1)},
      ${item(17, 1, sale, 4)}, ${item(18, 1, dipped, 1)}, ${item(19, 2, dipped, 3)},
      ${item(20, 2, drop, 4)}, ${item(21, 5, drop, 2)}, ${item(22, 3, scarce, 1)};
    insert into stock_allocations (id, variant_id, units_free, purpose) values
      ('${id(401)}', '${sale}', 3, 'flash_sale'), ('${id(402)}', '${dipped}', 3, 'flash_sale'),
      ('${id(403)}', '${drop}', 0, 'flash_sale'), ('${id(404)}', '${scarce}', 5, 'flash_sale');
    insert into holds (id, variant_id, quantity, order_id, allocation_id, state, expires_at, ended_at) values
      ('${id(411)}', '${drop}', 2, '${id(5)}', '${id(403)}', 'committed', now(), now()),
      ('${id(412)}', '${drop}', 1, '${id(6)}', '${id(403)}', 'active', now(), null);
    insert into stock_levels (variant_id, on_hand, reserved, backorder_limit) values
      ${level(split, -1, 0, 10)}, ${level(shipped, -5, 1, 10)}, ${level(moved, 2, 0, 10)}, ${level(plain, 3, 1, 0)},
      ${level(sale, -1, 3, 10)}, ${level(dipped, 1, 3, 10)}, ${level(drop, -3, 1, 10)}, ${level(scarce, 2, 5, 10)};
    insert into location_levels (variant_id, location_id, on_hand) values
      ('${split}', '${main}', -3), ('${split}', '${north}', 2), ('${shipped}', '${main}', -5), ('${moved}', '${main}', -1),
      ('${moved}', '${north}', 3), ('${plain}', '${main}', 3),
      ('${sale}', '${main}', -4), ('${sale}', '${north}', 3), ('${dipped}', '${main}', 1), ('${drop}', '${main}', -3),
      ('${scarce}', '${main}', 2);
    insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, order_item_id, actor) values
      ${move(split, main, 'received', 1)}, ${move(split, north, 'received', 2)}, ${move(split, main, 'sold', -2, 11)},
      ${move(split, main, 'sold', -2, 12)},
      ${move(shipped, main, 'sold', -2, 13)}, ${move(shipped, main, 'sold', -3, 14)},
      ${move(moved, north, 'received', 3)}, ${move(moved, main, 'adjusted', -1)}, ${move(plain, main, 'received', 4)},
      ${move(plain, main, 'sold', -1, 16)},
      ${move(sale, north, 'received', 3)}, ${move(sale, main, 'sold', -4, 17)},
      ${move(dipped, main, 'received', 5)}, ${move(dipped, main, 'sold', -1, 18)}, ${move(dipped, main, 'sold', -3, 19)},
      ${move(drop, main, 'received', 3)}, ${move(drop, main, 'sold', -4, 20)}, ${move(drop, main, 'sold', -2, 21)},
      ${move(scarce, main, 'received', 3)}, ${move(scarce, main, 'sold', -1, 22)};`);
  await migrateDatabase(url);
  expect(
    await ask("select order_id, variant_id, quantity, since < now() - interval '1 day' as old from backorders order by variant_id"),
  ).toEqual([
    { order_id: id(2), variant_id: split, quantity: 1, old: true },
    { order_id: id(1), variant_id: shipped, quantity: 2, old: true },
    { order_id: id(1), variant_id: sale, quantity: 4, old: true },
    { order_id: id(2), variant_id: dipped, quantity: 2, old: true },
    { order_id: id(2), variant_id: drop, quantity: 4, old: true },
    { order_id: id(3), variant_id: scarce, quantity: 1, old: true },
  ]);
  expect(await ask('select variant_id, on_hand, reserved from stock_levels order by variant_id')).toEqual([
    { variant_id: split, on_hand: 0, reserved: 1 },
    { variant_id: shipped, on_hand: 0, reserved: 3 },
    { variant_id: moved, on_hand: 2, reserved: 0 },
    { variant_id: plain, on_hand: 3, reserved: 1 },
    { variant_id: sale, on_hand: 3, reserved: 7 },
    { variant_id: dipped, on_hand: 3, reserved: 5 },
    { variant_id: drop, on_hand: 1, reserved: 5 },
    { variant_id: scarce, on_hand: 3, reserved: 6 },
  ]);
  expect(await ask('select variant_id, location_id, on_hand from location_levels where on_hand <> 0 order by 1, 2')).toEqual([
    { variant_id: moved, location_id: north, on_hand: 2 },
    { variant_id: plain, location_id: main, on_hand: 3 },
    { variant_id: sale, location_id: north, on_hand: 3 },
    { variant_id: dipped, location_id: main, on_hand: 3 },
    { variant_id: drop, location_id: main, on_hand: 1 },
    { variant_id: scarce, location_id: main, on_hand: 3 },
  ]);
  const ledger = 'select variant_id, location_id, sum(quantity)::int as on_hand from stock_movements group by 1, 2';
  expect(await ask(`${ledger} having sum(quantity) <> 0 order by 1, 2`)).toEqual(
    await ask('select variant_id, location_id, on_hand from location_levels where on_hand <> 0 order by 1, 2'),
  );
  const lines = `select i.variant_id, i.id, i.quantity, coalesce(b.quantity, 0) as owed,
      coalesce((select -sum(m.quantity) from stock_movements m where m.order_item_id = i.id), 0) as sold
    from order_items i join orders o on o.id = i.order_id left join backorders b on b.order_id = i.order_id and b.variant_id = i.variant_id
    where o.status <> 'cancelled'`;
  expect(await ask(`select * from (${lines}) l where quantity <> sold + owed or sold < 0`)).toEqual([]);
  expect(
    await ask(`select s.variant_id from stock_levels s where s.on_hand
      + (select sum(l.quantity - l.owed) from (${lines}) l where l.variant_id = s.variant_id) <>
      (select sum(m.quantity) from stock_movements m where m.variant_id = s.variant_id and m.kind in ('received', 'adjusted'))`),
  ).toEqual([]);
  expect(
    await ask(
      `select kind, quantity, order_item_id from stock_movements where actor = 'system:migration' and kind <> 'transferred'
        order by variant_id, kind`,
    ),
  ).toEqual([
    { kind: 'restocked', quantity: 1, order_item_id: id(12) },
    { kind: 'adjusted', quantity: 3, order_item_id: null },
    { kind: 'restocked', quantity: 2, order_item_id: id(13) },
    { kind: 'restocked', quantity: 4, order_item_id: id(17) },
    { kind: 'restocked', quantity: 2, order_item_id: id(19) },
    { kind: 'restocked', quantity: 4, order_item_id: id(20) },
    { kind: 'restocked', quantity: 1, order_item_id: id(22) },
  ]);
});
