import { contract, type ShopContract } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { searchProducts } from './index.ts';

/** More matches than are counted; three of them have the rare brand and the highest prices. */
const many = 2_100;
const rare = 3;

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  await sql`
    with made as (
      insert into products (id, slug, name, brand, status, currency, tags)
      select gen_random_uuid(), 'mug-' || n, 'Plain mug ' || n, case when n > ${many - rare} then 'Rare' else 'Common' end, 'active',
      'EUR', array['clay'] from generate_series(1, ${many}) n
      returning id, slug),
    sold as (
      insert into variants (id, product_id, sku, title, options, price_cents)
      select gen_random_uuid(), id, slug, '', '{}', substr(slug, 5)::int from made returning id)
    select count(*) from sold`.execute(shop.core.db);
  await sql`insert into stock_levels (variant_id, on_hand) select id, 1 from variants`.execute(shop.core.db);
});
afterAll(() => shop.close());

const find = (input: z.input<ShopContract['search']['products']['input']>) =>
  searchProducts(
    shop.core,
    { kind: 'guest', cartToken: null },
    contract.search.products.input.parse({ q: 'plain mug', pageSize: 5, ...input }),
  );

describe('searches with more matches than are counted', () => {
  it('a search with more than 2,000 matches fills its page and says that its counts are not exact', async () => {
    const { items, totalCount, totalIsExact, facets } = await find({});
    expect({ shown: items.length, totalCount, totalIsExact }).toEqual({ shown: 5, totalCount: 2_000, totalIsExact: false });
    expect(facets.tags).toEqual([{ value: 'clay', count: 2_000 }]);
    expect(await find({ maxPriceCents: 1_000_000 })).toMatchObject({ totalCount: 2_000, totalIsExact: false, items: { length: 5 } });
    expect((await find({ page: 250 })).items).toHaveLength(5);
  });

  it('a search with a filter that leaves few matches has exact counts and facets', async () => {
    const { items, totalCount, totalIsExact, facets } = await find({ brands: ['Rare'] });
    expect(items.map(({ brand }) => brand)).toEqual(['Rare', 'Rare', 'Rare']);
    expect({ totalCount, totalIsExact }).toEqual({ totalCount: rare, totalIsExact: true });
    expect(facets.tags).toEqual([{ value: 'clay', count: rare }]);
    expect(facets.brands.map(({ value }) => value)).toContain('Common');
    expect(await find({ minPriceCents: many - 1 })).toMatchObject({ totalCount: 2, totalIsExact: true });
  });

  it('a search sorted by price sorts all matches, not only the counted ones', async () => {
    expect((await find({ sort: '-price' })).items.map(({ minPriceCents }) => minPriceCents)).toEqual([0, 1, 2, 3, 4].map((n) => many - n));
    expect((await find({ sort: 'price', page: 2 })).items.map(({ minPriceCents }) => minPriceCents)).toEqual([6, 7, 8, 9, 10]);
  });
});
