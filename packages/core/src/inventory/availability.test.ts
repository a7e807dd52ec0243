import { aGuestCart, aProduct, atMost, createTestShop, letPass, testConfig, variantOf, type TestShop } from '@cartwright/testing';
import type { Product, ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getProduct, listProducts } from '../catalog/index.ts';
import { closeCore, createCore } from '../composition/index.ts';
import { system, type Core } from '../kernel/index.ts';
import { adjustStock, readAvailability } from './index.ts';

let shop: TestShop;
let other: Core;
beforeAll(async () => {
  shop = await createTestShop();
  other = await createCore(testConfig(shop.url), { log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await closeCore(other);
  await shop.close();
});

const availableOf = async (product: Product, core = shop.core): Promise<number> => {
  const [seen] = await readAvailability(core, [product.id]);
  return seen?.available ?? Number.NaN;
};
const asText = (rows: readonly string[]): string => rows.join('\n');

describe('availability', () => {
  it('concurrent calls for availability share one statement, and each gets its own products', async () => {
    const products = await Promise.all(Array.from({ length: 12 }, (_, i) => aProduct(shop.core, { stock: i })));
    const seen: number[] = [];
    const statements = await shop.countQueries(async () => {
      seen.push(...(await Promise.all(products.map((product) => availableOf(product)))));
    });
    expect(seen).toEqual(products.map((_, i) => i));
    expect(statements.filter((text) => text.includes('pg_current_snapshot'))).toEqual(atMost(1));
    expect(await readAvailability(shop.core, [])).toEqual([]);
  });

  it('the availability of a product is the same object until it changes, whatever else is written', async () => {
    const [kept, moved] = [await aProduct(shop.core, { stock: 3 }), await aProduct(shop.core, { stock: 3 })];
    const ids = [kept.id, moved.id];
    const before = await readAvailability(shop.core, ids);
    expect((await readAvailability(shop.core, ids)).every((seen, i) => seen === before[i])).toBe(true);
    await aGuestCart(shop.core, [[moved, 1]]);
    const after = await readAvailability(shop.core, ids);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toMatchObject({ available: 2, variants: { [variantOf(moved).id]: { available: 2, inStock: true } } });
    expect(Object.isFrozen(after[1])).toBe(true);
  });

  it('availability is never older than the call, for many readers while another process sells', async () => {
    const product = await aProduct(shop.core, { stock: 100 });
    const variantId = variantOf(product).id;
    let confirmed = 100;
    let selling = true;
    const reader = async (): Promise<void> => {
      while (selling) {
        const atMost = confirmed;
        expect(await availableOf(product)).toBeLessThanOrEqual(atMost);
      }
    };
    const readers = Array.from({ length: 8 }, reader);
    try {
      for (let n = 0; n < 40; n += 1) {
        await adjustStock(other, system('test'), { variantId, delta: -1, reason: 'sold' });
        confirmed -= 1;
      }
    } finally {
      selling = false;
    }
    await Promise.all(readers);
    expect(await availableOf(product)).toBe(60);
  });

  it('availability counts the units of expired holds as free, for buyers and staff, before any sweep', async () => {
    const product = await aProduct(shop.core, { stock: 4 });
    await aGuestCart(shop.core, [[product, 3]]);
    expect(await availableOf(product)).toBe(1);
    await letPass(shop.core, 16);
    expect(await availableOf(product)).toBe(4);
    const buyer = { kind: 'guest', cartToken: null } as const;
    for (const actor of [buyer, system('test')]) {
      expect(await getProduct(shop.core, actor, { id: product.id })).toMatchObject({
        available: 4,
        variants: [{ availability: { available: 4 } }],
      });
      const page = await listProducts(shop.core, actor, { page: 1, pageSize: 1, sort: 'newest' });
      expect(page.items[0]).toMatchObject({ id: product.id, available: 4 });
    }
  });

  it('availability of more than a hundred products is read again only after a commit or when a hold expires', async () => {
    const product = await aProduct(shop.core, { stock: 5 });
    const { cart } = await aGuestCart(shop.core, [[product, 1]]);
    const many = [product.id, ...Array.from({ length: 150 }, () => shop.core.ids.next<ProductId>())];
    const available = async () => (await readAvailability(shop.core, many)).map((seen) => seen.available);
    const noOthers = many.slice(1).map(() => 0);
    expect(await available()).toEqual([4, ...noOthers]);
    // The NOTIFY of the earlier changes may still be sent, and it commits.
    await vi.waitFor(async () => expect((await shop.countQueries(available)).join()).not.toContain('stock_levels'), { timeout: 20_000 });
    await sql`update holds set expires_at = now() + interval '3 seconds' where cart_id = ${cart.id}`.execute(other.db);
    await adjustStock(other, system('test'), { variantId: variantOf(product).id, delta: 2, reason: 'found' });
    expect(await available()).toEqual([6, ...noOthers]);
    await vi.waitFor(async () => expect(await available()).toEqual([7, ...noOthers]), { timeout: 20_000 });
  });

  it('availability is not read again for a caller with the same snapshot, and is for a caller with a later one', async () => {
    const product = await aProduct(shop.core, { stock: 3 });
    const read = (snapshot: string) => readAvailability(shop.core, [product.id], snapshot);
    const snapshotOf = async (): Promise<string> => {
      const { rows } = await sql<{ now: string }>`select pg_current_snapshot()::text as now`.execute(shop.core.db);
      return rows[0]?.now ?? '';
    };
    // Other tests on this server commit as well: repeat until none commits between the two reads.
    await vi.waitFor(
      async () => {
        await readAvailability(shop.core, [product.id]);
        const snapshot = await snapshotOf();
        expect(await shop.countQueries(() => read(snapshot))).toEqual([]);
      },
      { timeout: 20_000 },
    );
    await adjustStock(other, system('test'), { variantId: variantOf(product).id, delta: 2, reason: 'found' });
    const [seen] = await read(await snapshotOf());
    expect(seen?.available).toBe(5);
  });

  it('availability changes when a hold expires, although nothing is written then', async () => {
    const product = await aProduct(shop.core, { stock: 2 });
    const { cart } = await aGuestCart(shop.core, [[product, 2]]);
    await sql`update holds set expires_at = now() + interval '3 seconds' where cart_id = ${cart.id}`.execute(shop.core.db);
    expect(await availableOf(product)).toBe(0);
    const statements = await shop.countQueries(() =>
      vi.waitFor(async () => expect(await availableOf(product)).toBe(2), { timeout: 30_000 }),
    );
    expect(asText(statements)).not.toMatch(/update|insert/);
  });
});
