import { contract, type Cart } from '@cartwright/contracts';
import {
  aConsistentShop,
  aCheckout,
  aCustomer,
  aGuestCart,
  anAddress,
  aProduct,
  checkOut,
  letPass,
  race,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { expireCartHolds, getStockLevel } from '../inventory/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import {
  addCartItem,
  addCartItems,
  announceAbandonedCarts,
  applyPromoCode,
  clearCart,
  getCart,
  listActiveCarts,
  mergeCarts,
  removeCartItem,
  removePromoCode,
  setCartShipping,
  updateCart,
  updateCartItem,
} from './index.ts';

const shop = await aConsistentShop({ settle: (core) => expireCartHolds(core) });

describe('carts of others', () => {
  it("every procedure treats somebody else's cart as missing and leaves the cart and its holds unchanged", async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const itemId = cart.items[0]?.id ?? expect.fail();
    const variantId = variantOf(product).id;
    const cartId = cart.id;
    const attempts: ((actor: Actor) => Promise<unknown>)[] = [
      (a) => getCart(shop.core, a, { cartId }),
      (a) => addCartItem(shop.core, a, { cartId, variantId, quantity: 1 }),
      (a) => addCartItems(shop.core, a, { cartId, items: [{ variantId, quantity: 1 }] }),
      (a) => updateCartItem(shop.core, a, { cartId, itemId, quantity: 1 }),
      (a) => removeCartItem(shop.core, a, { cartId, itemId }),
      (a) => clearCart(shop.core, a, { cartId }),
      (a) => applyPromoCode(shop.core, a, { cartId, code: 'X' }),
      (a) => removePromoCode(shop.core, a, { cartId }),
      (a) => updateCart(shop.core, a, { cartId, note: 'mine' }),
      (a) => updateCart(shop.core, a, { cartId }),
      (a) => checkOut(shop.core, a, aCheckout(cart)),
    ];
    const strangers: Actor[] = [{ kind: 'guest', cartToken: null }, (await aGuestCart(shop.core, [])).guest, await aCustomer(shop.core)];
    for (const stranger of strangers)
      for (const attempt of attempts) await expect(attempt(stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(mergeCarts(shop.core, await aCustomer(shop.core), { cartId, strategy: 'sum' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await getCart(shop.core, guest, { cartId })).toEqual(cart);
    expect(await getStockLevel(shop.core, system('test'), { variantId })).toMatchObject({ reserved: 2 });
  });
});

describe('a cart ordered in one tab', () => {
  it('an item added in another tab during checkout is in the order and its price, or in neither', async () => {
    const [first, late] = [
      await aProduct(shop.core, { priceCents: 1000, stock: 100 }),
      await aProduct(shop.core, { priceCents: 500, stock: 100 }),
    ];
    for (let n = 0; n < 6; n += 1) {
      const { guest, cart } = await aGuestCart(shop.core, [[first, 1]]);
      const { won, refused, defects } = await race<unknown>(2, (tab) =>
        tab === 0
          ? checkOut(shop.core, guest, aCheckout(cart))
          : addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(late).id, quantity: 1 }),
      );
      expect(defects).toEqual([]);
      expect(won.length + (refused['CART_ALREADY_ORDERED'] ?? 0)).toBe(2);
      const { rows } = await sql<{
        id: Parameters<typeof getOrder>[2]['orderId'];
      }>`select id from orders where cart_id = ${cart.id}`.execute(shop.core.db);
      const order = await getOrder(shop.core, guest, { orderId: rows[0]?.id ?? expect.fail('no order') });
      const lateIsIn = order.items.some((i) => i.productName === late.name);
      expect(order.totals.subtotalCents).toBe(lateIsIn ? 1500 : 1000);
      expect(order.payments).toMatchObject([{ status: 'captured', amountCents: order.totals.totalCents }]);
      expect(lateIsIn).toBe(won.length === 2);
    }
  });

  it('adding to a cart that was ordered is refused with CART_ALREADY_ORDERED, its order, and how to go on', async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const { id: orderId, orderNumber } = await checkOut(shop.core, guest, aCheckout(cart));
    const late = addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    await expect(late).rejects.toMatchObject({
      code: 'CART_ALREADY_ORDERED',
      message: `This cart has already been ordered as ${orderNumber}. Create a new cart to order again.`,
      details: { orderId, orderNumber },
    });
    expect(await getStockLevel(shop.core, system('test'), { variantId: variantOf(product).id })).toMatchObject({ reserved: 0, onHand: 9 });
  });
});

