/** The tree of categories, and the collections that fill themselves by a rule. */
import { contract, type Category, type CategoryId, type Product, type ShopContract } from '@cartwright/contracts';
import { aProduct, createTestShop, race, there, unique, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { system, type Actor } from '../kernel/index.ts';
import { listCollectionProducts } from '../search/index.ts';
import * as catalog from './index.ts';

const guest: Actor = { kind: 'guest', cartToken: null };
const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const get = (id: string, actor: Actor = guest) => catalog.getProduct(shop.core, actor, { id });
const update = (product: Product, changes: Omit<z.input<ShopContract['products']['update']['input']>, 'id' | 'version'>) =>
  catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version: product.version, ...changes }));
const category = (name: string, parentId: CategoryId | null = null) => catalog.createCategory(shop.core, staff, { name, parentId });

describe('the category tree', () => {
  const paths = (tree: readonly Category[], above = ''): string[] =>
    tree.flatMap((c) => [`${above}${c.name}`, ...paths(c.children, `${above}${c.name}/`)]);
  it('categories are renamed and moved without a cycle, even by concurrent moves', async () => {
    const [a, b, c] = [await category('Tree A'), await category('Tree B'), await category('Tree C')];
    await catalog.updateCategory(shop.core, staff, { id: b.id, parentId: a.id });
    await catalog.updateCategory(shop.core, staff, { id: c.id, parentId: b.id, name: 'Tree See' });
    const below = async () => paths((await catalog.listCategories(shop.core)).categories).filter((p) => p.startsWith('Tree'));
    expect(await below()).toEqual(['Tree A', 'Tree A/Tree B', 'Tree A/Tree B/Tree See']);
    await expect(catalog.updateCategory(shop.core, staff, { id: a.id, parentId: c.id })).rejects.toMatchObject({ code: 'CATEGORY_CYCLE' });
    await expect(catalog.updateCategory(shop.core, staff, { id: a.id, parentId: a.id })).rejects.toMatchObject({ code: 'CATEGORY_CYCLE' });
    await catalog.updateCategory(shop.core, staff, { id: b.id, parentId: null });
    // Each of the two moves would be valid alone.
    const moves = [
      { id: a.id, parentId: b.id },
      { id: b.id, parentId: a.id },
    ];
    const result = await race(2, (n) => catalog.updateCategory(shop.core, staff, moves[n] ?? { id: a.id }));
    expect(result).toMatchObject({ won: [{}], refused: { CATEGORY_CYCLE: 1 }, defects: [] });
    expect(await below()).toHaveLength(3);
  });
  it('a category answers its texts, its image and its path, by id and by slug, as they are now', async () => {
    const above = await category('Kitchenware');
    const below = await catalog.createCategory(shop.core, staff, {
      name: 'Cast Iron',
      parentId: above.id,
      description: 'Heavy <b>pots</b><script>steal()</script>',
      seoTitle: 'Cast iron pots',
      seoDescription: 'Pots that last',
      imageUrl: 'https://images.example.com/pot.jpg',
      imageAltText: 'A black pot',
      sortOrder: 3,
    });
    const find = (id: string) => catalog.getCategory(shop.core, { id });
    expect(await find('cast-iron')).toEqual({
      id: below.id,
      parentId: above.id,
      name: 'Cast Iron',
      slug: 'cast-iron',
      description: 'Heavy <b>pots</b>',
      seoTitle: 'Cast iron pots',
      seoDescription: 'Pots that last',
      imageUrl: 'https://images.example.com/pot.jpg',
      imageAltText: 'A black pot',
      sortOrder: 3,
      path: [
        { id: above.id, name: 'Kitchenware', slug: 'kitchenware' },
        { id: below.id, name: 'Cast Iron', slug: 'cast-iron' },
      ],
    });
    await catalog.updateCategory(shop.core, staff, { id: below.id, imageUrl: null, seoTitle: null });
    await catalog.updateCategory(shop.core, staff, { id: above.id, name: 'Cookware' });
    expect(await find(below.id)).toMatchObject({
      imageUrl: null,
      seoTitle: null,
      seoDescription: 'Pots that last',
      path: [{ name: 'Cookware' }, {}],
    });
    await expect(find('no-such-category')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  it('the tree of categories has at most 20 levels, also when a part of it is moved', async () => {
    const chain = async (levels: number, parentId: CategoryId | null = null): Promise<CategoryId[]> => {
      const ids: CategoryId[] = [];
      for (let at = parentId; ids.length < levels; at = ids.at(-1) ?? null) ids.push((await category(`Level ${unique()}`, at)).id);
      return ids;
    };
    const deep = await chain(20);
    const refused = { code: 'INVALID_INPUT', fields: [{ path: 'parentId' }] };
    await expect(chain(1, deep[19])).rejects.toMatchObject(refused);
    const [top, , bottom] = await chain(3);
    const move = (parentId: CategoryId | undefined) =>
      catalog.updateCategory(shop.core, staff, { id: there(top), parentId: there(parentId) });
    await expect(move(deep[17])).rejects.toMatchObject(refused);
    expect(await move(deep[16])).toMatchObject({ parentId: deep[16] });
    await expect(chain(1, bottom)).rejects.toMatchObject(refused);
  });

  it('an image of a category must be on a public host with https', async () => {
    const { id } = await category('Pictured');
    for (const imageUrl of ['http://images.example.com/a.jpg', 'https://127.0.0.1/a.jpg', 'https://images.example.com/a.svg'])
      for (const call of [
        () => catalog.updateCategory(shop.core, staff, { id, imageUrl }),
        () => catalog.createCategory(shop.core, staff, { name: 'Never', imageUrl }),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED', fields: [{ path: 'imageUrl' }] });
  });
  it('categories of one level are reordered by naming each of them once', async () => {
    const above = await category('Ordered');
    const ids: CategoryId[] = [];
    for (const name of ['One', 'Two', 'Three']) {
      const { id } = await category(name);
      await catalog.updateCategory(shop.core, staff, { id, parentId: above.id });
      ids.push(id);
    }
    const names = async () =>
      (await catalog.listCategories(shop.core)).categories.find(({ id }) => id === above.id)?.children.map(({ name }) => name);
    await catalog.reorderCategories(shop.core, staff, { parentId: above.id, categoryIds: ids.toReversed() });
    expect(await names()).toEqual(['Three', 'Two', 'One']);
    for (const wrong of [ids.slice(1), [...ids, above.id], [ids[0], ids[0], ids[1]].flatMap((id) => id ?? [])])
      await expect(catalog.reorderCategories(shop.core, staff, { parentId: above.id, categoryIds: wrong })).rejects.toMatchObject({
        code: 'LIST_CHANGED',
      });
    const turns = await race(6, (n) =>
      catalog.reorderCategories(shop.core, staff, { parentId: above.id, categoryIds: n % 2 ? ids : ids.toReversed() }),
    );
    expect(turns).toMatchObject({ refused: {}, defects: [] });
    expect([
      ['One', 'Two', 'Three'],
      ['Three', 'Two', 'One'],
    ]).toContainEqual(await names());
  });

  it('concurrent changes of different fields of a category are both kept', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await category(`Round ${round}`);
      const changes = [{ name: `Named ${round}` }, { description: 'Told', sortOrder: 5 }];
      await Promise.all(changes.map((change) => catalog.updateCategory(shop.core, staff, { id, ...change })));
      expect(await catalog.updateCategory(shop.core, staff, { id })).toMatchObject({
        name: `Named ${round}`,
        description: 'Told',
        sortOrder: 5,
      });
    }
  });

  it('deleting a category while a product is put into it leaves no product in a deleted category', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await category(`Fleeting ${round}`);
      const { id: productId, version } = await aProduct(shop.core);
      const calls = [
        () => catalog.deleteCategory(shop.core, staff, { id }),
        () => catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id: productId, version, categoryId: id })),
      ];
      const { defects, refused } = await race(2, async (n) => calls[n]?.());
      expect(defects).toEqual([]);
      expect(Object.keys(refused).filter((code) => code !== 'NOT_FOUND')).toEqual([]);
      expect((await get(productId)).category).toBeNull();
    }
  });

  it('only a category without subcategories can be deleted; its products stay', async () => {
    const [above, under] = [await category('Above'), await category('Under')];
    await catalog.updateCategory(shop.core, staff, { id: under.id, parentId: above.id });
    const product = await update(await aProduct(shop.core), { categoryId: under.id });
    await expect(catalog.deleteCategory(shop.core, staff, { id: above.id })).rejects.toMatchObject({ code: 'CATEGORY_NOT_EMPTY' });
    await catalog.deleteCategory(shop.core, staff, { id: under.id });
    await catalog.deleteCategory(shop.core, staff, { id: above.id });
    expect((await get(product.id)).category).toBeNull();
    await category('Named once');
    await expect(category('Named once')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });

  it('a refused category names what is taken or missing, and slugs are unique in the whole tree', async () => {
    const above = await category('Distinct');
    const add = (input: { name: string; slug?: string; parentId?: typeof above.id }) => catalog.createCategory(shop.core, staff, input);
    await expect(add({ name: 'Distinct' })).rejects.toThrow('Another category with the same parent already has the name Distinct.');
    await expect(add({ name: 'Below', slug: 'distinct', parentId: above.id })).rejects.toThrow(
      'Another category already has the slug distinct.',
    );
    const { id: parentId } = await category('Gone');
    await catalog.deleteCategory(shop.core, staff, { id: parentId });
    await expect(add({ name: 'Below', parentId })).rejects.toThrow(`The parent category (${parentId}) was not found.`);
    await expect(catalog.updateCategory(shop.core, staff, { id: above.id, parentId })).rejects.toThrow(
      `The parent category (${parentId}) was not found.`,
    );
  });
});

