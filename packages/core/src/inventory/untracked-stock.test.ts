/** Untracked variants: they can always be bought, nothing counts their units, and no counter moves when they are sold or come back. */
import { contract, type Order } from '@cartwright/contracts';
import {
  aCheckout,
  aConsistentShop,
  aGuestCart,
  anOrder,
  aPaidOrder,
  aProduct,
  checkOut,
  importCsv,
  letPass,
  race,
  there,
  variantOf,
} from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { getCart, updateCartItem } from '../carts/index.ts';
import { setProductStock, getProduct, listProducts } from '../catalog/index.ts';
import { createFlashSale } from '../flash-sales/index.ts';
import { system } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { getOrder, shipOrder } from '../orders/index.ts';
import { receiveReturn, requestReturn } from '../returns/index.ts';
import {
  adjustStock,
  configureStock,
  createStockLocation,
  expireCartHolds,
  getStockLevel,
  listLowStock,
  listStockMovements,
  setStock,
  transferStock,
  updateStockLocation,
} from './index.ts';

const staff = system('test');
const shop = await aConsistentShop({ settle: (core) => expireCartHolds(core) });
type VariantId = ReturnType<typeof variantOf>['id'];
const levelOf = (variantId: VariantId) => getStockLevel(shop.core, staff, { variantId });
const track = (variantId: VariantId, tracked: boolean) => configureStock(shop.core, staff, { variantId, tracked });
const soldUnits = async (variantId: VariantId) =>
  (await listStockMovements(shop.core, staff, { variantId, page: 1, pageSize: 50 })).items.filter(({ kind }) => kind !== 'received');
const edit = ({ id, updatedAt }: Order, units: readonly (readonly [variantId: VariantId, quantity: number])[]) =>
  editOrder(shop.core, staff, {
    orderId: id,
    expectedUpdatedAt: updatedAt,
    lines: units.map(([variantId, quantity]) => ({ variantId, quantity })),
  });
/** A sale of units of a variant that opens later. */
const startSale = (variantId: VariantId, units: number) =>
  createFlashSale(
    shop.core,
    staff,
    contract.flashSales.create.input.parse({
      name: 'Sale',
      startsAt: new Date(Date.now() + 60_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      items: [{ variantId, salePriceCents: 100, units }],
    }),
  );

/** A product whose only variant is untracked, with units on hand from before. */
const untracked = async (stock = 0) => {
  const product = await aProduct(shop.core, { stock });
  const variantId = variantOf(product).id;
  await track(variantId, false);
  return { product, variantId };
};

describe('an untracked variant', () => {
  it('can be bought in any quantity without a unit on hand, and is never sold out or low', async () => {
    const { product, variantId } = await untracked();
    const availability = { available: 0, tracked: false, inStock: true, label: 'in_stock' };
    const shown = await getProduct(shop.core, staff, { id: product.id });
    expect(shown).toMatchObject({ available: 0, inStock: true, variants: [{ availability }] });
    const listed = await listProducts(shop.core, staff, contract.products.list.input.parse({ inStock: true, pageSize: 100 }));
    expect(listed.items.find(({ id }) => id === product.id)).toMatchObject({ inStock: true });
    const low = await listLowStock(shop.core, staff, { page: 1, pageSize: 100 });
    expect(low.items.map((level) => level.variantId)).not.toContain(variantId);
    const { order } = await aPaidOrder(shop.core, product, 500);
    expect(order).toMatchObject({ status: 'confirmed', items: [{ quantity: 500, backorderedQuantity: 0 }] });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 0, reserved: 0, tracked: false, status: 'in_stock' });
    expect(await soldUnits(variantId)).toEqual([]);
  });

  it('stays in a cart without a hold, beside tracked lines with one, and is ordered when theirs has expired', async () => {
    const { product, variantId } = await untracked();
    const counted = await aProduct(shop.core, { stock: 3 });
    const { guest, cart } = await aGuestCart(shop.core, [
      [product, 40],
      [counted, 2],
    ]);
    const lineOf = (id: VariantId) => there(cart.items.find((item) => item.variantId === id));
    expect(lineOf(variantId)).toMatchObject({ quantity: 40, reservedUntil: null });
    expect(lineOf(variantOf(counted).id).reservedUntil).not.toBeNull();
    const more = await updateCartItem(shop.core, guest, { cartId: cart.id, itemId: lineOf(variantId).id, quantity: 60 });
    await letPass(shop.core, 16);
    expect(await getCart(shop.core, guest, { cartId: cart.id })).toMatchObject({ items: more.items.map(({ quantity }) => ({ quantity })) });
    expect(await checkOut(shop.core, guest, aCheckout(more))).toMatchObject({ status: 'confirmed' });
    expect(await levelOf(variantOf(counted).id)).toMatchObject({ onHand: 1, reserved: 0 });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 0, reserved: 0 });
  });

  it('has no units to count, move or set apart', async () => {
    const { product, variantId } = await untracked(4);
    const { version, locations } = await levelOf(variantId);
    const refused = { code: 'STOCK_NOT_TRACKED', details: { variantId } };
    await expect(adjustStock(shop.core, staff, { variantId, delta: 1, reason: 'x' })).rejects.toMatchObject(refused);
    await expect(setStock(shop.core, staff, { variantId, onHand: 9, version, reason: 'x' })).rejects.toMatchObject(refused);
    await expect(setProductStock(shop.core, staff, { id: product.id, onHand: 9, reason: 'x' })).rejects.toMatchObject(refused);
    const fromLocationId = there(locations[0]).locationId;
    const move = { variantId, fromLocationId, toLocationId: variantId as never, quantity: 1, reason: 'x' };
    await expect(transferStock(shop.core, staff, move)).rejects.toMatchObject(refused);
    await expect(startSale(variantId, 1)).rejects.toMatchObject(refused);
  });
});

