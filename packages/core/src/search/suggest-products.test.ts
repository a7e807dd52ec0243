import { contract } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCategory, createProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';
import { suggestProducts } from './index.ts';

const staff = system('test');
let shop: TestShop;
let serial = 0;

const add = (name: string, brand: string) =>
  createProduct(
    shop.core,
    staff,
    contract.products.create.input.parse({
      name,
      brand,
      status: 'active',
      variants: [{ sku: `SUGGESTED-${(serial += 1)}`, priceCents: 500, stock: 9 }],
    }),
  );
const suggest = (q: string) => suggestProducts(shop.core, contract.search.suggest.input.parse({ q }));

beforeAll(async () => {
  shop = await createTestShop();
  await add('Shampoo', 'L’Oréal');
  await add('Conditioner', 'L’Oréal');
  await add('Café crème', 'Café & Thé');
  await add('Crème de café', 'Łowicz');
  await add('Jam', 'AT&T');
  await add('Album', '☆ Stars');
  await add('Record', '☆☆');
  await add('Mask', 'ロレアル パリ');
  for (const name of ['Café & Thé', 'Hair Care', 'Après-Ski', 'ヘアケア', '☆☆'])
    await createCategory(shop.core, staff, contract.categories.create.input.parse({ name, parentId: null }));
});
afterAll(() => shop.close());

describe('suggestions of brands and categories', () => {
  it.each([
    ["l'or", 'L’Oréal'],
    ['loreal', 'L’Oréal'],
    ["L'ORÉAL", 'L’Oréal'],
    ['l oreal', 'L’Oréal'],
    ['cafe', 'Café & Thé'],
    ['cafe the', 'Café & Thé'],
    ['low', 'Łowicz'],
    ['at&t', 'AT&T'],
    ['at t', 'AT&T'],
    ['ロレ', 'ロレアル パリ'],
  ])('%s suggests the brand %s, by the normalisation that finds its products', async (typed, brand) => {
    expect((await suggest(typed)).brands).toEqual([brand]);
  });

  it.each([
    ['cafe', 'Café & Thé'],
    ['the', 'Café & Thé'],
    ['care', 'Hair Care'],
    ['apresski', 'Après-Ski'],
    ['apres s', 'Après-Ski'],
    ['ケア', 'ヘアケア'],
  ])('%s suggests the category %s, by the normalisation that finds products', async (typed, category) => {
    expect((await suggest(typed)).categories.map(({ name }) => name)).toEqual([category]);
  });

  it('signs suggest only the brands and categories of these signs', async () => {
    expect(await suggest('☆ ☆')).toMatchObject({ brands: ['☆☆'], categories: [{ name: '☆☆' }] });
    for (const typed of ['§§', '%%', '__']) expect(await suggest(typed)).toMatchObject({ brands: [], categories: [] });
  });

  it('a product whose name begins as typed comes first, whatever its accents', async () => {
    expect((await suggest('cafe cr')).products.map(({ name }) => name)).toEqual(['Café crème', 'Crème de café']);
  });
});
