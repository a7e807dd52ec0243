import { contract, productTextNames } from '@cartwright/contracts';
import { aProduct, aStaffMember, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProduct, duplicateProduct, getProduct, updateProduct } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

it.each(productTextNames)('the %s of a product is stored, shown, copied, changed and removed', async (name) => {
  const staff = await aStaffMember(shop.core);
  const input = contract.products.create.input.parse({ name: 'Apron', [name]: 'Wash cold', variants: [{ sku: name, priceCents: 1_999 }] });
  const { id, version } = await createProduct(shop.core, staff, input);
  expect((await getProduct(shop.core, staff, { id }))[name]).toBe('Wash cold');
  expect((await duplicateProduct(shop.core, staff, { id }))[name]).toBe('Wash cold');
  const changed = await updateProduct(shop.core, staff, { id, version, [name]: 'Wash hot' });
  expect(changed[name]).toBe('Wash hot');
  const renamed = await updateProduct(shop.core, staff, { id, version: changed.version, name: 'Linen Apron' });
  expect(renamed[name]).toBe('Wash hot');
  expect((await updateProduct(shop.core, staff, { id, version: renamed.version, [name]: null }))[name]).toBeNull();
});

it('a product without texts shows null for each', async () => {
  const product = await aProduct(shop.core);
  expect(productTextNames.map((name) => product[name])).toEqual(productTextNames.map(() => null));
});
