import {
  aConsistentShop,
  aCheckout,
  aCustomer,
  aGuestCart,
  aKey,
  anAddress,
  aPaidOrder,
  aProduct,
  checkOut,
  race,
  variantOf,
} from '@cartwright/testing';
import { contract } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { addCartItem, createCart } from '../carts/index.ts';
import { getProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';
import { reconcilePayments } from '../payments/index.ts';
import { getOrder } from '../orders/index.ts';
import { completeCheckout } from './index.ts';

const shop = await aConsistentShop();

const stockOf = async (productId: string) =>
  (await getProduct(shop.core, system('test'), { id: productId })).variants[0]?.availability.available;

describe('completing a checkout', () => {
  it('a guest checkout charges the buyer, confirms the order, reduces stock and issues an invoice', async () => {
    const product = await aProduct(shop.core, { priceCents: 2500, stock: 5 });
    const { order } = await aPaidOrder(shop.core, product, 2);
    expect(order).toMatchObject({ status: 'confirmed', paymentStatus: 'captured', label: 'Paid', totals: { totalCents: 5000 } });
    expect(order.orderNumber).toMatch(/^ORD-\d{8}-[0-9A-Z]{4}$/);
    expect(order.invoice?.number).toMatch(/^INV-\d{4}-\d{6}$/);
    expect(await stockOf(product.id)).toBe(3);
  });

  it("the checkout of a signed-in customer uses the account's e-mail address, and the customer finds the order later", async () => {
    const customer = await aCustomer(shop.core);
    const product = await aProduct(shop.core);
    const { cart } = await createCart(shop.core, customer, {});
    await addCartItem(shop.core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    const order = await checkOut(
      shop.core,
      customer,
      contract.checkout.complete.input.parse({
        cartId: cart.id,
        shippingAddress: anAddress,
        payment: { token: 'tok_success' },
        acceptAnyTotal: true,
      }),
    );
    expect(order.customer.email).toBe(customer.email);
    expect((await getOrder(shop.core, customer, { orderId: order.id })).id).toBe(order.id);
  });

  it('a declined order keeps its units, and a repeat with the same key returns the same refusal', async () => {
    const product = await aProduct(shop.core, { stock: 1 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const input = aCheckout(cart, { token: 'tok_decline' });
    const key = aKey();
    await expect(checkOut(shop.core, guest, input, key)).rejects.toMatchObject({ code: 'PAYMENT_DECLINED', replayed: false });
    await expect(checkOut(shop.core, guest, input, key)).rejects.toMatchObject({ code: 'PAYMENT_DECLINED', replayed: true });
    expect(await stockOf(product.id)).toBe(0);
    const orders = await shop.core.db.selectFrom('orders').select(['status', 'cancellationReason']).where('cartId', '=', cart.id).execute();
    expect(orders).toEqual([{ status: 'pending', cancellationReason: null }]);
  });

  it('a repeat returns the same refusal when the stored response is lost', async () => {
    const product = await aProduct(shop.core, { stock: 1 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const input = aCheckout(cart, { token: 'tok_decline' });
    const idempotencyKey = aKey();
    const attempt = () => completeCheckout(shop.core, guest, input, { idempotencyKey });
    await expect(attempt()).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    await expect(attempt()).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    const payments = await shop.core.db
      .selectFrom('payments as p')
      .innerJoin('orders as o', 'o.id', 'p.orderId')
      .select('p.status')
      .where('o.cartId', '=', cart.id)
      .execute();
    expect(payments).toEqual([{ status: 'failed' }]);
  });

  it('an order whose charge has no response stays pending until reconciliation finds the one charge', async () => {
    const product = await aProduct(shop.core, { stock: 2 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_timeout' }));
    expect(order).toMatchObject({ status: 'pending', paymentStatus: 'pending', label: 'Unpaid' });
    expect(await reconcilePayments(shop.core, 0)).toMatchObject({ settled: 1 });
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'confirmed', label: 'Paid' });
    const charges = await shop.core.db
      .selectFrom('sandbox_charges')
      .select('callCount')
      .where('idempotencyKey', '=', order.payments[0]?.id ?? '')
      .execute();
    expect(charges).toEqual([{ callCount: 1 }]);
  });

  it('fifty requests with one key create one order and one charge', async () => {
    const product = await aProduct(shop.core, { stock: 50 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const input = aCheckout(cart);
    const key = aKey();
    const { won, refused, defects } = await race(50, () => checkOut(shop.core, guest, input, key));
    expect(defects).toEqual([]);
    expect(Object.keys(refused).filter((code) => code !== 'IDEMPOTENCY_IN_PROGRESS')).toEqual([]);
    expect(new Set(won.map((order) => order.id)).size).toBe(1);
    expect(await stockOf(product.id)).toBe(49);
    const { callCount } = await shop.core.db
      .selectFrom('sandbox_charges')
      .select('callCount')
      .where('idempotencyKey', '=', won[0]?.payments[0]?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(callCount).toBe(1);
  });

  it('one idempotency key for two different requests is refused', async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const key = aKey();
    const input = aCheckout(cart);
    await checkOut(shop.core, guest, input, key);
    await expect(checkOut(shop.core, guest, { ...input, notes: 'other' }, key)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('a second order of the same cart under another key is refused', async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await checkOut(shop.core, guest, aCheckout(cart));
    await expect(checkOut(shop.core, guest, aCheckout(cart))).rejects.toMatchObject({ code: 'CART_ALREADY_ORDERED' });
  });

  it("checking out somebody else's cart is NOT_FOUND and leaves the cart unchanged", async () => {
    const product = await aProduct(shop.core);
    const { cart } = await aGuestCart(shop.core, [[product, 1]]);
    const other = await aGuestCart(shop.core, []);
    await expect(checkOut(shop.core, other.guest, aCheckout(cart))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await stockOf(product.id)).toBe(9);
  });

  it('a hundred concurrent buyers of ten units get ten orders and ninety refusals', async () => {
    const product = await aProduct(shop.core, { stock: 10 });
    const { won, refused, defects } = await race(100, async () => {
      const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
      return checkOut(shop.core, guest, aCheckout(cart));
    });
    expect(defects).toEqual([]);
    expect(won.map((order) => order.status)).toEqual(Array.from({ length: 10 }, () => 'confirmed'));
    expect(refused).toEqual({ INSUFFICIENT_STOCK: 90 });
    expect(await stockOf(product.id)).toBe(0);
  });
});
