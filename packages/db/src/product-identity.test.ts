/** The migration that adds product handles and unique option values keeps every row of an existing shop. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261128140000-product-identity');

const long = 'A name as long as a name may be, '.repeat(3).slice(0, 90);

it('the migration keeps rows, gives every product its slug as handle, and renames newer duplicates of variants, categories and collections', async () => {
  await ask(`
    insert into products (id, slug, name, status, currency, options, deleted_at) values
      ('${id(1)}', 'shirt', 'Shirt', 'active', 'EUR', '[{"name":"Size","values":["S"]}]', null),
      ('${id(2)}', 'mug', 'Mug', 'active', 'EUR', '[]', null), ('${id(3)}', 'mug', 'Old mug', 'archived', 'EUR', '[]', now());
    insert into variants (id, product_id, sku, title, options, position, price_cents) values
      ('${id(11)}', '${id(1)}', 'A', 'S', '{"Size":"S"}', 0, 1), ('${id(12)}', '${id(1)}', 'B', 'S', '{"Size":"S"}', 1, 1),
      ('${id(13)}', '${id(1)}', 'C', 'S (B)', '{"Size":"S (B)"}', 2, 1),
      ('${id(14)}', '${id(2)}', 'D', '', '{}', 0, 1), ('${id(15)}', '${id(2)}', 'E', '', '{}', 1, 1),
      ('${id(16)}', '${id(3)}', 'F', '', '{}', 0, 1);
    insert into stock_levels (variant_id, on_hand, reserved) select id, 0, 0 from variants;
    insert into categories (id, name, slug, created_at) values ('${id(21)}', 'C', 'c', '2026-01-01'),
    ('${id(22)}', 'C', 'c-1', '2026-01-02'), ('${id(23)}', 'C', 'c-2', '2026-01-03');
    insert into collections (id, name, slug, rule, created_at) values ('${id(31)}', 'Gifts', 'gifts', '{}', '2026-01-01'),
    ('${id(32)}', 'Gifts', 'gifts-too', '{}', '2026-01-02'),
      ('${id(33)}', '${long}', 'l', '{}', '2026-01-01'), ('${id(34)}', '${long}', 'l-2', '{}', '2026-01-02'),
      ('${id(35)}', '${long.slice(0, 85)} (2)', 'l-3', '{}', '2026-01-01');`);
  await migrateDatabase(url);
  expect(await ask('select slug, handle, options from products order by id')).toEqual([
    { slug: 'shirt', handle: 'shirt', options: [{ name: 'Size', values: ['S', 'S (B)', 'S (B) (C)'] }] },
    { slug: 'mug', handle: 'mug', options: [{ name: 'Variant', values: ['E'] }] },
    { slug: 'mug', handle: 'mug', options: [] },
  ]);
  expect(await ask('select sku, title, options, deleted_at is not null as deleted from variants order by id')).toEqual([
    { sku: 'A', title: 'S', options: { Size: 'S' }, deleted: false },
    { sku: 'B', title: 'S (B)', options: { Size: 'S (B)' }, deleted: false },
    { sku: 'C', title: 'S (B) (C)', options: { Size: 'S (B) (C)' }, deleted: false },
    { sku: 'D', title: '', options: {}, deleted: false },
    { sku: 'E', title: 'E', options: { Variant: 'E' }, deleted: false },
    { sku: 'F', title: '', options: {}, deleted: true },
  ]);
  expect(await ask('select name, slug from categories order by id')).toEqual([
    { name: 'C', slug: 'c' },
    { name: 'C (2)', slug: 'c-1' },
    { name: 'C (3)', slug: 'c-2' },
  ]);
  expect(await ask('select name from collections order by id')).toEqual([
    { name: 'Gifts' },
    { name: 'Gifts (2)' },
    { name: long },
    { name: `${long.slice(0, 60)} (${id(34)})` },
    { name: `${long.slice(0, 85)} (2)` },
  ]);
  // Search entries have the new option values, and a process of the earlier version can still add products.
  expect(await ask(`select options from search_entries where product_id = '${id(2)}'`)).toEqual([{ options: ['Variant:E'] }]);
  await ask(`insert into products (id, slug, name, currency) values ('${id(4)}', 'late', 'Late', 'EUR')`);
  expect(await ask(`select handle from products where id = '${id(4)}'`)).toEqual([{ handle: 'late' }]);
  await expect(
    ask(
      `insert into variants (id, product_id, sku, title, options, price_cents)
        values ('${id(17)}', '${id(1)}', 'Z', '', '{"Size":"S"}', 1)`,
    ),
  ).rejects.toThrow(/variants_options_unique/);
  // The SKU of a deleted product is free; that of any other product is not.
  await ask(`insert into variants (id, product_id, sku, title, options, price_cents) values ('${id(18)}', '${id(4)}', 'F', '', '{}', 1)`);
  await expect(
    ask(
      `insert into variants (id, product_id, sku, title, options, price_cents) values ('${id(19)}', '${id(4)}', 'A', '', '{"N":"1"}', 1)`,
    ),
  ).rejects.toThrow(/variants_sku_unique/);
});
