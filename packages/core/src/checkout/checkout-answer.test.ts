/** The answer of a checkout is built from the rows that it wrote, and shows the same order as a read. */
import { contract, formatMoney, type Cart, type Order } from '@cartwright/contracts';
import {
  aCheckout,
  aConsistentShop,
  aCustomer,
  aGiftCard,
  aGuestCart,
  aProduct,
  anAddress,
  aPromoCode,
  checkOut,
  variantOf,
} from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { addToMyCart, applyCartCredit, applyPromoCode } from '../carts/index.ts';
import { DomainError, nameCall, system, type Actor } from '../kernel/index.ts';
import { getOrder, updateOrderAddress } from '../orders/index.ts';
import { grantCredit } from '../store-credit/index.ts';

const shop = await aConsistentShop();

interface Bought {
  readonly buyer: Actor;
  readonly cart: Cart;
}
const aCart = async (): Promise<Bought> => {
  const [one, two] = [await aProduct(shop.core, { priceCents: 1_000 }), await aProduct(shop.core, { priceCents: 700 })];
  const { guest, cart } = await aGuestCart(shop.core, [
    [one, 2],
    [two, 1],
  ]);
  return { buyer: guest, cart };
};
const withCode = async ({ buyer, cart }: Bought, percentBasisPoints: number): Promise<Bought> => {
  const code = await aPromoCode(shop.core, { percentBasisPoints });
  return { buyer, cart: await applyPromoCode(shop.core, buyer, { cartId: cart.id, code }) };
};
const withCards = async ({ buyer, cart }: Bought, ...amounts: readonly number[]): Promise<Bought> => {
  let paid = cart;
  for (const cents of amounts) paid = await applyCartCredit(shop.core, buyer, { cartId: cart.id, code: await aGiftCard(shop.core, cents) });
  return { buyer, cart: paid };
};
const anAccountCart = async (creditCents: number): Promise<Bought> => {
  const buyer = await aCustomer(shop.core);
  const grant = { userId: buyer.userId, currency: 'USD', amountCents: creditCents, reason: 'a gift' };
  await grantCredit(shop.core, system('test'), contract.storeCredit.grant.input.parse(grant));
  const { id: variantId } = variantOf(await aProduct(shop.core, { priceCents: 1_000 }));
  const cart = await addToMyCart(shop.core, buyer, { variantId, quantity: 3 });
  return { buyer, cart: await applyCartCredit(shop.core, buyer, { cartId: cart.id, account: true }) };
};
const buy = async ({ buyer, cart }: Bought, token = 'tok_success'): Promise<Order> =>
  checkOut(shop.core, buyer, { ...aCheckout(cart, { token }), notes: 'Ring twice.' });

describe('the answer of a checkout', () => {
  it.each<[string, () => Promise<Bought>, string?]>([
    ['paid by a guest', aCart],
    ['paid by an account, with its store credit', () => anAccountCart(500)],
    ['paid with a promo code', async () => withCode(await aCart(), 1_000)],
    ['paid with two gift cards and a charge', async () => withCards(await aCart(), 400, 300)],
    ['covered by a gift card', async () => withCards(await aCart(), 5_000)],
    ['covered by store credit', () => anAccountCart(5_000)],
    ['with a code for everything', async () => withCode(await aCart(), 10_000)],
    ['whose payment waits for the buyer', aCart, 'tok_3ds'],
    ['whose payment is not decided', aCart, 'tok_late'],
    ['whose provider did not answer', aCart, 'tok_timeout'],
  ])('the answer about an order %s equals what orders.get answers', async (_, open, token) => {
    const bought = await open();
    const order = await buy(bought, token);
    expect(order).toEqual(await getOrder(shop.core, bought.buyer, { orderId: order.id }));
  });

  it('a paid order is answered without a read of what the checkout has written', async () => {
    const bought = await aCart();
    const texts = await shop.countQueries(() => buy(bought));
    expect(texts.filter((text) => text.startsWith('select') && text.includes('order_status_changes'))).toEqual([]);
  });

  it('an order whose address was changed while its provider was called is answered with the new address', async () => {
    const { buyer, cart } = await aCart();
    const gateway = shop.core.gateways.get('sandbox') ?? expect.fail('no sandbox');
    const charge: typeof gateway.charge = async (request) => {
      const input = { orderId: request.orderId, shippingAddress: { ...anAddress, line1: '1 New Street' } };
      await updateOrderAddress(shop.core, system('test'), contract.orders.updateAddress.input.parse(input));
      return gateway.charge(request);
    };
    const core = { ...shop.core, gateways: new Map([['sandbox' as const, { ...gateway, charge }]]) };
    const order = await checkOut(core, buyer, aCheckout(cart));
    expect(order).toMatchObject({ status: 'confirmed', shippingAddress: { line1: '1 New Street' } });
    expect(order).toEqual(await getOrder(shop.core, buyer, { orderId: order.id }));
  });

  it('the refusal of a declined payment names its amount, its order, the end of the order that orders.get answers, and the next call', async () => {
    const bought = await aCart();
    const refusal = await buy(bought, 'tok_decline').catch((error: unknown) => error);
    if (!(refusal instanceof DomainError)) return expect.fail();
    const order = await getOrder(shop.core, bought.buyer, { orderId: String(refusal.details?.['orderId']) as Order['id'] });
    expect(refusal.details).toEqual({ orderId: order.id, orderNumber: order.orderNumber, expiresAt: order.expiresAt });
    const payment = `The payment of ${formatMoney(order.totals.totalCents, order.currency)} for order ${order.orderNumber}`;
    const nextStep = `before ${order.expiresAt}: call ${nameCall('checkout.retryPayment')}.`;
    expect(refusal.message).toBe(`${payment} was declined. Try again, or use another payment method, ${nextStep}`);
  });
});
