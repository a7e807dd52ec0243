import { contract, type Product } from '@cartwright/contracts';
import { aGuestCart, aPaidOrder, aProduct, createTestShop, findProduct, letPass, type TestShop, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expireCartHolds } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { getOrder } from '../orders/index.ts';
import { createPricingRules } from '../pricing/index.ts';
import { addProductImage, createProduct, deleteProduct, purgeDeletedProducts, setProductPrice } from './index.ts';

const staff = system('test');
const monthMinutes = 31 * 24 * 60;
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const rowsOf = async ({ id }: Product): Promise<Record<string, number>> => {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*)::int from products where id = ${id}) as products,
    (select count(*)::int from variants where product_id = ${id}) as variants,
      (select count(*)::int from product_images where product_id = ${id}) as images,
      (select count(*)::int from slug_redirects where product_id = ${id}) as addresses`.execute(shop.core.db);
  return rows[0] ?? {};
};
const countOf = async (table: 'stock_levels' | 'stock_movements' | 'price_changes' | 'cart_items' | 'holds'): Promise<number> =>
  (await shop.core.db.selectFrom(table).selectAll().execute()).length;
const addImage = (product: Product) =>
  addProductImage(shop.core, staff, { productId: product.id, url: 'https://images.example/x.jpg', altText: '' });
const gone = { products: 0, variants: 0, images: 0, addresses: 0 };

describe('purging of deleted products', () => {
  it('a deleted product that was never sold is removed after thirty days, not earlier', async () => {
    const product = await aProduct(shop.core, { tags: ['gone'], variants: 2 });
    await addImage(product);
    await setProductPrice(shop.core, staff, { id: product.id, priceCents: 777 });
    await deleteProduct(shop.core, staff, { id: product.id });
    await letPass(shop.core, monthMinutes - 2 * 24 * 60);
    expect(await purgeDeletedProducts(shop.core)).toBe(0);
    expect(await rowsOf(product)).toMatchObject({ products: 1, variants: 2, images: 1 });
    await letPass(shop.core, 2 * 24 * 60);
    expect(await purgeDeletedProducts(shop.core)).toBe(1);
    expect(await rowsOf(product)).toEqual(gone);
    expect([await countOf('stock_levels'), await countOf('stock_movements'), await countOf('price_changes')]).toEqual([0, 0, 0]);
    expect(await purgeDeletedProducts(shop.core)).toBe(0);
    const { sku } = variantOf(product);
    const again = contract.products.create.input.parse({ name: 'Its SKU is free again', variants: [{ sku, priceCents: 1 }] });
    expect(variantOf(await createProduct(shop.core, staff, again)).sku).toBe(sku);
  });

  it('a deleted product keeps its sold variant, and the order keeps its item texts', async () => {
    const product = await aProduct(shop.core, { name: 'Sold once', variants: 3, stock: 5 });
    await addImage(product);
    const { guest, order } = await aPaidOrder(shop.core, product);
    await deleteProduct(shop.core, staff, { id: product.id });
    await letPass(shop.core, monthMinutes);
    expect(await purgeDeletedProducts(shop.core)).toBe(1);
    expect(await rowsOf(product)).toMatchObject({ products: 1, variants: 1, images: 0 });
    const kept = await getOrder(shop.core, guest, { orderId: order.id });
    expect(kept.items).toEqual(order.items);
    await sql`delete from event_deliveries`.execute(shop.core.db);
    await sql`update outbox_events set relayed_at = now()`.execute(shop.core.db);
    expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
  });

  it('a deleted product is removed from old carts, and a variant named by a pricing rule stays', async () => {
    const carted = await aProduct(shop.core);
    const ruled = await aProduct(shop.core);
    const { guest } = await aGuestCart(shop.core, [[carted, 1]]);
    expect(guest.cartToken).toBeTruthy();
    await createPricingRules(
      shop.core,
      staff,
      contract.pricing.createRules.input.parse({
        rules: [{ name: 'Only this', effect: 'percent_off', percentBasisPoints: 1_000, productId: ruled.id }],
      }),
    );
    await letPass(shop.core, monthMinutes);
    await expireCartHolds(shop.core);
    for (const { id } of [carted, ruled]) await deleteProduct(shop.core, staff, { id });
    await letPass(shop.core, monthMinutes);
    expect(await purgeDeletedProducts(shop.core)).toBe(2);
    expect([await rowsOf(carted), (await rowsOf(ruled))['variants']]).toEqual([gone, 1]);
    expect([await countOf('cart_items'), await countOf('holds')]).toEqual([0, 0]);
  });
});

describe('the stock ledger', () => {
  it('rows of the stock ledger cannot be deleted on their own', async () => {
    const product = await aProduct(shop.core);
    const remove = sql`delete from stock_movements where variant_id = ${variantOf(product).id}`.execute(shop.core.db);
    await expect(remove).rejects.toThrow('append-only');
    expect((await findProduct(shop.core, { id: product.id }))?.id).toBe(product.id);
  });
});
