/** The product or variant that staff name exactly is first in their lists. */
import { contract } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createProduct, deleteProduct, listProducts, updateProduct } from '../catalog/index.ts';
import { listStockLevels } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';

const staff = system('test');
let shop: TestShop;

const add = async (name: string, skus: readonly string[], barcode?: string, status: 'draft' | 'active' = 'active') => {
  const made = await createProduct(
    shop.core,
    staff,
    contract.products.create.input.parse({
      name,
      status,
      variants: skus.map((sku) => ({ sku, options: skus.length > 1 ? { Kind: sku } : {}, priceCents: 500, stock: 9 })),
    }),
  );
  const variant = made.variants.at(-1);
  if (barcode && variant)
    await updateProduct(
      shop.core,
      staff,
      contract.products.update.input.parse({ id: made.id, version: made.version, variants: [{ id: variant.id, barcode }] }),
    );
  return made;
};
type Asked = z.input<typeof contract.products.list.input>;
const page = (asked: Asked) => listProducts(shop.core, staff, contract.products.list.input.parse(asked));
const listed = async (asked: Asked) => (await page(asked)).items.map(({ name }) => name);
const stocked = async (q: string) =>
  (await listStockLevels(shop.core, staff, contract.inventory.list.input.parse({ q }))).items.map(({ sku }) => sku);

beforeAll(async () => {
  shop = await createTestShop();
  await add('Mug', ['M-1']);
  await add('Mug holder', ['MH-1', 'MH-2'], '4006381333931');
  await add('Mug of clay', ['M-1-CLAY']);
  await add('Draft mug', ['DM-1'], '9780201379624', 'draft');
});
afterAll(() => shop.close());

describe('what staff find', () => {
  it('staff find a product by the whole barcode of a variant, published or not, and the stock list shows only this variant', async () => {
    expect(await listed({ q: '4006381333931' })).toEqual(['Mug holder']);
    expect(await listed({ q: '4006381333931', status: 'active' })).toEqual(['Mug holder']);
    expect(await listed({ q: ' 9780201379624 ' })).toEqual(['Draft mug']);
    expect(await stocked('4006381333931')).toEqual(['MH-2']);
  });

  it('a barcode of a deleted product finds nothing', async () => {
    const { id } = await add('Old mug', ['OLD-1'], '73513537');
    expect(await listed({ q: '73513537' })).toEqual(['Old mug']);
    await deleteProduct(shop.core, staff, { id });
    expect(await listed({ q: '73513537' })).toEqual([]);
  });

  it.each(['newest', 'name', 'price', '-price'] as const)(
    'the product with exactly this name or SKU is first, sorted by %s',
    async (sort) => {
      expect((await listed({ q: 'mug', sort }))[0]).toBe('Mug');
      expect((await listed({ q: 'm-1', sort }))[0]).toBe('Mug');
      expect((await listed({ q: 'mug', sort, status: 'active' }))[0]).toBe('Mug');
    },
  );

  it('the stock list shows the variant with exactly this SKU first', async () => {
    expect((await stocked('m-1'))[0]).toBe('M-1');
    expect((await stocked('mh-2'))[0]).toBe('MH-2');
  });

  it.each([
    ['without barcodes', undefined],
    ['with barcodes', '4012345678901'],
  ])('the exactly named variant is listed before one with a longer SKU of a product that comes first by name, %s', async (_, barcode) => {
    const sku = barcode ? 'CD-1' : 'AB-1';
    await add(`ZZZ ${sku}`, [sku], barcode);
    await add(`AAA case for ${sku}`, [`${sku}-CASE`], barcode && '4012345678918');
    expect(await stocked(sku)).toEqual([sku, `${sku}-CASE`]);
    expect(await stocked(sku.toLowerCase())).toEqual([sku, `${sku}-CASE`]);
  });

  it('a SKU in lower case is found first by its capitals', async () => {
    await add('ZZZ lamp', ['lamp-9']);
    await add('AAA lamp case', ['lamp-9-case']);
    expect(await stocked('LAMP-9')).toEqual(['lamp-9', 'lamp-9-case']);
    expect((await listed({ q: 'LAMP-9' }))[0]).toBe('ZZZ lamp');
  });

  it.each(['newest', 'name', '-price'] as const)(
    'a walk by cursor through what was found shows each product once, sorted by %s',
    async (sort) => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const { items, nextCursor } = await page({ q: 'mug', sort, pageSize: 1, ...(cursor && { cursor }) });
        seen.push(...items.map(({ name }) => name));
        cursor = nextCursor;
      } while (cursor);
      expect(seen[0]).toBe('Mug');
      expect(seen.toSorted()).toEqual(['Draft mug', 'Mug', 'Mug holder', 'Mug of clay']);
    },
  );
});
