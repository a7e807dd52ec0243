/** The migration of suggestions keeps the brands and categories of a running shop, and finds them by the new indexes. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261201041000-suggestions');

it('the migration keeps brands and categories, finds them without accents, and keeps the index of the version before', async () => {
  await ask(`
    insert into categories (id, name, slug) values ('${id(1)}', 'Café & Thé', 'cafe');
    insert into products (id, slug, name, brand, status, currency) values ('${id(2)}', 'mask', 'Mask', 'L’Oréal', 'active', 'EUR');
    insert into variants (id, product_id, sku, title, options, price_cents) values ('${id(3)}', '${id(2)}', 'M', '', '{}', 1);
    insert into stock_levels (variant_id, on_hand) select id, 1 from variants;`);
  await migrateDatabase(url);
  expect(await ask(`select brand from search_entries where search_key(brand) collate "C" >= search_key('l''or')`)).toEqual([
    { brand: 'L’Oréal' },
  ]);
  expect(await ask(`select name from categories where search_name_words(name) @@ search_query('cafe th', ':*')`)).toEqual([
    { name: 'Café & Thé' },
  ]);
  expect(await ask(`select 1 as kept from pg_indexes where indexname = 'search_entries_brand_name'`)).toEqual([{ kept: 1 }]);
});