describe('note, e-mail and address on a cart', () => {
  it('note, e-mail and address of a cart are stored encrypted, returned to the owner, and set the country', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    const details = { note: 'Ring twice', email: 'ada@example.com', shippingAddress: anAddress };
    const next = await updateCart(shop.core, guest, { cartId: cart.id, ...details });
    expect(next).toMatchObject({ ...details, countryCode: anAddress.countryCode, version: cart.version + 1 });
    expect(await getCart(shop.core, guest, { cartId: cart.id })).toEqual(next);
    const { rows } = await sql<Record<string, unknown>>`select * from carts where id = ${cart.id}`.execute(shop.core.db);
    expect(JSON.stringify(rows)).not.toMatch(/ada@example|Byron|James Square/);
    const back = await updateCart(shop.core, guest, { cartId: cart.id, email: null, shippingAddress: null });
    expect(back).toMatchObject({ note: 'Ring twice', email: null, shippingAddress: null });
  });

  it('the note of a cart becomes the note of the order unless the checkout has another one', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    await updateCart(shop.core, guest, { cartId: cart.id, note: 'Ring twice' });
    expect(await checkOut(shop.core, guest, aCheckout(cart))).toMatchObject({ notes: 'Ring twice' });
  });
});

describe('abandoned carts', () => {
  const announcedOf = async (cart: Cart) =>
    (
      await sql<{
        payload: unknown;
      }>`select payload from outbox_events where name = 'cart.abandoned' and aggregate_id = ${cart.id}`.execute(shop.core.db)
    ).rows;

  it('an abandoned cart is announced once by concurrent workers, and again only after it was used', async () => {
    const product = await aProduct(shop.core, { priceCents: 700 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const empty = await aGuestCart(shop.core, []);
    await letPass(shop.core, 23 * 60);
    await announceAbandonedCarts(shop.core);
    expect(await announcedOf(cart)).toEqual([]);
    await letPass(shop.core, 61);
    await Promise.all([1, 2, 3].map(() => announceAbandonedCarts(shop.core)));
    expect(await announcedOf(cart)).toEqual([
      { payload: { cartId: cart.id, userId: null, lineCount: 1, subtotalCents: 1400, currency: 'USD' } },
    ]);
    expect(await announcedOf(empty.cart)).toEqual([]);
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    await letPass(shop.core, 25 * 60);
    await announceAbandonedCarts(shop.core);
    expect(await announcedOf(cart)).toHaveLength(2);
    await setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'GB' });
    await letPass(shop.core, 25 * 60);
    await announceAbandonedCarts(shop.core);
    expect(await announcedOf(cart)).toHaveLength(3);
  });

  it('staff see abandoned carts with their value and their held units', async () => {
    const product = await aProduct(shop.core, { priceCents: 700 });
    const { cart } = await aGuestCart(shop.core, [[product, 2]]);
    const list = (abandoned?: boolean) =>
      listActiveCarts(shop.core, system('test'), contract.carts.listActive.input.parse({ ...(abandoned !== undefined && { abandoned }) }));
    const [newest] = (await list()).items;
    expect(newest).toMatchObject({ id: cart.id, lineCount: 1, unitCount: 2, subtotalCents: 1400, heldUnits: 2, abandoned: false });
    expect((await list(true)).items.every((c) => c.abandoned && c.id !== cart.id)).toBe(true);
    await expect(listActiveCarts(shop.core, await aCustomer(shop.core), { page: 1, pageSize: 20 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
