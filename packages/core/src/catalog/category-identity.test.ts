/** What identifies a category or a collection: its name, below one parent. */
import { contract } from '@cartwright/contracts';
import { createTestShop, importCsv, productByHandle, productLines, race, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import * as catalog from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

describe('categories', () => {
  const tree = async () =>
    (
      await sql<{ name: string; slug: string; parent: boolean }>`
    select name, slug, parent_id is not null as parent from categories order by name, slug`.execute(shop.core.db)
    ).rows;

  it('categories with similar slugs are identified by name', async () => {
    await importCsv(shop, productLines('lang-1,One,C++,,,LANG-1,1.00', 'lang-2,Two,C,,,LANG-2,1.00', 'lang-3,Three,C#,,,LANG-3,1.00'));
    const names = await Promise.all(
      ['lang-1', 'lang-2', 'lang-3'].map(async (handle) => (await productByHandle(shop, handle)).category?.name),
    );
    expect(names).toEqual(['C++', 'C', 'C#']);
    expect(new Set((await tree()).map(({ slug }) => slug)).size).toBe((await tree()).length);
    const made = await catalog.createCategory(shop.core, staff, { name: 'C & C', parentId: null });
    expect(made.slug).toBe('c-c');
    expect((await catalog.createCategory(shop.core, staff, { name: 'C/C', parentId: null })).slug).toBe('c-c-2');
    await expect(catalog.createCategory(shop.core, staff, { name: 'C++', parentId: null })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    // The same name below another parent is another category.
    expect(await catalog.createCategory(shop.core, staff, { name: 'C++', parentId: made.id })).toMatchObject({ parentId: made.id });
    await expect(catalog.updateCategory(shop.core, staff, { id: made.id, name: 'C' })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      message: 'Another category with the same parent already has the name C. Choose another name, or open that category to edit it.',
    });
  });

  it('a category moved by staff keeps its products when the file is imported again, and a refused product creates none', async () => {
    const csv = productLines('move-1,One,Moved,,,MOVE-1,1.00');
    await importCsv(shop, csv);
    const parent = await catalog.createCategory(shop.core, staff, { name: 'Parent', parentId: null });
    const { category } = await productByHandle(shop, 'move-1');
    if (!category) throw new Error('The product has no category');
    await catalog.updateCategory(shop.core, staff, { id: category.id, parentId: parent.id });
    expect(await importCsv(shop, csv)).toMatchObject({ unchangedCount: 1 });
    // A new product with that category name joins the moved category, because it is the only one of the name.
    await importCsv(shop, productLines('move-2,Two,Moved,,,MOVE-2,1.00', 'move-3,Three,Never,,,MOVE-1,1.00'));
    expect((await productByHandle(shop, 'move-2')).category?.id).toBe(category.id);
    expect((await tree()).filter(({ name }) => ['Moved', 'Never'].includes(name))).toHaveLength(1);
  });

  it('concurrent creations of a category or collection of one name create one', async () => {
    const { refused } = await race(6, () => catalog.createCategory(shop.core, staff, { name: 'Raced', parentId: null }));
    expect(refused).toEqual({ NAME_TAKEN: 5 });
    const collection = (name: string) =>
      catalog.createCollection(shop.core, staff, contract.collections.create.input.parse({ name, rule: { tags: ['x'] } }));
    expect([(await collection('C++')).slug, (await collection('C')).slug]).toEqual(['c', 'c-2']);
    await expect(collection('C')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });
});
