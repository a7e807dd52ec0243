/** The migration that numbers the search entries keeps every entry, and later ones have higher numbers. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261130170000-search-blocks');

it('the migration numbers all search entries, and an entry that is written again keeps its number', async () => {
  const add = (n: number) =>
    ask(`
      insert into products (id, slug, name, status, currency) values ('${id(n)}', 'mug-${n}', 'Stoneware Mug ${n}', 'active', 'EUR');
      insert into variants (id, product_id, sku, title, options, price_cents) values ('${id(n + 10)}', '${id(n)}', 'M-${n}', '', '{}', 1);
      insert into stock_levels (variant_id, on_hand) values ('${id(n + 10)}', 1);`);
  await add(1);
  await add(2);
  const before = await ask('select product_id, name, labels, document from search_entries order by product_id');
  await migrateDatabase(url);
  expect(await ask('select product_id, name, labels, document from search_entries order by product_id')).toEqual(before);
  await add(3);
  const numbers = () => ask<{ number: string }>('select number from search_entries order by product_id');
  const given = (await numbers()).map(({ number }) => Number(number));
  expect(new Set(given).size).toBe(3);
  expect(Math.max(...given)).toBe(given[2]);
  await ask(`select refresh_search_entries(array['${id(1)}', '${id(3)}']::uuid[])`);
  expect((await numbers()).map(({ number }) => Number(number))).toEqual(given);
});
