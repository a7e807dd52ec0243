/** The migration that normalises search words keeps every entry of a running shop and has the worker rebuild them. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261130070000-search-text');

it('the migration keeps all search entries and products, and restarts an open rebuild of the entries', async () => {
  await ask(`
    insert into products (id, slug, name, status, currency) values ('${id(1)}', 'mug', 'Stoneware Mug', 'active', 'EUR'),
    ('${id(2)}', 'who', 'The Who', 'draft', 'EUR');
    insert into variants (id, product_id, sku, title, options, price_cents)
    values ('${id(11)}', '${id(1)}', 'KT-INS114-DRE', '', '{}', 1), ('${id(12)}', '${id(2)}', 'W', '', '{}', 1);
    insert into stock_levels (variant_id, on_hand) select id, 1 from variants;
    insert into search_reindexes (id, status, product_count, processed_count, cursor_id, locked_until)
    values ('${id(21)}', 'running', 2, 1, '${id(1)}', now() + interval '1 minute');`);
  const before = await ask('select product_id, name, labels from search_entries');
  await migrateDatabase(url);
  expect(await ask('select product_id, name, labels from search_entries')).toEqual(before);
  const found = (q: string) =>
    ask<{ n: number }>(`select count(*)::int as n from search_entries where document @@ search_query('${q}', '')`);
  // Entries of the earlier version are found too, until they are rebuilt.
  expect(await found('stoneware mugs')).toEqual([{ n: 1 }]);
  expect(
    await ask(
      'select product_count, processed_count, cursor_id, fence > 0 as taken, language_changes, locked_until > now() as held ' +
        'from search_reindexes',
    ),
  ).toEqual([{ product_count: 2, processed_count: 0, cursor_id: null, taken: true, language_changes: 0, held: false }]);
  await ask(`select refresh_search_entries(array['${id(1)}', '${id(2)}']::uuid[])`);
  expect(await found('kt-ins114')).toEqual([{ n: 1 }]);
  expect(await ask('select product_id from search_entries union all select product_id from search_hidden_entries')).toEqual([
    { product_id: id(1) },
    { product_id: id(2) },
  ]);
  // Processes of the earlier version still search, and match names by an index.
  expect(await ask(`select 1 as kept from pg_indexes where indexname = 'products_name_alike'`)).toEqual([{ kept: 1 }]);
  expect(await ask(`select product_id from search_entries where document @@ websearch_to_tsquery('public.shop_text', 'mugs')`)).toEqual([
    { product_id: id(1) },
  ]);
});
