import { atMost, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseUnavailable, isImpossibleText, system, transact } from '../kernel/index.ts';
import { lockCollection } from './collection.locks.ts';
import { collectionRecord } from './collection.queries.ts';
import { changeCollection } from './collection.store.ts';
import * as catalog from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const collection = (name: string) => catalog.createCollection(shop.core, staff, { name, rule: { q: name } });
const updatesOf = async (work: () => Promise<unknown>) => (await shop.countQueries(work)).filter((text) => /^update /i.test(text));

describe('edits by the entity manager', () => {
  it('an edit of a category writes the named columns only', async () => {
    const { id } = await catalog.createCategory(shop.core, staff, { name: 'Kites', sortOrder: 3 });
    const [statement, ...more] = await updatesOf(() => catalog.updateCategory(shop.core, staff, { id, description: 'They fly.' }));
    expect(statement).toMatch(/^update "categories" set "description" = '[^=]*' where "id" = '[^=]*'$/);
    expect(more).toEqual([]);
    expect(await catalog.updateCategory(shop.core, staff, { id })).toMatchObject({ name: 'Kites', description: 'They fly.', sortOrder: 3 });
  });

  it('categories are put in order by one statement', async () => {
    const parent = await catalog.createCategory(shop.core, staff, { name: 'Boats' });
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push((await catalog.createCategory(shop.core, staff, { name, parentId: parent.id })).id);
    const order = { parentId: parent.id, categoryIds: ids.toReversed() };
    expect(await updatesOf(() => catalog.reorderCategories(shop.core, staff, order))).toEqual(atMost(1));
    const { categories } = await catalog.listCategories(shop.core);
    expect(categories.find(({ id }) => id === parent.id)?.children.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it('every edit of a collection increases its version by one, also one that changes nothing', async () => {
    const made = await collection('Summer');
    expect(await catalog.updateCollection(shop.core, staff, { id: made.id, version: 1, name: 'Summer' })).toEqual({ ...made, version: 2 });
    const next = await catalog.updateCollection(shop.core, staff, { id: made.id, version: 2, rule: { q: 'sun' }, active: false });
    expect(next).toEqual({ ...made, version: 3, rule: { q: 'sun' }, active: false });
    expect(await catalog.getCollection(shop.core, staff, made.slug)).toEqual(next);
  });

  it('a name that another collection has is refused with NAME_TAKEN, and nothing of the edit stays', async () => {
    const [first, second] = [await collection('First'), await collection('Second')];
    const edit = { id: second.id, version: 1, name: first.name, description: 'new' };
    await expect(catalog.updateCollection(shop.core, staff, edit)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(await catalog.getCollection(shop.core, staff, second.slug)).toEqual(second);
  });

  it('a taken name or slug of a category is reported in the same words for a new category and for an edit', async () => {
    const [parent, other] = [
      await catalog.createCategory(shop.core, staff, { name: 'Parent' }),
      await catalog.createCategory(shop.core, staff, { name: 'Other', slug: 'other' }),
    ];
    const first = await catalog.createCategory(shop.core, staff, { name: 'Child', parentId: parent.id });
    const second = await catalog.createCategory(shop.core, staff, { name: 'Second', parentId: parent.id });
    const name = {
      code: 'NAME_TAKEN',
      message: 'Another category with the same parent already has the name Child. Choose another name, or open that category to edit it.',
    };
    await expect(catalog.createCategory(shop.core, staff, { name: first.name, parentId: parent.id })).rejects.toMatchObject(name);
    await expect(catalog.updateCategory(shop.core, staff, { id: second.id, name: first.name })).rejects.toMatchObject(name);
    const slug = {
      code: 'SLUG_TAKEN',
      message: 'Another category already has the slug other. Choose another slug, or open that category to edit it.',
    };
    await expect(catalog.createCategory(shop.core, staff, { name: 'Third', slug: other.slug, parentId: parent.id })).rejects.toMatchObject(
      slug,
    );
    await expect(catalog.updateCategory(shop.core, staff, { id: second.id, slug: other.slug })).rejects.toMatchObject(slug);
  });

  it('texts with quotes, backslashes and placeholders are stored as they are', async () => {
    const text = String.raw`it's a \\' "kite" ? ?? $1 :name \? -- /* %s E'x' \u0000 🪁`;
    const { id, ...made } = await catalog.createCollection(shop.core, staff, { name: text, description: text, rule: { q: text } });
    expect(made).toMatchObject({ name: text, description: text, rule: { q: text } });
    const edit = { id, version: 1, name: `${text}?`, description: `?${text}`, rule: { q: `'${text}` } };
    expect(await catalog.updateCollection(shop.core, staff, edit)).toMatchObject({ ...edit, version: 2 });
  });

  it('a text with NUL is reported as a text that cannot be stored', async () => {
    const { id } = await catalog.createCategory(shop.core, staff, { name: 'Text' });
    const refused = await catalog.updateCategory(shop.core, staff, { id, description: 'a\0b' }).catch((error: unknown) => error);
    expect([isImpossibleText(refused), isDatabaseUnavailable(refused), refused]).toEqual([true, false, refused]);
    const created = await catalog
      .createCategory(shop.core, staff, { name: 'Text 2', description: 'a\0b' })
      .catch((error: unknown) => error);
    expect([isImpossibleText(created), isDatabaseUnavailable(created)]).toEqual([true, false]);
  });

  it.each(['a\0b', '\ud800', 'a\udc00'])('a rule with the text %j is reported as a text that cannot be stored', async (q) => {
    const { id, version } = await collection('Rule');
    const refused = [
      catalog.createCollection(shop.core, staff, { name: 'Rule 2', rule: { q } }),
      catalog.updateCollection(shop.core, staff, { id, version, rule: { q } }),
    ].map((call) => call.then(() => false, isImpossibleText));
    expect(await Promise.all(refused)).toEqual([true, true]);
    await catalog.deleteCollection(shop.core, staff, { id });
  });

  it('the time of an edit is that of the database, and a lock reads what SQL wrote in between', async () => {
    const { id } = await collection('Clock');
    await transact(shop.core, async (tx) => {
      const locked = await lockCollection(tx, id);
      await changeCollection(tx, locked, { name: 'Watch' });
      const { now } = await tx.db.selectNoFrom((eb) => eb.fn<Date>('now').as('now')).executeTakeFirstOrThrow();
      expect(locked.updatedAt).toEqual(now);
      await tx.db.updateTable('collections').set({ description: 'by SQL' }).where('id', '=', id).execute();
      expect(locked.description).toBeNull();
      expect(collectionRecord.of(await lockCollection(tx, id))).toMatchObject({ name: 'Watch', description: 'by SQL', version: 2 });
    });
  });
});
