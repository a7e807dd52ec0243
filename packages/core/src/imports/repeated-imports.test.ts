/** Files that are imported over products of the shop: what they change, and what they leave as it is. */
import { contract } from '@cartwright/contracts';
import { aGuestCart, aPaidOrder, aStaffMember, createTestShop, importCsv, productByHandle, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getCart } from '../carts/index.ts';
import { getProductCosts, updateProduct } from '../catalog/index.ts';
import { configureStock, getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { exportProducts } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const exported = async (actor: Parameters<typeof exportProducts>[1] = staff) => {
  let csv = '';
  for await (const part of exportProducts(shop.core, actor, {})) csv += part;
  return csv;
};
const bySize = async (handle: string) =>
  Object.fromEntries((await productByHandle(shop, handle)).variants.map((variant) => [variant.options['Size'], variant] as const));
const changed = async (handle: string, variants: object[], fields: object = {}) => {
  const { id, version, variants: own } = await productByHandle(shop, handle);
  return updateProduct(
    shop.core,
    staff,
    contract.products.update.input.parse({
      id,
      version,
      ...fields,
      variants: variants.map((change, i) => ({ id: own[i]?.id, ...change })),
    }),
  );
};

describe('rows with one SKU', () => {
  const file = (handle: string, ...rows: string[]) =>
    [
      'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty',
      ...rows.map((row, i) => `${handle},${i === 0 ? 'Tee,Size' : ','},${row}`),
      '',
    ].join('\n');

  it('a variant stays the same, in carts too, when a row with its SKU is put before it, or when rows change places', async () => {
    await importCsv(shop, file('same', 'S,dup,1.00,5', 'M,dup,2.00,7'));
    const before = await bySize('same');
    const { cart, guest } = await aGuestCart(shop.core, [[await productByHandle(shop, 'same'), 1]]);
    await importCsv(shop, file('same', 'XS,dup,0.50,1', 'M,dup,2.00,7', 'S,dup,1.00,5'));
    const after = await bySize('same');
    expect([after['S']?.id, after['M']?.id]).toEqual([before['S']?.id, before['M']?.id]);
    expect([after['S']?.sku, after['M']?.sku]).toEqual([before['S']?.sku, before['M']?.sku]);
    expect([after['XS']?.priceCents, after['S']?.priceCents]).toEqual([50, 100]);
    expect((await getCart(shop.core, guest, { cartId: cart.id })).items).toMatchObject([{ variantId: before['S']?.id }]);
  });

  it('one of them alone in a file changes its own variant', async () => {
    await importCsv(shop, file('alone', 'S,one,1.00,5', 'M,one,2.00,7'));
    const { rows } = await importCsv(shop, file('alone', 'M,one,3.00,7'));
    expect(rows).toMatchObject([{ outcome: 'updated', message: null }]);
    const { S, M } = await bySize('alone');
    expect([S?.priceCents, M?.priceCents]).toEqual([100, 300]);
  });
});

describe('values that a file does not state', () => {
  it('facts without a column of their own stay, and an empty cell removes its fact only', async () => {
    await importCsv(shop, 'Handle,Title,Variant SKU,Variant Price\nfacts,Facts,FACTS,1.00\n');
    await changed('facts', [{ metadata: { size: 2 } }], { metadata: { 'erp.id': '77', 'custom.care': 'dry' } });
    const file = (care: string) =>
      `Handle,Title,Variant SKU,Variant Price,Care (product.metafields.custom.care)\nfacts,Facts,FACTS,1.00,${care}\n`;
    await importCsv(shop, file('wash'));
    expect(await productByHandle(shop, 'facts')).toMatchObject({
      metadata: { 'erp.id': '77', 'custom.care': 'wash' },
      variants: [{ metadata: { size: 2 } }],
    });
    await importCsv(shop, file(''));
    expect((await productByHandle(shop, 'facts')).metadata).toEqual({ 'erp.id': '77' });
  });

  it('a cost, barcode or metadata that is skipped keeps the value in the shop', async () => {
    await importCsv(
      shop,
      'Handle,Title,Variant SKU,Variant Price,Cost per item,Variant Barcode,Metadata\nkept,Kept,KEPT,1.00,0.50,123,"{""a"":1}"\n',
    );
    const { notedCount } = await importCsv(
      shop,
      `Handle,Title,Variant SKU,Variant Price,Cost per item,Variant Barcode,Metadata\nkept,Kept,KEPT,1.00,abc,${'1'.repeat(101)},{bad\n`,
    );
    const product = await productByHandle(shop, 'kept');
    expect([notedCount, product.metadata, product.variants[0]?.barcode]).toEqual([1, { a: 1 }, '123']);
    expect((await getProductCosts(shop.core, staff, { id: product.id })).variants).toMatchObject([{ costCents: 50 }]);
  });

  it('a file with images of variants only adds them to the images of the shop', async () => {
    const url = (name: string) => `https://img.example/${name}.png`;
    await importCsv(shop, `Handle,Title,Variant SKU,Variant Price,Image Src\npics,Pics,PICS,1.00,${url('two')}\npics,,,,${url('three')}\n`);
    const file = `Handle,Title,Variant SKU,Variant Price,Variant Image\npics,Pics,PICS,1.00,${url('nine')}\n`;
    await importCsv(shop, file);
    const { images, variants } = await productByHandle(shop, 'pics');
    expect(images.map((image) => image.url)).toEqual([url('two'), url('three'), url('nine')]);
    expect(variants[0]?.imageId).toBe(images[2]?.id);
    expect(await importCsv(shop, file)).toMatchObject({ updatedCount: 0 });
  });
});

describe('stock', () => {
  const level = async (handle: string) => {
    const [variant] = (await productByHandle(shop, handle)).variants;
    return getStockLevel(shop.core, staff, contract.inventory.get.input.parse({ variantId: variant?.id }));
  };

  it('units that are owed are still owed after an import of the export, and after a file without units', async () => {
    await importCsv(shop, 'Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\nowed,Owed,OWED,1,1.00\n');
    const { variantId } = await level('owed');
    await configureStock(shop.core, staff, contract.inventory.configure.input.parse({ variantId, backorderLimit: 10 }));
    await aPaidOrder(shop.core, await productByHandle(shop, 'owed'), 3);
    expect(await level('owed')).toMatchObject({ onHand: 0, reserved: 2 });
    expect(await importCsv(shop, await exported())).toMatchObject({ updatedCount: 0, failedCount: 0 });
    await importCsv(shop, 'Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\nowed,Owed,OWED,0,1.00\n');
    expect(await level('owed')).toMatchObject({ onHand: 0, reserved: 2, backorderLimit: 10 });
    expect(await importCsv(shop, 'Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\nowed,Owed,OWED,-2,1.00\n')).toMatchObject({
      rows: [{ outcome: 'unchanged', message: null }],
    });
    expect(await importCsv(shop, 'Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\nowed,Owed,OWED,5,1.00\n')).toMatchObject({
      rows: [{ outcome: 'updated', message: expect.stringContaining('Paid orders wait for 2 units and get them first.') as string }],
    });
    expect(await level('owed')).toMatchObject({ onHand: 3, reserved: 0 });
  });

  it('a file says whether the stock of a variant is tracked, unless it has no column for it', async () => {
    const file = (tracker: string, units: number) =>
      `Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\nwrap,Wrap,WRAP,${tracker},${units},1.00\n`;
    await importCsv(shop, file('shopify', 4));
    await aGuestCart(shop.core, [[await productByHandle(shop, 'wrap'), 4]]);
    expect(await importCsv(shop, file('', 9))).toMatchObject({ updatedCount: 1, failedCount: 0 });
    expect(await level('wrap')).toMatchObject({ tracked: false, onHand: 4, reserved: 0 });
    const without = 'Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\nwrap,Wrap,WRAP,7,1.00\n';
    expect(await importCsv(shop, without)).toMatchObject({
      rows: [{ outcome: 'unchanged', message: 'The stock of 7 is skipped: the shop does not track the stock of this variant.' }],
    });
    const { variantId } = await level('wrap');
    const events = shop.core.db.selectFrom('outbox_events').select('name').where('name', '=', 'product.back_in_stock');
    await importCsv(shop, file('shopify', 0));
    await importCsv(shop, file('', 0));
    const before = await events.execute();
    await importCsv(shop, file('shopify', 6));
    expect(await level('wrap')).toMatchObject({ tracked: true, onHand: 6, reserved: 0 });
    expect(await events.execute(), 'a variant that could be bought untracked is not back in stock').toEqual(before);
    await importCsv(shop, file('', 0));
    await importCsv(shop, file('shopify', 2));
    expect(await level('wrap')).toMatchObject({ tracked: true, onHand: 2, reserved: 0 });
    await configureStock(shop.core, staff, contract.inventory.configure.input.parse({ variantId, backorderLimit: 10 }));
    await aPaidOrder(shop.core, await productByHandle(shop, 'wrap'), 3);
    expect(await importCsv(shop, file('', 0))).toMatchObject({ failedCount: 1, rows: [{ outcome: 'failed', code: 'STOCK_RESERVED' }] });
    expect(await level('wrap')).toMatchObject({ tracked: true, onHand: 0, reserved: 1 });
  });

  it('a file may end backorders and bring the units that were sold, in one row', async () => {
    const file = (units: number, policy: string) =>
      `Handle,Title,Variant SKU,Variant Inventory Qty,Variant Inventory Policy,Variant Price\nback,Back,BACK,${units},${policy},1.00\n`;
    await importCsv(shop, file(0, 'continue'));
    await aGuestCart(shop.core, [[await productByHandle(shop, 'back'), 5]]);
    expect(await importCsv(shop, file(4, 'deny'))).toMatchObject({ failedCount: 1 });
    expect(await importCsv(shop, file(10, 'deny'))).toMatchObject({ failedCount: 0, updatedCount: 1 });
    expect(await level('back')).toMatchObject({ onHand: 10, backorderLimit: 0 });
  });
});

it('an export has costs only for staff who may read them', async () => {
  await importCsv(shop, 'Handle,Title,Variant SKU,Variant Price,Cost per item\ncost,Cost,COST,9.00,7.77\n');
  expect(await exported()).toContain('7.77');
  const csv = await exported(await aStaffMember(shop.core, 'support'));
  expect(csv).toContain('COST');
  expect(csv).not.toMatch(/7\.77|Cost per item/);
});

describe('empty cells', () => {
  it('an empty cell for stock, policy or backorder limit changes nothing of a variant in the shop', async () => {
    const header = 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Variant Inventory Policy,Backorder Limit';
    await importCsv(shop, `${header}\nempty,Empty,empty-1,1.00,7,continue,30\n`);
    const report = await importCsv(shop, `${header}\nempty,Empty,empty-1,2.00,,,\n`);
    expect(report).toMatchObject({ updatedCount: 1, failedCount: 0 });
    const [variant] = (await productByHandle(shop, 'empty')).variants;
    expect(variant?.priceCents).toBe(200);
    expect(await getStockLevel(shop.core, staff, { variantId: variant?.id ?? expect.fail('no variant') })).toMatchObject({
      onHand: 7,
      backorderLimit: 30,
    });
  });
});