describe('collections', () => {
  it('a collection follows its rule, and a change from a stale version is refused', async () => {
    await aProduct(shop.core, { name: 'Cheap Gift', tags: ['collected'], priceCents: 500 });
    const expensive = await aProduct(shop.core, { name: 'Expensive Gift', tags: ['collected'], priceCents: 9_000 });
    const made = await catalog.createCollection(shop.core, staff, {
      name: 'Small gifts',
      rule: { tags: ['collected'], maxPriceCents: 1_000 },
      sort: 'price',
    });
    const names = async () =>
      (await listCollectionProducts(shop.core, guest, { slug: 'small-gifts', page: 1, pageSize: 10 })).items.map((p) => p.name);
    expect(await names()).toEqual(['Cheap Gift']);
    await catalog.setProductPrice(shop.core, staff, { id: expensive.id, priceCents: 900 });
    expect(await names()).toEqual(['Cheap Gift', 'Expensive Gift']);
    await catalog.updateCollection(shop.core, staff, { id: made.id, version: made.version, active: false });
    await expect(names()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(catalog.updateCollection(shop.core, staff, { id: made.id, version: made.version, active: true })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    expect((await catalog.listCollections(shop.core, guest)).items).toEqual([]);
    await catalog.deleteCollection(shop.core, staff, { id: made.id });
  });
});