describe('orders with untracked lines', () => {
  it('cancelling, shipping and returning one moves no units', async () => {
    const { product, variantId } = await untracked(5);
    const { order: cancelled } = await aPaidOrder(shop.core, product, 7);
    await cancelOrder(shop.core, staff, { orderId: cancelled.id });
    const { order } = await aPaidOrder(shop.core, product, 6);
    await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: 'JD1' });
    const items = order.items.map(({ id }) => ({ orderItemId: id, quantity: 2 }));
    const asked = await requestReturn(shop.core, staff, { orderId: order.id, items, reason: 'too many' });
    const back = await receiveReturn(shop.core, staff, { returnId: there(asked.returns[0]).id });
    expect(back.returns[0]).toMatchObject({ status: 'received', items: [{ receivedQuantity: 2, restockedQuantity: 0 }] });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 5, reserved: 0 });
    expect(await soldUnits(variantId)).toEqual([]);
  });

  it('an edit adds and removes units of one without a counter, and takes a line up again as its variant is then', async () => {
    const { product, variantId } = await untracked();
    const counted = await aProduct(shop.core, { stock: 9, priceCents: 50_000 });
    const { order } = await anOrder(shop.core, [
      [product, 3],
      [counted, 2],
    ]);
    const fewer = await edit(order, [[variantId, 1]]);
    const more = await edit(fewer, [
      [variantId, 4],
      [variantOf(counted).id, 1],
    ]);
    const none = await edit(more, [[variantId, 0]]);
    expect(await soldUnits(variantId)).toEqual([]);
    await track(variantId, true);
    await adjustStock(shop.core, staff, { variantId, delta: 8, reason: 'counted' });
    const again = await edit(none, [
      [variantId, 2],
      [variantOf(counted).id, 0],
    ]);
    expect(again.items).toMatchObject([{ variantId, quantity: 2 }]);
    expect(await levelOf(variantId)).toMatchObject({ onHand: 6, reserved: 0 });
    expect(await levelOf(variantOf(counted).id)).toMatchObject({ onHand: 9, reserved: 0 });
  });

  it('keep what they were sold as when tracking begins or ends before they are shipped', async () => {
    const { product, variantId } = await untracked();
    const { order: uncounted } = await aPaidOrder(shop.core, product, 4);
    await track(variantId, true);
    await adjustStock(shop.core, staff, { variantId, delta: 10, reason: 'counted' });
    const { order: counted } = await aPaidOrder(shop.core, product, 3);
    await expect(edit(uncounted, [[variantId, 5]])).rejects.toMatchObject({
      code: 'STOCK_TRACKING_CHANGED',
      details: { variantId, tracked: true },
    });
    await cancelOrder(shop.core, staff, { orderId: uncounted.id });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 7, reserved: 0 });
    await track(variantId, false);
    await expect(edit(counted, [[variantId, 5]])).rejects.toMatchObject({ code: 'STOCK_TRACKING_CHANGED', details: { tracked: false } });
    await cancelOrder(shop.core, staff, { orderId: counted.id });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 10, reserved: 0 });
    expect(await getOrder(shop.core, staff, { orderId: counted.id })).toMatchObject({ status: 'cancelled' });
  });
});

