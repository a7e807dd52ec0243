import { contract, type ShopContract } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { sql, type Expression } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { listProducts } from '../catalog/index.ts';
import type { Actor } from '../kernel/index.ts';
import { searchProducts } from './index.ts';

/** More matches than are counted; three of them have the rare brand and the highest prices. */
const many = 1_100;
const rare = 3;

/** Adds products with a stock of one, each named by its number from 1 on, and its price in cents the same. */
const add = async (count: number, nameOf: Expression<string>, brandOf: Expression<string> = sql.lit('Common')): Promise<void> => {
  await sql`
    with made as (
      insert into products (id, slug, name, brand, status, currency, tags, created_at)
      select gen_random_uuid(), gen_random_uuid() || '-' || n, ${nameOf}, ${brandOf}, 'active', 'EUR', array['clay'],
        clock_timestamp() from generate_series(1, ${count}::int) n
      returning id, slug)
    insert into variants (id, product_id, sku, title, options, price_cents)
    select gen_random_uuid(), id, slug, '', '{}', split_part(slug, '-', 6)::int from made`.execute(shop.core.db);
  await sql`
    insert into stock_levels (variant_id, on_hand)
    select id, 1 from variants v where not exists (select from stock_levels l where l.variant_id = v.id)`.execute(shop.core.db);
};

let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const guest: Actor = { kind: 'guest', cartToken: null };
const find = (input: z.input<ShopContract['search']['products']['input']>) =>
  searchProducts(shop.core, guest, contract.search.products.input.parse({ q: 'plain mug', pageSize: 5, ...input }));

describe('searches with more matches than are counted', () => {
  beforeEach(() => add(many, sql<string>`'Plain mug ' || n`, sql<string>`case when n > ${many - rare}::int then 'Rare' else 'Common' end`));

  it('a search with more than 1,000 matches fills its page and says that its counts are not exact', async () => {
    const { items, totalCount, totalIsExact, facets } = await find({});
    expect({ shown: items.length, totalCount, totalIsExact }).toEqual({ shown: 5, totalCount: 1_000, totalIsExact: false });
    expect(facets.tags).toEqual([{ value: 'clay', count: 1_000 }]);
    expect(await find({ maxPriceCents: 1_000_000 })).toMatchObject({ totalCount: 1_000, totalIsExact: false, items: { length: 5 } });
    expect((await find({ page: 200 })).items).toHaveLength(5);
  });

  it('a search with a filter that leaves few matches has exact counts and facets', async () => {
    const { items, totalCount, totalIsExact, facets } = await find({ brands: ['Rare'] });
    expect(items.map(({ brand }) => brand)).toEqual(['Rare', 'Rare', 'Rare']);
    expect({ totalCount, totalIsExact }).toEqual({ totalCount: rare, totalIsExact: true });
    expect(facets.tags).toEqual([{ value: 'clay', count: rare }]);
    expect(facets.brands.map(({ value }) => value)).toContain('Common');
    expect(await find({ minPriceCents: many - 1 })).toMatchObject({ totalCount: 2, totalIsExact: true });
  });

  it('a product list of a buyer counts as far, says so, and reads on by cursor', async () => {
    const list = (input: z.input<ShopContract['products']['list']['input']>) =>
      listProducts(shop.core, guest, contract.products.list.input.parse({ q: 'plain mug', ...input }));
    expect(await list({ pageSize: 5 })).toMatchObject({ totalCount: 1_000, totalIsExact: false, items: { length: 5 } });
    expect(await list({ page: 11, pageSize: 100 })).toMatchObject({ totalCount: 1_000, totalIsExact: false, items: [] });
    expect(await list({ brand: 'Rare' })).toMatchObject({ totalCount: rare, totalIsExact: true, items: { length: rare } });
    expect(await list({ q: 'plain mu', brand: 'Rare' })).toMatchObject({ totalCount: rare, totalIsExact: true });
    expect((await list({ sort: '-price', pageSize: 2 })).items.map(({ minPriceCents }) => minPriceCents)).toEqual([many, many - 1]);
    const walked = new Set<string>();
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await list({ sort: 'price', pageSize: 100, ...(cursor && { cursor }) });
      for (const { id } of page.items) walked.add(id);
      cursor = page.nextCursor;
    }
    expect(walked.size).toBe(many);
  });

  it('a search sorted by price sorts all matches, not only the counted ones', async () => {
    expect((await find({ sort: '-price' })).items.map(({ minPriceCents }) => minPriceCents)).toEqual([0, 1, 2, 3, 4].map((n) => many - n));
    expect((await find({ sort: 'price', page: 2 })).items.map(({ minPriceCents }) => minPriceCents)).toEqual([6, 7, 8, 9, 10]);
  });
});

