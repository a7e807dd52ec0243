import {
  aCheckout,
  aConsistentShop,
  aFlashSale,
  aGuestCart,
  aPaidOrder,
  aProduct,
  buyFromFlashSale,
  checkOut,
  findProduct,
  letPass,
  race,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { clearCart } from '../carts/index.ts';
import { expireOrders } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { adjustStock, configureStock, expireCartHolds, getStockLevel, listLowStock, listStockLocations, setStock } from './index.ts';

const staff = system('test');
const shop = await aConsistentShop({ settle: (core) => expireCartHolds(core) });

type VariantId = ReturnType<typeof variantOf>['id'];
const levelOf = (variantId: VariantId) => getStockLevel(shop.core, staff, { variantId });
const aVariant = async (stock: number) => {
  const product = await aProduct(shop.core, { stock });
  return { product, variantId: variantOf(product).id };
};
/** The names of the events announced about a variant, in order. */
const announced = async (variantId: VariantId): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select name from outbox_events where payload ->> 'variantId' = ${variantId}
    and name in ('inventory.low_stock', 'product.out_of_stock', 'product.back_in_stock') order by id`.execute(shop.core.db);
  return rows.map((row) => row.name);
};

describe('counting stock', () => {
  it('setting stock with a version from before a sale is refused, so the sale is not undone', async () => {
    const { product, variantId } = await aVariant(60);
    const seen = await levelOf(variantId);
    await aPaidOrder(shop.core, product, 3);
    const stale = { variantId, onHand: 50, version: seen.version, reason: 'count' };
    await expect(setStock(shop.core, staff, stale)).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      details: { version: seen.version + 1 },
    });
    expect(await setStock(shop.core, staff, { ...stale, version: seen.version + 1 })).toMatchObject({ onHand: 50 });
  });

  it('concurrent settings of one stock version change it at most once while sales run, and every adjustment counts', async () => {
    const { product, variantId } = await aVariant(100);
    const { version } = await levelOf(variantId);
    const { won, refused, defects } = await race(40, async (n): Promise<unknown> => {
      if (n % 4 === 0) return setStock(shop.core, staff, { variantId, onHand: 100, version, reason: 'count' }).then(() => 'set');
      if (n % 4 === 1) return adjustStock(shop.core, staff, { variantId, delta: 5, reason: 'delivery' });
      if (n % 4 === 2) return adjustStock(shop.core, staff, { variantId, delta: -1, reason: 'broken' });
      return aPaidOrder(shop.core, product, 1);
    });
    expect(defects).toEqual([]);
    const sets = won.filter((w) => w === 'set').length;
    expect(sets).toBeLessThanOrEqual(10);
    expect(refused).toEqual(sets < 10 ? { VERSION_MISMATCH: 10 - sets } : {});
    // A set that succeeded changed nothing or came first: adjustments and sales always count.
    expect(await levelOf(variantId)).toMatchObject({ onHand: 100 + 50 - 10 - 10, reserved: 0 });
  });

  it('a hold of a cart does not change the version of the stock level', async () => {
    const { product, variantId } = await aVariant(10);
    const { version } = await levelOf(variantId);
    await aGuestCart(shop.core, [[product, 2]]);
    expect(await setStock(shop.core, staff, { variantId, onHand: 9, version, reason: 'count' })).toMatchObject({ onHand: 9, reserved: 2 });
  });

  it('stock cannot be set below what is reserved unless forced; then nobody can buy until the shortage is made up', async () => {
    const { product, variantId } = await aVariant(10);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 4]]);
    const loss = { variantId, delta: -8, reason: 'water damage' };
    await expect(adjustStock(shop.core, staff, loss)).rejects.toMatchObject({
      code: 'STOCK_BELOW_RESERVED',
      message:
        '10 units are on hand, and 4 units are reserved by carts, orders and flash sales. ' +
        'At most 6 units can be removed unless stock may fall below what is reserved.',
      details: { free: 6, requested: 8 },
    });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 10, reserved: 4 });
    expect(await adjustStock(shop.core, staff, { ...loss, force: true })).toMatchObject({ onHand: 2, available: -2, status: 'sold_out' });
    await expect(aGuestCart(shop.core, [[product, 1]])).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { available: 0 } });
    expect(await adjustStock(shop.core, staff, { variantId, delta: 1, reason: 'found one' })).toMatchObject({ onHand: 3, available: -1 });
    await expect(adjustStock(shop.core, staff, { variantId, delta: -1, reason: 'lost' })).rejects.toMatchObject({
      code: 'STOCK_BELOW_RESERVED',
    });
    await clearCart(shop.core, guest, { cartId: cart.id });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 3, reserved: 0 });
  });
});

describe('removing more units than are on hand', () => {
  it('is refused with the units on hand, also with force, on backorder and at one location', async () => {
    const { product, variantId } = await aVariant(6);
    const { sku } = variantOf(product);
    const typing = { variantId, delta: -1_000, reason: 'mistyped' };
    const refusal = {
      code: 'INSUFFICIENT_STOCK',
      message: `Only 6 units of ${product.name} (SKU ${sku}) are on hand, but 1000 were requested.`,
      details: { variantId, requested: 1_000, available: 6 },
    };
    await expect(adjustStock(shop.core, staff, typing)).rejects.toMatchObject(refusal);
    await expect(adjustStock(shop.core, staff, { ...typing, force: true })).rejects.toMatchObject(refusal);
    await configureStock(shop.core, staff, { variantId, backorderLimit: 5_000 });
    await expect(adjustStock(shop.core, staff, typing)).rejects.toMatchObject(refusal);
    const main = (await listStockLocations(shop.core, staff)).locations.find((one) => one.isDefault) ?? expect.fail();
    await expect(adjustStock(shop.core, staff, { ...typing, locationId: main.id, force: true })).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
    });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 6, reserved: 0 });
  });
});

describe('backorder', () => {
  it('a variant on backorder sells down to its limit and not one unit further, also to forty buyers at once', async () => {
    const { product, variantId } = await aVariant(3);
    expect(await configureStock(shop.core, staff, { variantId, backorderLimit: 7 })).toMatchObject({
      backorderLimit: 7,
      status: 'low_stock',
    });
    const { won, refused, defects } = await race(40, () => aPaidOrder(shop.core, product, 1));
    expect({ won: won.length, refused, defects }).toEqual({ won: 10, refused: { INSUFFICIENT_STOCK: 30 }, defects: [] });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 0, reserved: 7, available: -7, status: 'sold_out' });
    await expect(configureStock(shop.core, staff, { variantId, backorderLimit: 5 })).rejects.toMatchObject({
      code: 'STOCK_BELOW_RESERVED',
    });
    expect(await adjustStock(shop.core, staff, { variantId, delta: 2, reason: 'first box' })).toMatchObject({
      onHand: 0,
      reserved: 5,
      available: -5,
      status: 'backorder',
    });
    expect(await configureStock(shop.core, staff, { variantId, backorderLimit: 5 })).toMatchObject({ status: 'sold_out' });
  });

  it('units of a running sale cannot be removed without force, however many units of the variant may be sold ahead', async () => {
    const { product, item } = await aFlashSale(shop.core, { units: 3, stock: 4 });
    const variantId = variantOf(product).id;
    await configureStock(shop.core, staff, { variantId, backorderLimit: 10 });
    await buyFromFlashSale(shop.core, item);
    const refused = (requested: number) => ({ code: 'STOCK_BELOW_RESERVED', details: { free: 1, requested } });
    await expect(adjustStock(shop.core, staff, { variantId, delta: -2, reason: 'broken' })).rejects.toMatchObject(refused(2));
    const { version } = await levelOf(variantId);
    await expect(setStock(shop.core, staff, { variantId, onHand: 1, version, reason: 'count' })).rejects.toMatchObject(refused(3));
    expect(await adjustStock(shop.core, staff, { variantId, delta: -1, reason: 'broken' })).toMatchObject({ onHand: 3 });
    expect(await adjustStock(shop.core, staff, { variantId, delta: -1, reason: 'count', force: true })).toMatchObject({ onHand: 2 });
  });

  it('the database refuses more reserved units than can be sold, and units on hand below zero', async () => {
    const { variantId } = await aVariant(3);
    const oversell = sql`update stock_levels set reserved = 4 where variant_id = ${variantId}`.execute(shop.core.db);
    await expect(oversell).rejects.toMatchObject({ constraint: 'stock_levels_bounds' });
    await configureStock(shop.core, staff, { variantId, backorderLimit: 10 });
    for (const table of ['stock_levels', 'location_levels']) {
      const below = sql`update ${sql.table(table)} set on_hand = -1 where variant_id = ${variantId}`.execute(shop.core.db);
      await expect(below).rejects.toMatchObject({ constraint: `${table}_on_hand` });
    }
  });
});

describe('stock thresholds', () => {
  it('a crossed stock threshold is announced once among fifty buyers, and again after stock has risen above it', async () => {
    const { product, variantId } = await aVariant(50);
    await race(60, () => aGuestCart(shop.core, [[product, 1]]));
    expect(await announced(variantId)).toEqual(['inventory.low_stock', 'product.out_of_stock']);
    await letPass(shop.core, 16);
    await Promise.all([expireCartHolds(shop.core), expireCartHolds(shop.core)]);
    expect((await announced(variantId)).slice(2)).toEqual(['product.back_in_stock']);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 50]]);
    await clearCart(shop.core, guest, { cartId: cart.id });
    expect((await announced(variantId)).slice(3)).toEqual(['inventory.low_stock', 'product.out_of_stock', 'product.back_in_stock']);
  });

  it('a threshold is also crossed by expired orders, by deliveries and by a change of the threshold itself', async () => {
    const { product, variantId } = await aVariant(2);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const { id } = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    expect(await announced(variantId)).toEqual(['product.out_of_stock']);
    await letPass(shop.core, 31);
    await expireOrders(shop.core);
    expect(await getOrder(shop.core, guest, { orderId: id })).toMatchObject({ status: 'cancelled' });
    expect(await announced(variantId)).toEqual(['product.out_of_stock', 'product.back_in_stock']);
    await adjustStock(shop.core, staff, { variantId, delta: 28, reason: 'delivery' });
    await configureStock(shop.core, staff, { variantId, reorderThreshold: 30 });
    expect((await announced(variantId)).slice(2)).toEqual(['inventory.low_stock']);
  });

  it('a variant below its threshold is listed as low on stock, lowest availability first', async () => {
    const [low, out] = [
      await aProduct(shop.core, { name: 'Zinc bucket', stock: 4 }),
      await aProduct(shop.core, { name: 'Zinc lid', stock: 0 }),
    ];
    await aProduct(shop.core, { name: 'Zinc pail', stock: 400 });
    expect(variantOf((await findProduct(shop.core, { id: out.id })) ?? expect.fail()).availability).toEqual({
      available: 0,
      tracked: true,
      inStock: false,
      label: 'sold_out',
    });
    await configureStock(shop.core, staff, { variantId: variantOf(out).id, backorderLimit: 5 });
    const ahead = variantOf((await findProduct(shop.core, { id: out.id })) ?? expect.fail());
    expect(ahead.availability).toEqual({ available: 0, tracked: true, inStock: true, label: 'backorder' });
    const { items } = await listLowStock(shop.core, staff, { page: 1, pageSize: 20, q: 'zinc' });
    expect(items.map((i) => [i.productId, i.status])).toEqual([
      [out.id, 'backorder'],
      [low.id, 'low_stock'],
    ]);
  });
});