describe('tracking', () => {
  it('tracking leaves a row in the audit log when an import begins or ends it, and no shortage behind', async () => {
    const { product, variantId } = await untracked(4);
    const switches = async () =>
      (await shop.core.db.selectFrom('audit_log').select('after').where('subjectId', '=', variantId).orderBy('id').execute()).map(
        ({ after }) => after,
      );
    const { handle, name, variants } = product;
    const csv = (tracker: string) =>
      `Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker\n${handle},${name},${variants[0]?.sku},5.00,${tracker}`;
    await importCsv(shop, csv('shop'));
    await importCsv(shop, csv(''));
    await importCsv(shop, csv(''));
    expect(await switches()).toEqual([{ tracked: false }, { tracked: true }, { tracked: false }]);
    await track(variantId, true);
    const { cart } = await aGuestCart(shop.core, [[product, 4]]);
    await adjustStock(shop.core, staff, { variantId, delta: -2, reason: 'lost', force: true });
    await track(variantId, false);
    const { forcedShort } = await shop.core.db
      .selectFrom('stock_levels')
      .select('forcedShort')
      .where('variantId', '=', variantId)
      .executeTakeFirstOrThrow();
    expect([forcedShort, cart.items.length]).toEqual([0, 1]);
  });

  it('untracked units keep no location open, and tracking begins with those of a closed location at the default', async () => {
    const { variantId } = await untracked();
    await track(variantId, true);
    const input = { code: 'barn', name: 'Barn', priority: 5 };
    const barn = await createStockLocation(shop.core, staff, contract.inventory.createLocation.input.parse(input));
    await adjustStock(shop.core, staff, { variantId, delta: 3, reason: 'put there', locationId: barn.id });
    const close = () => updateStockLocation(shop.core, staff, { locationId: barn.id, active: false });
    await expect(close()).rejects.toMatchObject({ code: 'LOCATION_NOT_EMPTY' });
    await track(variantId, false);
    expect(await close()).toMatchObject({ active: false });
    const { onHand, locations } = await track(variantId, true);
    expect({ onHand, at: locations.filter((place) => place.onHand > 0) }).toMatchObject({ onHand: 3, at: [{ onHand: 3 }] });
    expect(locations.find(({ locationId }) => locationId === barn.id)?.onHand ?? 0).toBe(0);
  });

  it('tracking ends although carts hold units, which they need no longer, but not while a sale has set units apart', async () => {
    const product = await aProduct(shop.core, { stock: 5 });
    const variantId = variantOf(product).id;
    const { guest, cart } = await aGuestCart(shop.core, [[product, 5]]);
    expect(await track(variantId, false)).toMatchObject({ tracked: false, onHand: 5, reserved: 0 });
    expect((await getCart(shop.core, guest, { cartId: cart.id })).items[0]).toMatchObject({ quantity: 5, reservedUntil: null });
    expect(await checkOut(shop.core, guest, aCheckout(cart))).toMatchObject({ status: 'confirmed' });
    expect(await track(variantId, true)).toMatchObject({ tracked: true, onHand: 5, reserved: 0 });
    await startSale(variantId, 2);
    await expect(track(variantId, false)).rejects.toMatchObject({ code: 'STOCK_RESERVED', details: { variantId, reserved: 2 } });
    expect(await levelOf(variantId)).toMatchObject({ tracked: true, reserved: 2 });
  });

  it('tracking that is switched on and off while buyers buy sells no unit of a tracked level twice and leaves no counter behind', async () => {
    const product = await aProduct(shop.core, { stock: 6 });
    const variantId = variantOf(product).id;
    const buy = async (): Promise<string> => (await aPaidOrder(shop.core, product, 1)).order.status;
    const change = async (on: boolean): Promise<string> => String((await track(variantId, on)).tracked);
    const { won, defects } = await race(24, (i) => (i % 4 === 0 ? change(i % 8 === 0) : buy()));
    expect(defects).toEqual([]);
    expect(won).toContain('confirmed');
    await track(variantId, true);
    const { onHand, reserved } = await levelOf(variantId);
    expect(reserved).toBe(0);
    expect(onHand).toBe(6 + (await soldUnits(variantId)).reduce((sum, { quantity }) => sum + quantity, 0));
  });
});