describe('searches in a shop of many products', () => {
  /** As many products as are listed between two others in this shop, without listing them. */
  const blocks = (count: number) =>
    sql`select setval('search_entries_number', nextval('search_entries_number') + ${count * 8_192})`.execute(shop.core.db);
  const namesOf = async (q: string) => (await find({ q })).items.map(({ name }) => name);

  it('of too many matches, those named so, those that sell and the newest are ranked, not the oldest', async () => {
    await add(3, sql<string>`(array['Plain mug', 'Plain mug that sells', 'Plain mug of old'])[n]`);
    await sql`insert into search_trends (product_id, score) select id, 50 from products where name like '% sells'`.execute(shop.core.db);
    await blocks(20);
    await add(many, sql<string>`'Plain mug ' || n`);
    expect((await namesOf('plain mug')).slice(0, 2).toSorted()).toEqual(['Plain mug', 'Plain mug that sells']);
    const all = await find({ pageSize: 100, page: 10 });
    expect({ shown: all.items.length, exact: all.totalIsExact }).toEqual({ shown: 100, exact: false });
    expect(await find({ q: 'mug of old' })).toMatchObject({ totalCount: 1, totalIsExact: true });
  });

  it('every match is found once, however long ago it was listed, also by an unfinished word', async () => {
    for (const age of ['ancient', 'old', 'recent', 'new']) {
      await add(1, sql<string>`${`Teapot ${age}`}::text`);
      await blocks(age === 'ancient' ? 9 : age === 'old' ? 7 : 1);
    }
    const all = ['Teapot ancient', 'Teapot new', 'Teapot old', 'Teapot recent'];
    for (const q of ['teapot', 'teapo']) expect((await namesOf(q)).toSorted()).toEqual(all);
    expect(await find({ q: 'teapot', sort: 'price' })).toMatchObject({ totalCount: 4, totalIsExact: true });
    await sql`update products set name = name || ' sold' where name = 'Teapot ancient'`.execute(shop.core.db);
    expect(await namesOf('teapot sold')).toHaveLength(1);
  });

  it('a filter finds matches of common words however long ago they were listed, and counts what it excludes', async () => {
    await add(1, sql<string>`'Plain mug of old'`, sql.lit('Rare'));
    await sql`
      with made as (insert into categories (id, name, slug) values (gen_random_uuid(), 'Kitchen', 'kitchen') returning id)
      update products set category_id = (select id from made)`.execute(shop.core.db);
    await blocks(20);
    await add(many, sql<string>`'Plain mug ' || n`);
    for (const filter of [{ brands: ['Rare', 'None'] }, { category: 'kitchen' }, { brands: ['Rare'], category: 'kitchen' }])
      for (const sort of ['relevance', 'price'] as const) {
        const { items, totalCount, totalIsExact } = await find({ ...filter, sort });
        expect({ names: items.map(({ name }) => name), totalCount, totalIsExact }).toEqual({
          names: ['Plain mug of old'],
          totalCount: 1,
          totalIsExact: true,
        });
      }
    expect((await find({ brands: ['Rare'] })).facets.brands.map(({ value }) => value)).toContain('Common');
    const [all] = (await find({ brands: ['Rare', 'Common'], q: 'plain mug old' })).items;
    expect(all?.name).toBe('Plain mug of old');
  });

  it('too many matches are sorted by price as a whole, whether they were listed recently or long ago', async () => {
    await add(many, sql<string>`'Plain mug ' || n`);
    const mostExpensive = async () => (await find({ sort: '-price', page: 2 })).items.map(({ minPriceCents }) => minPriceCents);
    const expected = [5, 6, 7, 8, 9].map((n) => many - n);
    expect(await mostExpensive()).toEqual(expected);
    await blocks(20);
    await add(1, sql<string>`'Teapot'`);
    expect(await find({ q: 'teapot' })).toMatchObject({ totalCount: 1 });
    expect(await mostExpensive()).toEqual(expected);
    expect((await find({ sort: 'price' })).items.map(({ minPriceCents }) => minPriceCents)).toEqual([1, 2, 3, 4, 5]);
  });

  it('a product that is changed keeps its place among the older ones', async () => {
    await add(1, sql<string>`'Vase'`);
    const number = async () => (await sql<{ number: number }>`select number from search_entries`.execute(shop.core.db)).rows;
    const before = await number();
    await sql`update products set name = 'Jar'`.execute(shop.core.db);
    expect(await number()).toEqual(before);
  });
});
