/** Products that a file hides, and variants that it has but does not offer, on top of what the shop has. */
import { createTestShop, findProduct, importCsv, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateProduct } from '../catalog/index.ts';
import { configureStock, getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const byHandle = async (handle: string) => {
  const product = await findProduct(shop.core, { id: handle });
  if (!product) throw new Error(`There is no product ${handle}`);
  return product;
};
const levelOf = async (handle: string, sku: string) => {
  const variant = (await byHandle(handle)).variants.find((one) => one.sku === sku);
  if (!variant) throw new Error(`There is no variant ${sku}`);
  return getStockLevel(shop.core, staff, { variantId: variant.id });
};

const files = {
  woocommerce: (published: string) =>
    [
      'ID,Type,SKU,Name,Published,Stock,Backorders allowed?,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)',
      '1,variable,TEE,Tee,1,,0,,,Size,"S, M"',
      '2,variation,TEE-S,Tee,1,4,0,9.00,TEE,Size,S',
      `3,variation,TEE-M,Tee,${published},5,1,9.00,TEE,Size,M`,
    ].join('\n'),
  magento: (published: string) =>
    [
      'sku,product_type,attribute_set_code,name,product_online,price,qty,configurable_variations',
      'TEE,configurable,Top,Tee,1,,,"sku=TEE-S,size=S|sku=TEE-M,size=M"',
      'TEE-S,simple,Top,Tee S,1,9.00,4,',
      `TEE-M,simple,Top,Tee M,${published === '1' ? '1' : '2'},9.00,5,`,
    ].join('\n'),
  bigcommerce: (published: string) =>
    [
      'Item,ID,Name,SKU,Options,Inventory Tracking,Current Stock,Price,Is Visible',
      'Product,1,Tee,TEE,,variant,,9.00,TRUE',
      'Variant,2,,TEE-S,Type=Rectangle|Name=Size|Value=S,,4,,',
      `Variant,3,,TEE-M,Type=Rectangle|Name=Size|Value=M,,5,,${published === '1' ? '' : 'FALSE'}`,
    ].join('\n'),
};

describe('a variant that the file has, but does not offer', () => {
  it.each(Object.entries(files))('in a file of %s is no longer sold, and the report names it', async (_, file) => {
    await importCsv(shop, file('1'), 'commit');
    const preview = await importCsv(shop, file('0'), 'preview');
    expect(await levelOf('TEE', 'TEE-M')).toMatchObject({ onHand: 5 });
    const report = await importCsv(shop, file('0'), 'commit');
    expect(preview.rows).toEqual(report.rows);
    expect(report.rows).toContainEqual(
      expect.objectContaining({ sku: 'TEE-M', outcome: 'updated', message: expect.stringContaining('TEE-M is no longer sold') as string }),
    );
    expect(await levelOf('TEE', 'TEE-M')).toMatchObject({ onHand: 0, backorderLimit: 0, tracked: true });
    expect(await levelOf('TEE', 'TEE-S')).toMatchObject({ onHand: 4 });
    expect(await importCsv(shop, file('0'), 'commit')).toMatchObject({ updatedCount: 0, createdCount: 0, failedCount: 0 });
    // Offered again, it is sold again.
    await importCsv(shop, file('1'), 'commit');
    expect(await levelOf('TEE', 'TEE-M')).toMatchObject({ onHand: 5 });
  });

  it('is left out, with a note, if the shop does not have it', async () => {
    const { rows } = await importCsv(shop, files.woocommerce('-1'), 'commit');
    expect(rows).toContainEqual(expect.objectContaining({ line: 4, message: expect.stringContaining('left out') as string }));
    expect((await byHandle('TEE')).variants.map(({ sku }) => sku)).toEqual(['TEE-S']);
  });

  it('leaves its options to a variant that is offered', async () => {
    await importCsv(shop, files.woocommerce('1'), 'commit');
    const replaced = `${files.woocommerce('0')}\n4,variation,TEE-M2,Tee,1,7,0,9.00,TEE,Size,M`;
    expect(await importCsv(shop, replaced, 'commit')).toMatchObject({ failedCount: 0 });
    expect(await levelOf('TEE', 'TEE-M2')).toMatchObject({ onHand: 7 });
  });
});

describe('a product that a file hides without saying whether it is published', () => {
  const hidden = {
    woocommerce: 'Type,SKU,Name,Visibility in catalog,Regular price\nsimple,MUG,Mug,hidden,5.00\n',
    magento: 'sku,product_type,attribute_set_code,name,visibility,price\nMUG,simple,A,Mug,Not Visible Individually,5.00\n',
    bigcommerce: 'Item,Name,SKU,Price,Options,Allow Purchases?\nProduct,Mug,MUG,5.00,,N\n',
  };
  const before = 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\nMUG,Mug,MUG,5.00,3\n';
  const setStatus = async (status: 'draft' | 'archived' | 'active') => {
    const { id, version } = await byHandle('MUG');
    await updateProduct(shop.core, staff, { id, version, status });
  };

  it.each(Object.entries(hidden))('becomes a draft if it is new, with a note, in a file of %s', async (_, csv) => {
    const { rows } = await importCsv(shop, csv, 'commit');
    expect(rows).toMatchObject([{ outcome: 'created', message: expect.stringContaining('imported as a draft') as string }]);
    expect(await byHandle('MUG')).toMatchObject({ status: 'draft' });
  });

  it.each(Object.entries(hidden))('stays a draft, or archived, in a file of %s', async (_, csv) => {
    await importCsv(shop, before, 'commit');
    for (const status of ['draft', 'archived'] as const) {
      await setStatus(status);
      await importCsv(shop, csv, 'commit');
      expect(await byHandle('MUG')).toMatchObject({ status });
    }
  });

  it.each([
    ['woocommerce', 'unlisted'],
    ['magento', 'draft'],
    ['bigcommerce', 'draft'],
  ] as const)('leaves the lists, with a note, if it is on sale, in a file of %s', async (format, status) => {
    await importCsv(shop, before, 'commit');
    const { rows } = await importCsv(shop, hidden[format], 'commit');
    expect(rows).toMatchObject([{ outcome: 'updated', message: expect.stringContaining(`imported as`) as string }]);
    expect(await byHandle('MUG')).toMatchObject({ status });
  });

  it.each([
    ['magento', 'sku,product_type,attribute_set_code,name,visibility,price\nMUG,simple,A,Mug,"Catalog, Search",5.00\n'],
    ['bigcommerce', 'Item,Name,SKU,Price,Options,Allow Purchases?\nProduct,Mug,MUG,5.00,,Y\n'],
  ])('is not published by a file of %s that does not say so', async (_, csv) => {
    await importCsv(shop, before, 'commit');
    await setStatus('draft');
    await importCsv(shop, csv, 'commit');
    expect(await byHandle('MUG')).toMatchObject({ status: 'draft' });
  });
});

describe('sold when sold out', () => {
  it.each([
    ['Shopify', 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Policy\nMUG,Mug,MUG,5.00,continue\n'],
    ['WooCommerce', 'Type,SKU,Name,Published,Regular price,Backorders allowed?\nsimple,MUG,Mug,1,5.00,notify\n'],
    ['Magento', 'sku,product_type,attribute_set_code,name,product_online,price,allow_backorders\nMUG,simple,A,Mug,1,5.00,1\n'],
  ])('a file of %s gives a limit to a variant without one, and keeps the limit that the shop has set', async (_, csv) => {
    await importCsv(shop, csv, 'commit');
    const level = await levelOf('MUG', 'MUG');
    expect(level.backorderLimit).toBe(10_000);
    await configureStock(shop.core, staff, { variantId: level.variantId, backorderLimit: 12 });
    expect(await importCsv(shop, csv, 'commit')).toMatchObject({ unchangedCount: 1 });
    expect(await levelOf('MUG', 'MUG')).toMatchObject({ backorderLimit: 12 });
    await configureStock(shop.core, staff, { variantId: level.variantId, backorderLimit: 0 });
    await importCsv(shop, csv, 'commit');
    expect(await levelOf('MUG', 'MUG')).toMatchObject({ backorderLimit: 10_000 });
  });
});
