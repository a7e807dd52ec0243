import { contract, type Cart } from '@cartwright/contracts';
import {
  aConsistentShop,
  aCheckout,
  aCustomer,
  aGuestCart,
  aProduct,
  aPaidOrder,
  checkOut,
  letPass,
  race,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addCartItem, createCart, getCart, updateCartItem } from '../carts/index.ts';
import { deleteProduct } from '../catalog/index.ts';
import { createFlashSale } from '../flash-sales/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import { getDashboard } from '../operations/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { adjustStock, expireCartHolds, getStockLevel, listLowStock, listStockLevels } from './index.ts';

const limit = 3;
const shop = await aConsistentShop({ config: { holdLimitCarts: limit, holdLimitUnits: 500 }, settle: (core) => expireCartHolds(core) });
const levelOf = (variantId: ReturnType<typeof variantOf>['id']) => getStockLevel(shop.core, system('test'), { variantId });
const anotherCart = async (actor: Actor): Promise<Cart> => (await createCart(shop.core, actor, contract.carts.create.input.parse({}))).cart;
const heldUntil = (cart: Cart) => new Date(cart.items[0]?.reservedUntil ?? 0).getTime();
const minutesFromNow = (at: number) => (at - Date.now()) / 60_000;

describe('an expired hold', () => {
  it('the next buyer gets the units of an expired hold without any worker, and its own cart can take them again once they are free', async () => {
    const product = await aProduct(shop.core, { stock: 2 });
    const variantId = variantOf(product).id;
    const slow = await aGuestCart(shop.core, [[product, 2]]);
    await letPass(shop.core, 16);
    const quick = await aGuestCart(shop.core, [[product, 2]]);
    expect(quick.cart.items[0]?.quantity).toBe(2);
    expect(await levelOf(variantId)).toMatchObject({ onHand: 2, reserved: 2, available: 0 });
    expect((await getCart(shop.core, slow.guest, { cartId: slow.cart.id })).items[0]).toMatchObject({ quantity: 2, reservedUntil: null });
    await expect(checkOut(shop.core, slow.guest, aCheckout(slow.cart))).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    await letPass(shop.core, 16);
    expect(await checkOut(shop.core, slow.guest, aCheckout(slow.cart))).toMatchObject({ status: 'confirmed' });
  });

  it('an expired hold does not keep staff from removing units from stock', async () => {
    const product = await aProduct(shop.core, { stock: 5 });
    await aGuestCart(shop.core, [[product, 5]]);
    await letPass(shop.core, 16);
    const level = await adjustStock(shop.core, system('test'), { variantId: variantOf(product).id, delta: -5, reason: 'broken' });
    expect(level).toMatchObject({ onHand: 0, reserved: 0 });
  });

  it('an expired hold blocks nothing: stock levels, a new sale, an order edit and the deletion of the product', async () => {
    const staff = system('test');
    const lapsed = async () => {
      const product = await aProduct(shop.core, { stock: 40 });
      await aGuestCart(shop.core, [[product, 40]]);
      await letPass(shop.core, 16);
      return { product, variantId: variantOf(product).id };
    };
    const { product, variantId } = await lapsed();
    const free = { reserved: 0, available: 40, status: 'in_stock' };
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject(free);
    const listed = await listStockLevels(shop.core, staff, { page: 1, pageSize: 1, lowOnly: false, q: variantOf(product).sku });
    expect(listed.items).toMatchObject([free]);
    expect((await listLowStock(shop.core, staff, { page: 1, pageSize: 100 })).items.map((level) => level.variantId)).not.toContain(
      variantId,
    );
    const { lowStock } = await getDashboard(shop.core, staff, {});
    expect(lowStock.map((level) => level.variantId)).not.toContain(variantId);
    const window = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString() };
    const drop = { name: 'Drop', ...window, items: [{ variantId, units: 40, salePriceCents: 500 }] };
    const sale = await createFlashSale(shop.core, staff, contract.flashSales.create.input.parse(drop));
    expect(sale).toMatchObject({ items: [{ unitsAllocated: 40 }] });
    const another = await lapsed();
    const bought = await aPaidOrder(shop.core, await aProduct(shop.core));
    const change = {
      orderId: bought.order.id,
      expectedUpdatedAt: bought.order.updatedAt,
      lines: [{ variantId: another.variantId, quantity: 40 }],
    };
    await expect(editOrder(shop.core, staff, change)).resolves.toMatchObject({ itemCount: 41 });
    const deleted = await lapsed();
    await expect(deleteProduct(shop.core, staff, { id: deleted.product.id, version: null })).resolves.toEqual({ ok: true });
  });

  it('an expired hold is released once, whichever of two sweepers and forty buyers comes first', async () => {
    const product = await aProduct(shop.core, { stock: 40 });
    for (let n = 0; n < 20; n += 1) await aGuestCart(shop.core, [[product, 2]]);
    await letPass(shop.core, 16);
    const { won, defects } = await race(42, async (n) => {
      if (n < 2) return expireCartHolds(shop.core);
      await aGuestCart(shop.core, [[product, 1]]);
      return 0;
    });
    expect({ won: won.length, defects }).toEqual({ won: 42, defects: [] });
    const { rows } = await sql<{ state: string; n: number }>`
      select state, count(*)::int as n from holds where variant_id = ${variantOf(product).id} group by state order by state`.execute(
      shop.core.db,
    );
    expect(rows).toEqual([
      { state: 'active', n: 40 },
      { state: 'released', n: 20 },
    ]);
    expect(await levelOf(variantOf(product).id)).toMatchObject({ reserved: 40, available: 0 });
  });
});

