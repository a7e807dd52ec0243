/** A shop that charges through a fake Stripe, for all tests of a file. */
import { contract, type Order, type PaymentDiscrepancy, type PaymentId } from '@cartwright/contracts';
import { system } from '@cartwright/core/kernel';
import { getOrder } from '@cartwright/core/orders';
import { handleGatewayWebhook, listDiscrepancies } from '@cartwright/core/payments';
import { afterAll } from 'vitest';
import { aCheckout, aGuestCart, aProduct, checkOut, there } from './builders.ts';
import { aConsistentShop, type ConsistentShopOptions } from './consistent-shop.ts';
import type { StripeIntent } from './fakes/stripe.objects.ts';
import { startFakeStripe, type FakeStripe } from './fakes/stripe.ts';
import type { TestShop } from './test-core.ts';

const keys = { secretKey: 'sk_test_1234567890', webhookSecret: 'whsec_a_secret_for_tests_only' };

/** An event as Stripe posts it; one without a signature is forged. */
export interface PostedEvent {
  readonly body: Buffer;
  readonly signature: string | undefined;
}

/** A shop and its fake Stripe. */
export interface ShopOnStripe {
  readonly shop: TestShop;
  readonly stripe: FakeStripe;
  /** The keys that the shop and the fake share. */
  readonly keys: typeof keys & { readonly apiUrl: string };
  /** Posts an event to the shop's webhook and returns how it ended. */
  post(event: PostedEvent): ReturnType<typeof handleGatewayWebhook>;
  /** Posts events one after the other and returns how each ended. */
  postAll(events: readonly PostedEvent[]): Promise<Awaited<ReturnType<typeof handleGatewayWebhook>>[]>;
  /** An order as staff see it. */
  read(order: { readonly id: string }): Promise<Order>;
  /** The unreconciled payments that staff see. */
  discrepancies(): Promise<PaymentDiscrepancy[]>;
}

/** `aConsistentShop` with a fake Stripe, which stays up until the last consistency check. */
export const aShopOnStripe = async (options: ConsistentShopOptions = {}): Promise<ShopOnStripe> => {
  const stripe = await startFakeStripe(keys.webhookSecret);
  afterAll(() => stripe.close());
  const known = { ...keys, apiUrl: stripe.url };
  const shop = await aConsistentShop({ ...options, config: { ...options.config, stripe: known } });
  const staff = system('test');
  const post: ShopOnStripe['post'] = ({ body, signature }) =>
    handleGatewayWebhook(shop.core, 'stripe', { rawBody: body, headers: { 'stripe-signature': signature } });
  return {
    shop,
    stripe,
    keys: known,
    post,
    postAll: async (events) => {
      const ends: Awaited<ReturnType<typeof post>>[] = [];
      for (const event of events) ends.push(await post(event));
      return ends;
    },
    read: ({ id }) => getOrder(shop.core, staff, contract.orders.get.input.parse({ orderId: id })),
    discrepancies: async () => (await listDiscrepancies(shop.core, staff)).items,
  };
};

/** An order over 100.00 of a guest that Stripe was asked to charge; `pm_processing` leaves it to a webhook. */
export const anOrderOnStripe = async (
  { shop, stripe }: Pick<ShopOnStripe, 'shop' | 'stripe'>,
  token = 'pm_processing',
): Promise<{ order: Order; paymentId: PaymentId; intent: StripeIntent }> => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 10_000 }), 1]]);
  const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token });
  const order = await checkOut(shop.core, guest, { ...aCheckout(cart), payment });
  const intent = [...stripe.intents.values()].find((i) => i.metadata['order_id'] === order.id);
  return { order, paymentId: there(order.payments[0]).id, intent: there(intent) };
};
