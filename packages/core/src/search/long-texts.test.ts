/** The words of a product fit its search entry, however long its texts are. */
import { contract } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct, updateProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';
import { searchProducts } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const find = async (q: string) =>
  (
    await searchProducts(shop.core, { kind: 'guest', cartToken: null }, contract.search.products.input.parse({ q: q.slice(0, 200) }))
  ).items.map(({ id }) => id);

const { input: creation } = contract.products.create;
/** A product as large as it may be; `piece` makes the n-th text, without two alike. */
const largest = (piece: (n: number) => string, between: string) => {
  let made = 0;
  const text = (length: number): string => {
    const pieces: string[] = [];
    for (let size = 0; size < length; size += between.length + (pieces.at(-1)?.length ?? 0)) pieces.push(piece((made += 1)));
    return pieces
      .join(between)
      .slice(0, length)
      .replace(/[\s\u{D800}-\u{DBFF}-]$/u, 'x');
  };
  return creation.parse({
    name: text(255),
    slug: `largest-${piece(1).length}-${between.codePointAt(0) ?? 0}`,
    brand: text(100),
    tags: Array.from({ length: 100 }, () => text(100)),
    description: text(50_000),
    status: 'active',
    variants: Array.from({ length: 250 }, (_, n) => ({
      sku: `${n}${between}${text(250)}`,
      options: { No: `${n} ${text(240)}`, [`${text(90)}x`]: text(250) },
      priceCents: 500,
      stock: 1,
    })),
  });
};
const code = (n: number): string => `${String.fromCodePoint(97 + (n % 26))}1b${n}c${n % 7}`;
const characterFrom =
  (first: number, of: number, length: number) =>
  (n: number): string =>
    Array.from({ length }, (_, i) => String.fromCodePoint(first + ((n * 7 + i * n) % of))).join('');

describe('the entries of products with long texts', () => {
  it.each([
    ['dashed codes', largest(code, '-')],
    ['codes with spaces', largest(code, ' ')],
    ['one-letter parts', largest((n) => String.fromCodePoint(97 + (n % 26)), '-')],
    ['Chinese', largest(characterFrom(0x4e00, 20_000, 60), ' ')],
    ['rare characters', largest(characterFrom(0x20000, 40_000, 20), '-')],
    ['ligatures of many letters', largest((n) => `\uFDFA${n.toString(36)}`, '-')],
    ['squared words', largest(characterFrom(0x3300, 80, 30), ' ')],
  ])('a product with the longest texts, of %s, can be created, changed and found', async (_, input) => {
    const product = await createProduct(shop.core, staff, input);
    await updateProduct(shop.core, staff, { id: product.id, version: product.version, brand: 'Holm' });
    expect(await find('holm')).toContain(product.id);
  });

  it('a long dashed SKU is found by its first parts and by parts in its middle, among 250', async () => {
    const input = largest((n) => `k${n}-d${n * 3}`, '-');
    const product = await createProduct(shop.core, staff, { ...input, name: 'Cable', slug: 'cable', tags: [], description: null });
    for (const { sku } of [input.variants[0], input.variants[120], input.variants[249]].flatMap((variant) => variant ?? [])) {
      const parts = sku.split('-');
      expect(await find(parts.slice(0, 3).join('-')), sku).toEqual([product.id]);
      expect(await find(parts.slice(0, 14).join('-')), sku).toEqual([product.id]);
      expect(await find(parts.slice(5, 7).join('-')), sku).toEqual([product.id]);
    }
  });
});