describe('the holds of a cart', () => {
  it('every change of a cart renews the hold of each of its lines', async () => {
    const [first, second] = [await aProduct(shop.core), await aProduct(shop.core)];
    const { guest, cart } = await aGuestCart(shop.core, [[first, 1]]);
    await letPass(shop.core, 10);
    expect(minutesFromNow(heldUntil(await getCart(shop.core, guest, { cartId: cart.id })))).toBeLessThan(6);
    const after = await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(second).id, quantity: 1 });
    expect(minutesFromNow(heldUntil(after))).toBeGreaterThan(14);
    expect(await getCart(shop.core, guest, { cartId: cart.id })).toEqual(after);
  });

  it('the holds of a cart last an hour at most, however often the cart is changed', async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const touch = async (quantity: number) =>
      updateCartItem(shop.core, guest, { cartId: cart.id, itemId: cart.items[0]?.id ?? expect.fail('no line'), quantity });
    for (let n = 2; n < 7; n += 1) {
      await letPass(shop.core, 10);
      await touch(n);
    }
    await letPass(shop.core, 5);
    expect(minutesFromNow(heldUntil(await touch(1)))).toBeLessThan(6);
    await letPass(shop.core, 6);
    expect(minutesFromNow(heldUntil(await touch(2)))).toBeGreaterThan(14);
  });

  it('one buyer with a hundred carts at once holds units in three of them', async () => {
    const product = await aProduct(shop.core, { stock: 1_000 });
    const customer = await aCustomer(shop.core);
    const carts = await Promise.all(Array.from({ length: 100 }, () => anotherCart(customer)));
    const { won, refused, defects } = await race(carts.length, (n) =>
      addCartItem(shop.core, customer, { cartId: carts[n]?.id ?? expect.fail(), variantId: variantOf(product).id, quantity: 2 }),
    );
    expect({ won: won.length, refused, defects }).toEqual({ won: limit, refused: { HOLD_LIMIT: 100 - limit }, defects: [] });
    expect(await levelOf(variantOf(product).id)).toMatchObject({ reserved: 2 * limit });
    const [cart] = won;
    if (!cart) return expect.fail('nobody won');
    const more = { cartId: cart.id, variantId: variantOf(product).id, quantity: 600 };
    await expect(addCartItem(shop.core, customer, more)).rejects.toMatchObject({ code: 'HOLD_LIMIT', details: { limit: 500 } });
    await letPass(shop.core, 16);
    const later = await addCartItem(shop.core, customer, { ...more, cartId: (await anotherCart(customer)).id, quantity: 1 });
    expect(later.items).toHaveLength(1);
  });
});
