/** Kills the API (SIGKILL) at every failpoint of a request; then the client repeats it with the same key at another process. */
import { contract } from '@cartwright/contracts';
import { applyCartCredit } from '@cartwright/core/carts';
import { expireOrders } from '@cartwright/core/order-cancellations';
import { relayOutbox } from '@cartwright/core/events';
import { createFlashSale } from '@cartwright/core/flash-sales';
import { expireCartHolds } from '@cartwright/core/inventory';
import { failpointNames, system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import {
  aCheckout,
  aGiftCard,
  aGuestCart,
  aKey,
  anAddress,
  aPaidOrder,
  aProduct,
  aStaffMember,
  createTestShop,
  letPass,
  password,
  restCall,
  isLongRun,
  startApiProcess,
  variantOf,
  type RestAnswer,
  type RestRequest,
  type ShopProcess,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shortSeries, places } from './places.ts';

const series = isLongRun ? places : shortSeries;

let shop: TestShop;
let otherApi: ShopProcess;
let staff: Record<string, string>;
beforeAll(async () => {
  shop = await createTestShop();
  otherApi = await startApiProcess(shop);
  const { email } = await aStaffMember(shop.core);
  const { body } = await restCall(otherApi.url, { method: 'POST', path: '/auth/login', body: { email, password } });
  staff = { authorization: `Bearer ${(body['tokens'] as { accessToken: string }).accessToken}` };
});
afterAll(async () => {
  // No worker runs here, and the tests moved the time forward.
  await expireOrders(shop.core);
  await expireCartHolds(shop.core);
  while ((await shop.core.db.selectFrom('outbox_events').select('id').where('relayedAt', 'is', null).limit(1).execute()).length > 0)
    await relayOutbox(shop.core);
  const { results } = await checkInvariants(shop.core, system('test'));
  expect(results.filter((r) => r.violations > 0)).toEqual([]);
  expect(await otherApi.stop()).toEqual({ code: 0, signal: null });
  await shop.close();
});

/** Sends a request to an API that dies at the failpoint, and then to a running one until it has a final response. */
const sendAcrossACrash = async (place: string, request: RestRequest): Promise<{ early: RestAnswer; answer: RestAnswer }> => {
  const killedApi = await startApiProcess(shop, { FAILPOINTS: `${place}=kill` });
  await expect(restCall(killedApi.url, request)).rejects.toThrow('fetch failed');
  expect(await killedApi.ended).toEqual({ code: null, signal: 'SIGKILL' });
  const early = await restCall(otherApi.url, request);
  // The claim of the dead process on the key lasts a minute.
  await letPass(shop.core, 2);
  const answer = await restCall(otherApi.url, request);
  const again = await restCall(otherApi.url, request);
  expect(again).toMatchObject({ status: answer.status, body: answer.status < 400 ? answer.body : { code: answer.body['code'] } });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  return { early, answer };
};
const code = ({ status, body }: RestAnswer): unknown => (status < 400 ? status : body['code']);

const aCheckoutRequest = async (
  token?: string,
  giftCard?: string,
): Promise<{ request: RestRequest; cartId: string; variantId: string }> => {
  const product = await aProduct(shop.core, { stock: 5, priceCents: 1250 });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
  if (giftCard) await applyCartCredit(shop.core, guest, { cartId: cart.id, code: giftCard });
  return {
    cartId: cart.id,
    variantId: variantOf(product).id,
    request: {
      method: 'POST',
      path: '/checkout',
      body: aCheckout(cart, token === undefined ? {} : { token }),
      headers: { 'idempotency-key': aKey(), 'x-cart-token': guest.cartToken ?? '' },
    },
  };
};
/** The records of the provider about a cart. */
const chargesOf = (cartId: string) =>
  shop.core.db
    .selectFrom('sandbox_charges as c')
    .innerJoin('payments as p', (join) => join.on((eb) => eb(eb.cast<string>('p.id', 'text'), '=', eb.ref('c.idempotencyKey'))))
    .innerJoin('orders as o', 'o.id', 'p.orderId')
    .select(['c.status', 'c.amountCents', 'o.status as order'])
    .where('o.cartId', '=', cartId)
    .execute();
const stockOf = (variantId: string) =>
  shop.core.db.selectFrom('stock_levels').select(['onHand', 'reserved']).where('variantId', '=', variantId).executeTakeFirstOrThrow();

describe('a checkout whose API is killed', () => {
  it.each(series.checkout)('a repeated checkout whose API was killed at %s makes one order and one charge', async (place) => {
    const { request, cartId, variantId } = await aCheckoutRequest();
    const { early, answer } = await sendAcrossACrash(place, request);
    expect(code(early)).toBe(place === 'idempotency.afterComplete' ? 201 : 'IDEMPOTENCY_IN_PROGRESS');
    expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed', paymentStatus: 'captured', totals: { totalCents: 2500 } } });
    expect(await chargesOf(cartId)).toEqual([{ status: 'captured', amountCents: 2500, order: 'confirmed' }]);
    expect(await stockOf(variantId)).toEqual({ onHand: 3, reserved: 0 });
  });

  it.each(series.declined)(
    'a declined checkout whose API was killed at %s is declined again when repeated, with one charge',
    async (place) => {
      const { request, cartId, variantId } = await aCheckoutRequest('tok_decline');
      const { answer } = await sendAcrossACrash(place, request);
      expect(answer).toMatchObject({ status: 402, body: { code: 'PAYMENT_DECLINED' } });
      expect(await chargesOf(cartId)).toEqual([{ status: 'declined', amountCents: 2500, order: 'pending' }]);
      expect(await stockOf(variantId)).toEqual({ onHand: 5, reserved: 2 });
    },
  );
});

const balanceOf = async (giftCard: string): Promise<unknown> =>
  (await restCall(otherApi.url, { method: 'POST', path: '/gift-cards/check', body: { code: giftCard } })).body['balanceCents'];

describe('a checkout with a gift card whose API is killed', () => {
  it.each(series.giftCard)(
    'a repeated checkout with a gift card whose API was killed at %s debits the card once and charges the rest once',
    async (place) => {
      const giftCard = await aGiftCard(shop.core, 1600);
      const { request, cartId } = await aCheckoutRequest(undefined, giftCard);
      const { answer } = await sendAcrossACrash(place, request);
      expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed', storeCreditCents: 1600, totals: { totalCents: 2500 } } });
      expect(await chargesOf(cartId)).toEqual([{ status: 'captured', amountCents: 900, order: 'confirmed' }]);
    },
  );

  it.each(series.giftCardRefund)('a repeated refund of charge and credit whose API was killed at %s takes effect once', async (place) => {
    const giftCard = await aGiftCard(shop.core, 1600);
    const bought = await restCall(otherApi.url, (await aCheckoutRequest(undefined, giftCard)).request);
    const { answer } = await sendAcrossACrash(place, {
      method: 'POST',
      path: `/orders/${String(bought.body['id'])}/refunds`,
      body: { amountCents: 1200, reason: 'scratched' },
      headers: { ...staff, 'idempotency-key': aKey() },
    });
    expect(answer).toMatchObject({ status: 201, body: { refundCents: 900, creditCents: 300 } });
    expect(await balanceOf(giftCard)).toBe(300);
  });

  it('a checkout is refused with 409 when its gift card pays another cart at the same time', async () => {
    const giftCard = await aGiftCard(shop.core, 2500);
    const carts = [await aCheckoutRequest(undefined, giftCard), await aCheckoutRequest(undefined, giftCard)];
    const answers = await Promise.all(carts.map(({ request }) => restCall(otherApi.url, request)));
    expect(new Set(answers.map((answer) => `${answer.status} ${String(code(answer))}`))).toEqual(
      new Set(['201 201', '409 INSUFFICIENT_CREDIT']),
    );
  });
});

describe('a purchase from a sale whose API is killed', () => {
  it.each(series.flash)(
    'a flash-sale purchase whose API was killed at %s makes one order and one charge when repeated, without waiting',
    async (place) => {
      const variantId = variantOf(await aProduct(shop.core, { stock: 5 })).id;
      const now = shop.core.clock.now().getTime();
      const input = contract.flashSales.create.input.parse({
        name: 'Drop',
        startsAt: new Date(now - 60_000).toISOString(),
        endsAt: new Date(now + 3_600_000).toISOString(),
        items: [{ variantId, units: 4, salePriceCents: 900 }],
      });
      const sale = await createFlashSale(shop.core, system('test'), input);
      const { early } = await sendAcrossACrash(place, {
        method: 'POST',
        path: `/flash-sales/items/${sale.items[0]?.id ?? ''}/buy`,
        body: { quantity: 2, email: 'buyer@example.com', shippingAddress: anAddress, payment: { token: 'tok_success' } },
        headers: { 'idempotency-key': aKey() },
      });
      expect(early).toMatchObject({ status: 201, body: { status: 'confirmed', quantity: 2, totals: { totalCents: 1800 } } });
      const orders = shop.core.db
        .selectFrom('orders as o')
        .innerJoin('order_items as i', 'i.orderId', 'o.id')
        .where('i.variantId', '=', variantId);
      const charged = orders
        .innerJoin('payments as p', 'p.orderId', 'o.id')
        .innerJoin('sandbox_charges as c', (join) => join.on((eb) => eb(eb.cast<string>('p.id', 'text'), '=', eb.ref('c.idempotencyKey'))));
      expect(await charged.select(['o.status', 'c.amountCents']).execute()).toEqual([{ status: 'confirmed', amountCents: 1800 }]);
      expect(await stockOf(variantId)).toEqual({ onHand: 3, reserved: 2 });
    },
  );
});

describe('a refund whose API is killed', () => {
  it.each(series.refund)('a repeated refund whose API was killed at %s pays once', async (place) => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core, { priceCents: 2000 }));
    const paymentId = order.payments[0]?.id ?? '';
    const { answer } = await sendAcrossACrash(place, {
      method: 'POST',
      path: `/payments/${paymentId}/refund`,
      body: { amountCents: 700, reason: 'scratched' },
      headers: { ...staff, 'idempotency-key': aKey() },
    });
    expect(answer).toMatchObject({ status: 201, body: { amountCents: 700, status: 'processed', paymentId } });
    const atProvider = shop.core.db
      .selectFrom('sandbox_refunds as r')
      .innerJoin('payments as p', 'p.gatewayReference', 'r.chargeReference');
    expect(await atProvider.select('r.amountCents').where('p.id', '=', paymentId).execute()).toEqual([{ amountCents: 700 }]);
    const refunds = await shop.core.db.selectFrom('refunds').select('amountCents').where('paymentId', '=', paymentId).execute();
    expect(refunds).toEqual([{ amountCents: 700 }]);
  });
});

describe('a change whose API is killed', () => {
  it.each(series.change)('a repeated stock adjustment whose API was killed at %s takes effect once', async (place) => {
    const variantId = variantOf(await aProduct(shop.core, { stock: 5 })).id;
    const { early, answer } = await sendAcrossACrash(place, {
      method: 'POST',
      path: `/inventory/${variantId}/adjust`,
      body: { delta: 3, reason: 'found in the warehouse' },
      headers: { ...staff, 'idempotency-key': aKey() },
    });
    const committed = place === 'idempotency.afterRun' || place === 'idempotency.afterComplete';
    expect(code(early)).toBe(committed ? 200 : 'IDEMPOTENCY_IN_PROGRESS');
    expect(answer).toMatchObject({ status: 200, body: { onHand: 8 } });
    expect(await stockOf(variantId)).toEqual({ onHand: 8, reserved: 0 });
  });
});

it('these tests cover every failpoint', () => {
  for (const tried of [places, shortSeries]) expect(new Set(Object.values(tried).flat())).toEqual(new Set(failpointNames));
});
