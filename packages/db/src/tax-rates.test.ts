/** The migrations of tax rates and weights keep rates, orders, edits that wait for their payment, and the prices of shipping. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261201003000-tax-rates');

it('the migration keeps tax rates in parts per million, orders with their rounding, waiting edits and prices by weight', async () => {
  await ask(`
    set session_replication_role = replica;
    insert into tax_rates (country_code, region, tax_class, name, basis_points) values
      ('DE', '', 'standard', 'MwSt', 1900), ('DE', '', 'books', 'MwSt', 700), ('US', 'CA', 'standard', 'Sales tax', 725);
    insert into orders (id, order_number, email_sealed, email_index, shipping_address_sealed, currency, subtotal_cents, tax_cents,
    total_cents, tax_included, tax_basis_points, item_count, checkout_key) values
      ('${id(1)}', 'O-1', 'x', 'x', 'x', 'EUR', 1000, 190, 1190, false, 1900, 1, 'key');
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, unit_price_cents,
    line_total_cents, tax_cents, position) values ('${id(2)}', '${id(1)}', '${id(3)}', '${id(4)}', 'Mug', '', 'MUG', 1, 1000, 1000, 190, 1);
    insert into order_edits (id, order_id, status, difference_cents, plan, expires_at, requested_by) values
      ('${id(5)}', '${id(1)}', 'awaiting_payment', 100, '{"taxBasisPoints": 1900, "lines": []}', now() + interval '1 hour', 'test');
    insert into shipping_methods (id, name, currency) values ('${id(6)}', 'Parcel', 'EUR');
    insert into shipping_bands (method_id, position, max_weight_grams, price_cents) values ('${id(6)}', 1, 1000, 490);`);
  await migrateDatabase(url);
  expect(await ask('select country_code, region, tax_class, name, rate_ppm from tax_rates order by 1, 3')).toEqual([
    { country_code: 'DE', region: '', tax_class: 'books', name: 'MwSt', rate_ppm: 70_000 },
    { country_code: 'DE', region: '', tax_class: 'standard', name: 'MwSt', rate_ppm: 190_000 },
    { country_code: 'US', region: 'CA', tax_class: 'standard', name: 'Sales tax', rate_ppm: 72_500 },
  ]);
  expect(await ask('select tax_cents::int as tax, taxes, tax_rounding from orders')).toEqual([
    { tax: 190, taxes: [], tax_rounding: 'line' },
  ]);
  expect(await ask('select tax_cents::int as tax, tax_rate_ppm from order_items')).toEqual([{ tax: 190, tax_rate_ppm: null }]);
  expect(await ask('select plan from order_edits')).toEqual([{ plan: { lines: [], taxes: [] } }]);
  // Shipping by weight costs what it did, until staff say what an unknown weight is.
  expect(await ask('select tax_rounding, default_weight_grams from store_settings')).toEqual([
    { tax_rounding: 'document', default_weight_grams: 0 },
  ]);
});
