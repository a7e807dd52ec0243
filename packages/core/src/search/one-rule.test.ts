/** Staff find the same products in their lists as buyers in the search, by the same words; and products that are not published too. */
import { contract } from '@cartwright/contracts';
import { createTestShop, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct, deleteProduct, listProducts, updateProduct } from '../catalog/index.ts';
import { listStockLevels } from '../inventory/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import { searchProducts } from './index.ts';

const staff = system('test');
const guest: Actor = { kind: 'guest', cartToken: null };
let shop: TestShop;

const add = (name: string, skus: readonly string[], status: 'draft' | 'active' = 'active') =>
  createProduct(
    shop.core,
    staff,
    contract.products.create.input.parse({
      name,
      slug: skus[0]?.toLowerCase(),
      status,
      variants: skus.map((sku) => ({ sku, options: skus.length > 1 ? { Kind: sku } : {}, priceCents: 500, stock: 9 })),
    }),
  );

beforeAll(async () => {
  shop = await createTestShop();
  await add('The Who', ['WHO-1']);
  await add('L’Oréal Elvive', ['LO-77']);
  await add('T–Dress', ['TD-XL', 'TD-XXL']);
  await add('東京タワー模型', ['KT-INS114-DRE', 'KT-INS115-RED']);
  await add('☆', ['SIGNS-1']);
  await add('☆ ☆ \'"\\', ['SIGNS-2']);
  await add('8', ['EIGHT-1']);
  await add('Stoneware Mug', ['MUG-9']);
  await add('Stoneware Draft', ['DRAFT-9'], 'draft');
  await add('ΚΛΕΙΔΙ ΠΟΡΤΑΣ', ['KEY-1']);
  await createProduct(
    shop.core,
    staff,
    contract.products.create.input.parse({
      name: 'Merino Socks',
      slug: 'merino-socks',
      status: 'active',
      variants: [
        { sku: 'SOCK-S', barcode: '4006381333931', options: { Size: '36–39', Colour: 'Crimson' }, priceCents: 900, stock: 4 },
        { sku: 'SOCK-M', barcode: '4006381333948', options: { Size: '40–43', Colour: 'Crimson' }, priceCents: 900, stock: 4 },
      ],
    }),
  );
});
afterAll(() => shop.close());

const searched = async (q: string) =>
  (await searchProducts(shop.core, guest, contract.search.products.input.parse({ q, sort: 'name' }))).items.map(({ name }) => name);
const listed = async (q: string, actor: Actor) =>
  (await listProducts(shop.core, actor, contract.products.list.input.parse({ q, sort: 'name' }))).items.map(({ name }) => name);
const stocked = async (q: string) =>
  (await listStockLevels(shop.core, staff, contract.inventory.list.input.parse({ q }))).items.map(({ sku }) => sku);

describe('one rule for typed words', () => {
  it.each([
    ['the who', 'The Who'],
    ["l'oreal", 'L’Oréal Elvive'],
    ['tdress', 'T–Dress'],
    ['東京', '東京タワー模型'],
    ['kt-ins114', '東京タワー模型'],
    ['ktins114dre', '東京タワー模型'],
    ['kt ins114 dre', '東京タワー模型'],
    ['KT INS114', '東京タワー模型'],
    ['kt ins11', '東京タワー模型'],
    ['☆', '☆'],
    ['☆☆ \'"\\', '☆ ☆ \'"\\'],
    ['8', '8'],
    ['mugs', 'Stoneware Mug'],
    ['-draft ston', 'Stoneware Mug'],
    ['Merino Socks – 40–43', 'Merino Socks'],
    ['crimson socks', 'Merino Socks'],
    ['socks size 36', 'Merino Socks'],
    ['4006381333948', 'Merino Socks'],
    ['κλειδι πορτας', 'ΚΛΕΙΔΙ ΠΟΡΤΑΣ'],
    ['nothing', null],
  ])('the search, product lists and the stock list find the same for %s', async (q, name) => {
    const found = name === null ? [] : [name];
    expect([await searched(q), await listed(q, guest), await listed(q, staff)]).toEqual([found, found, found]);
    expect((await stocked(q)).length > 0).toBe(name !== null);
  });

  it('staff also find products that are not published, buyers never', async () => {
    expect([await listed('stoneware', staff), await listed('stoneware', guest), await searched('stoneware')]).toEqual([
      ['Stoneware Draft', 'Stoneware Mug'],
      ['Stoneware Mug'],
      ['Stoneware Mug'],
    ]);
    expect([await listed('draft', guest), await searched('draft')]).toEqual([[], []]);
    const lamp = await add('Paper Lamp', ['LAMP-1'], 'draft');
    await updateProduct(shop.core, staff, { id: lamp.id, version: lamp.version, status: 'active' });
    expect([await listed('lamp', staff), await searched('lamp')]).toEqual([['Paper Lamp'], ['Paper Lamp']]);
    await deleteProduct(shop.core, staff, { id: lamp.id });
    expect([await listed('lamp', staff), await searched('lamp')]).toEqual([[], []]);
  });

  it('an entry follows its variants: a new barcode is found at once', async () => {
    const product = await add('Desk Clock', ['CLOCK-1']);
    const variants = [{ id: variantOf(product).id, barcode: '96385074' }];
    await updateProduct(shop.core, staff, { id: product.id, version: product.version, variants });
    expect(await searched('96385074')).toEqual(['Desk Clock']);
  });

  it('a barcode is found with and without its leading zeros, in searches and in the stock list', async () => {
    const product = await add('Wall Clock', ['CLOCK-2', 'CLOCK-3']);
    const [upc, ean] = product.variants.map(({ id }) => id);
    const variants = [
      { id: upc ?? expect.fail(), barcode: '012345678905' },
      { id: ean ?? expect.fail(), barcode: '0098765432105' },
    ];
    await updateProduct(shop.core, staff, { id: product.id, version: product.version, variants });
    for (const typed of ['012345678905', '0012345678905', '00012345678905', '098765432105', '0098765432105']) {
      expect([typed, await searched(typed), await listed(typed, staff)]).toEqual([typed, ['Wall Clock'], ['Wall Clock']]);
      expect([typed, await stocked(typed)]).toEqual([typed, [typed.includes('1234') ? 'CLOCK-2' : 'CLOCK-3']]);
    }
    expect(await searched('12345678905')).toEqual([]);
  });

  it('the stock list has all variants of a found product, or those with the typed SKU or barcode', async () => {
    expect(await stocked('crimson')).toEqual(['SOCK-S', 'SOCK-M']);
    expect(await stocked('4006381333948')).toEqual(['SOCK-M']);
    expect(await stocked('東京')).toEqual(['KT-INS114-DRE', 'KT-INS115-RED']);
    expect(await stocked('ktins114')).toEqual(['KT-INS114-DRE']);
    expect(await stocked('KT-INS115-RED')).toEqual(['KT-INS115-RED']);
  });
});
