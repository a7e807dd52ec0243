import { contract, type ShopContract } from '@cartwright/contracts';
import { aProduct, atMost, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { system, type Actor } from '../kernel/index.ts';
import { emptySearchQueue } from '../search/index.ts';
import * as catalog from './index.ts';

const guest: Actor = { kind: 'guest', cartToken: null };
const staff = system('test');
const actors = [
  ['a guest', guest],
  ['staff', staff],
] as const;
type Input = z.input<ShopContract['products']['list']['input']>;
const ranked = { q: 'stoneware', sort: 'relevance', pageSize: 100 } as const;

let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const list = (input: Input, actor: Actor) => catalog.listProducts(shop.core, actor, contract.products.list.input.parse(input));

/** Adds products, `Stoneware 1` and so on, as if they were made long ago. */
const add = async (count: number, from = 1) => {
  await sql`
    with made as (
      insert into products (id, slug, name, status, currency, created_at)
      select gen_random_uuid(), 'stoneware-' || n, 'Stoneware ' || n, 'active', 'EUR', timestamptz '2026-01-01' + n * interval '1 minute'
      from generate_series(${from}::int, ${from + count - 1}::int) n
      returning id, slug)
    insert into variants (id, product_id, sku, title, options, price_cents)
    select gen_random_uuid(), id, slug, '', '{}', 100 from made`.execute(shop.core.db);
  await sql`
    insert into stock_levels (variant_id, on_hand)
    select id, 1 from variants v where not exists (select from stock_levels l where l.variant_id = v.id)`.execute(shop.core.db);
};

/** Reads all pages, with a change after the first one; returns what they listed. */
const walk = async (input: Input, actor: Actor, between: () => Promise<unknown>) => {
  const ids: string[] = [];
  const corrections = new Set<string | null>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await list({ ...input, ...(cursor && { cursor }) }, actor);
    if (!cursor) await between();
    ids.push(...page.items.map(({ id }) => id));
    corrections.add(page.correctedQuery);
    cursor = page.nextCursor;
  }
  expect(new Set(ids).size).toBe(ids.length);
  return { ids, corrections: [...corrections] };
};

describe('walks by cursor through products that words find', () => {
  it.each(actors)('a walk of %s by relevance keeps its order when a product more than are ranked is added', async (_, actor) => {
    await add(1_000);
    const { ids } = await walk(ranked, actor, () => aProduct(shop.core, { name: 'Stoneware vase' }));
    expect(ids).toHaveLength(1_001);
  });

  it.each(actors)('a walk of %s stays newest first when so many products leave that they could be ranked', async (_, actor) => {
    await add(1_001);
    const { id: oldest } = await catalog.getProduct(shop.core, staff, { id: 'stoneware-1' });
    const { ids } = await walk(ranked, actor, () => catalog.deleteProduct(shop.core, staff, { id: oldest }));
    expect(ids).toHaveLength(1_000);
    expect(ids).not.toContain(oldest);
  });

  it.each(actors)('a walk of %s lists the products of its corrected words, however many there are', async (_, actor) => {
    await add(1_001);
    await aProduct(shop.core, { name: 'Stoneware pot' });
    await emptySearchQueue(shop.core);
    const typed = { ...ranked, q: 'stonewear' };
    const { ids, corrections } = await walk(typed, actor, () => aProduct(shop.core, { name: 'Stonewear' }));
    expect(corrections).toEqual(['stoneware']);
    expect(ids).toHaveLength(1_002);
  });

  it('a later page takes no more statements than the first, and none to correct its words again', async () => {
    await add(150);
    await aProduct(shop.core, { name: 'Stoneware pot' });
    await emptySearchQueue(shop.core);
    const first = await list({ ...ranked, q: 'stonewear' }, staff);
    const count = await shop.countQueries(() => list({ ...ranked, q: 'stonewear', cursor: first.nextCursor ?? '' }, staff));
    expect(count).toEqual(atMost(2));
  });

  it('a walk by relevance ends with INVALID_INPUT when too many products are added to rank them', async () => {
    await add(1_000);
    const { nextCursor } = await list(ranked, guest);
    await add(4_000, 1_001);
    await aProduct(shop.core, { name: 'Stoneware vase' });
    const later = list({ ...ranked, cursor: nextCursor ?? '' }, guest);
    await expect(later).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'cursor' }] });
  });

  it('a cursor of a list by date is refused for a list by relevance', async () => {
    await add(150);
    const { nextCursor } = await list({ ...ranked, sort: 'newest' }, guest);
    await expect(list({ ...ranked, cursor: nextCursor ?? '' }, guest)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
