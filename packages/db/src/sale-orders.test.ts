/** Migrations keep flash sales and their orders: the shipping tax is filled in, and the promised time to pay does not change. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261128170000-sale-shipping-tax');

it('the migrations set the shipping tax of flash-sale orders, change no other order, and keep the payment windows of sales', async () => {
  const order = (n: number, key: string, taxCents: number) =>
    `('${id(n)}', 'O-${n}', 'x', 'x', 'x', 'EUR', 1000, ${taxCents}, ${1000 + taxCents}, false, 1, '${key}')`;
  const item = (n: number, of: number, taxCents: number) =>
    `('${id(n)}', '${id(of)}', '${id(91)}', '${id(92)}', 'Mug', '', 'MUG', 1, 1000, 1000, ${taxCents}, 1)`;
  await ask(`
    set session_replication_role = replica;
    insert into orders (id, order_number, email_sealed, email_index, shipping_address_sealed, currency, subtotal_cents, tax_cents,
    total_cents, tax_included, item_count, checkout_key) values
      ${order(1, 'flash|a', 290)}, ${order(2, 'flash|b', 190)}, ${order(3, 'user|checkout|c', 290)};
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, unit_price_cents,
    line_total_cents, tax_cents, position) values
      ${item(11, 1, 190)}, ${item(12, 2, 190)}, ${item(13, 3, 190)};
    insert into flash_sales (id, name, starts_at, ends_at, payment_window_minutes)
    values ('${id(21)}', 'Drop', now(), now() + interval '1 hour', 20);`);
  await migrateDatabase(url);
  expect(await ask('select order_number, shipping_tax_cents::int as tax, payment_retry_minutes as retry from orders order by id')).toEqual([
    { order_number: 'O-1', tax: 100, retry: 15 },
    { order_number: 'O-2', tax: 0, retry: 15 },
    { order_number: 'O-3', tax: 0, retry: 15 },
  ]);
  expect(await ask('select payment_window_minutes as pay, payment_retry_minutes as retry from flash_sales')).toEqual([
    { pay: 20, retry: 20 },
  ]);
});
