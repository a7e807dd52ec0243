import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transact } from '../kernel/index.ts';
import { addCategories } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

it('of many categories, those that a product may mean by their names are added, with the categories above them', async () => {
  const many = Array.from({ length: 50 }, (_, n) => [`Type ${n}`]);
  const paths = [['Bags'], ['Bags', 'Totes'], ['Hats'], ['Hats', 'Caps'], ...many];
  await transact(shop.core, (tx) =>
    addCategories(tx, paths, [
      { name: 'TOTES', above: null },
      { name: 'Caps', above: ['Type 7'] },
    ]),
  );
  const added = await shop.core.db.selectFrom('categories').select('name').orderBy('name').execute();
  expect(added.map(({ name }) => name)).toEqual(['Bags', 'Caps', 'Hats', 'Totes', 'Type 7']);
});
