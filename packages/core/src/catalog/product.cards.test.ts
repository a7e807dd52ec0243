import { aProduct, atMost, createTestShop, type TestShop } from '@cartwright/testing';
import type { Product } from '@cartwright/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { readCards, updateProduct } from './index.ts';

let shop: TestShop;
const products: Product[] = [];
beforeAll(async () => {
  shop = await createTestShop();
  for (let n = 0; n < 4; n += 1) products.push(await aProduct(shop.core, { name: `Lamp ${n}` }));
});
afterAll(() => shop.close());

const ids = () => products.map(({ id }) => id);
const cards = (chosen = ids()) => readCards(shop.core, chosen);

describe('product cards', () => {
  it('product cards come in the requested order, and lists share the same card objects', async () => {
    const before = await cards();
    const [first, , third] = before;
    expect(before.map(({ name }) => name)).toEqual(['Lamp 0', 'Lamp 1', 'Lamp 2', 'Lamp 3']);
    const [again, same] = await cards([products[2]?.id, products[0]?.id].flatMap((id) => id ?? []));
    expect(again).toBe(third);
    expect(same).toBe(first);
    expect(Object.isFrozen(first?.tags)).toBe(true);
  });

  it('concurrent lists read their missing cards with one statement', async () => {
    await shop.core.reads.forget(['catalog']);
    const statements = await shop.countQueries(() => Promise.all(ids().map((id) => cards([id]))));
    expect(statements.filter((text) => text.includes('from "products" as "p"'))).toEqual(atMost(1));
    expect(await shop.countQueries(() => cards())).toEqual([]);
  });

  it('a product card follows a change and disappears with its product', async () => {
    const [lamp, other] = products;
    if (!lamp || !other) throw new Error('no lamps');
    const renamed = await updateProduct(shop.core, system('test'), { id: lamp.id, version: lamp.version, name: 'Lantern' });
    expect((await cards()).map(({ name }) => name)).toContain('Lantern');
    await updateProduct(shop.core, system('test'), { id: lamp.id, version: renamed.version, status: 'archived' });
    expect((await cards([lamp.id, other.id])).map(({ id }) => id)).toEqual([other.id]);
  });
});
