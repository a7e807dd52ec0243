/** Barcodes, costs, images and metadata of variants, and texts for search engines. */
import { contract, type Product } from '@cartwright/contracts';
import { aCustomer, aProduct, aStaffMember, createTestShop, there, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { createProduct, deleteProductImage, duplicateProduct, getProduct, getProductCosts, updateProduct } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const made = (sku: string, variant: object = {}, product: object = {}) =>
  createProduct(
    shop.core,
    staff,
    contract.products.create.input.parse({ name: `Product ${sku}`, variants: [{ sku, priceCents: 500, ...variant }], ...product }),
  );
const costsOf = async ({ id }: Product) => (await getProductCosts(shop.core, staff, { id })).variants.map(({ costCents }) => costCents);
const changed = (product: Product, changes: object) =>
  updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version: product.version, ...changes }));
const facts = { barcode: '4006381333931', costCents: 210, metadata: { 'custom.care': 'by hand', rating: 4.5, fragile: true } };

describe('facts of products and variants', () => {
  it('barcode, cost and metadata are stored, changed, copied and shown, the cost to staff only', async () => {
    const product = await made('FACTS', facts, { seoTitle: 'A cup', seoDescription: 'Made by hand', metadata: { origin: 'Seto' } });
    expect(product).toMatchObject({ seoTitle: 'A cup', seoDescription: 'Made by hand', metadata: { origin: 'Seto' } });
    const { costCents, ...shown } = facts;
    expect(product.variants).toMatchObject([{ ...shown, imageId: null }]);
    expect(JSON.stringify(product)).not.toContain('costCents');
    expect(await costsOf(product)).toEqual([costCents]);
    const copy = await duplicateProduct(shop.core, staff, { id: product.id });
    expect(copy).toMatchObject({ seoTitle: 'A cup', metadata: { origin: 'Seto' }, variants: [shown] });
    expect(await costsOf(copy)).toEqual([costCents]);
    const [variant] = product.variants;
    const after = await changed(product, {
      metadata: {},
      variants: [{ id: variant?.id, barcode: null, costCents: null, metadata: { x: 1 } }],
    });
    expect(after).toMatchObject({ metadata: {}, seoTitle: 'A cup', variants: [{ barcode: null, metadata: { x: 1 } }] });
    expect(await costsOf(after)).toEqual([null]);
  });

  it('new variants say whether their units are counted and sold ahead, for staff who may change stock', async () => {
    const rules = { stock: 2, tracked: false, backorderLimit: 7 };
    const product = await made('COURSE', rules);
    const levelOf = ({ variants }: Product, sku: string) =>
      getStockLevel(shop.core, staff, { variantId: there(variants.find((one) => one.sku === sku)).id });
    expect(await levelOf(product, 'COURSE')).toMatchObject({ onHand: 2, tracked: false, backorderLimit: 7 });
    const added = { addVariants: [{ sku: 'COURSE-2', options: { Part: 'Two' }, priceCents: 500, backorderLimit: 3 }] };
    expect(await levelOf(await changed(product, added), 'COURSE-2')).toMatchObject({ onHand: 0, tracked: true, backorderLimit: 3 });
    const admin = await aStaffMember(shop.core, 'admin');
    const clerk = { ...admin, scopes: new Set([...admin.scopes].filter((scope) => scope !== 'inventory:write')) };
    const create = (variant: object) =>
      createProduct(
        shop.core,
        clerk,
        contract.products.create.input.parse({ name: 'Clerk', variants: [{ sku: 'CLERK', priceCents: 5, ...variant }] }),
      );
    for (const rule of [{ tracked: false }, { backorderLimit: 1 }])
      await expect(async () => create(rule)).rejects.toMatchObject({ code: 'FORBIDDEN', details: { scope: 'inventory:write' } });
    expect(await create({})).toMatchObject({ name: 'Clerk' });
  });

  it('only staff who may change the catalogue see costs', async () => {
    const product = await made('SECRET', facts);
    const support = await aStaffMember(shop.core, 'support');
    const customer = await aCustomer(shop.core);
    for (const actor of [support, customer])
      await expect(async () => getProductCosts(shop.core, actor, { id: product.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('a variant shows an image of its own product only, and loses it when the image is deleted', async () => {
    const images = [{ url: 'https://img.example/front.jpg' }, { url: 'https://img.example/back.jpg' }];
    const product = await made('PICTURED', {}, { images });
    const other = await made('OTHER', {}, { images });
    const id = product.variants[0]?.id;
    const after = await changed(product, { variants: [{ id, imageId: product.images[1]?.id }] });
    expect(after.variants[0]?.imageId).toBe(product.images[1]?.id);
    await expect(changed(after, { variants: [{ id, imageId: other.images[0]?.id }] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const [, back] = product.images;
    if (back) await deleteProductImage(shop.core, staff, { productId: product.id, imageId: back.id });
    expect((await getProduct(shop.core, staff, { id: product.id })).variants[0]?.imageId).toBeNull();
  });

  it('metadata beyond its limits is refused by the contract', async () => {
    const parse = (metadata: object) => contract.products.create.input.shape.metadata.safeParse(metadata).success;
    const longest = 'x'.repeat(5_000);
    expect([parse({ a: longest, b: longest, c: longest }), parse({ a: longest, b: longest, c: longest, d: longest })]).toEqual([
      true,
      false,
    ]);
    expect([parse({ a: 1e300 }), parse({ a: null }), parse({ a: { b: 1 } }), parse({ a: 'x\0' }), parse({ '': 'x' })]).not.toContain(true);
    // As many bytes as the contract accepts fit into the column.
    const wide = { a: '語'.repeat(5_000 / 3), b: '語'.repeat(5_000 / 3), c: '語'.repeat(5_000 / 3) };
    expect(await made('WIDE', { metadata: wide })).toMatchObject({ variants: [{ metadata: wide }] });
    expect(await aProduct(shop.core)).toMatchObject({ metadata: {} });
  });
});
