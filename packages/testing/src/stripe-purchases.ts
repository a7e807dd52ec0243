/** Orders paid through the fake Stripe, whose answers a test distorts, and the lists in which staff find what is left. */
import { contract, type Order, type OrderId, type PaymentDiscrepancy } from '@cartwright/contracts';
import { system, type GuestActor } from '@cartwright/core/kernel';
import { getOrder } from '@cartwright/core/orders';
import { listDiscrepancies, listPaymentsForOrder, resolveDiscrepancy } from '@cartwright/core/payments';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { aCheckout, aGuestCart, aProduct, checkOut, there, variantOf } from './builders.ts';
import type { StripeIntent } from './fakes/stripe.objects.ts';
import type { ShopOnStripe } from './shop-on-stripe.ts';

/** An order with its charge at the fake Stripe. */
export interface StripePurchase {
  readonly guest: GuestActor;
  readonly orderId: OrderId;
  readonly paymentId: Order['payments'][number]['id'];
  readonly intent: StripeIntent;
  /** Free units of the one variant; it had five. */
  free(): Promise<number>;
  read(): Promise<Order>;
  payment(): Promise<Awaited<ReturnType<typeof listPaymentsForOrder>>['items'][number]>;
}

type Resolution = 'ask' | 'refund' | 'accept' | 'dismiss';
/** Builders of purchases, and reads of what staff find. */
export interface StripePurchases {
  /** An order of 42.00 for one of five units, with a charge requested at Stripe; the call may have been refused. */
  buy(token?: string, refusal?: object): Promise<StripePurchase>;
  /** The unreconciled payments of an order. */
  listedOf(bought: Pick<StripePurchase, 'orderId'>): Promise<PaymentDiscrepancy[]>;
  resolve(kind: PaymentDiscrepancy['kind'], id: string, action: Resolution): ReturnType<typeof resolveDiscrepancy>;
  /** Sets the call of the payment further back than a call may take, so that it can be cancelled. */
  endCalls(): Promise<unknown>;
}

/** The payment method of a checkout by Stripe. */
export const payByStripe = (token: string): ReturnType<typeof contract.checkout.complete.input.parse>['payment'] =>
  contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token });

/** Makes another amount than the requested one the real one at Stripe. */
export const chargeAtStripe = ({ intent }: StripePurchase, amount: number, currency = 'usd'): void =>
  void Object.assign(intent, { amount, amount_received: amount, currency });

/** Buys from a shop of `aShopOnStripe`, and reads and resolves what staff see of it. */
export const createStripePurchases = ({ shop, stripe }: Pick<ShopOnStripe, 'shop' | 'stripe'>): StripePurchases => {
  const staff = system('test');
  const buy = async (token = 'pm_card_visa', refusal?: object): Promise<StripePurchase> => {
    const product = await aProduct(shop.core, { priceCents: 4_200, stock: 5 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const call = checkOut(shop.core, guest, { ...aCheckout(cart), payment: payByStripe(token) });
    if (refusal) await expect(call).rejects.toMatchObject(refusal);
    else await call;
    const { orderId, paymentId } = await shop.core.db
      .selectFrom('orders as o')
      .innerJoin('payments as p', 'p.orderId', 'o.id')
      .select(['o.id as orderId', 'p.id as paymentId'])
      .where('o.cartId', '=', cart.id)
      .$narrowType<Pick<StripePurchase, 'orderId' | 'paymentId'>>()
      .executeTakeFirstOrThrow();
    const { id: variantId } = variantOf(product);
    return {
      guest,
      orderId,
      paymentId,
      intent: there([...stripe.intents.values()].find((intent) => intent.metadata['payment_id'] === paymentId)),
      free: async () => {
        const level = await shop.core.db
          .selectFrom('stock_levels')
          .select((eb) => eb('onHand', '-', eb.ref('reserved')).as('free'))
          .where('variantId', '=', variantId)
          .executeTakeFirstOrThrow();
        return level.free;
      },
      read: () => getOrder(shop.core, staff, { orderId }),
      payment: async () => there((await listPaymentsForOrder(shop.core, staff, { orderId })).items.find(({ id }) => id === paymentId)),
    };
  };
  return {
    buy,
    listedOf: async ({ orderId }) => (await listDiscrepancies(shop.core, staff)).items.filter((item) => item.orderId === orderId),
    resolve: (kind, id, action) => resolveDiscrepancy(shop.core, staff, { kind, id, action, note: 'looked up in the dashboard' }),
    endCalls: () => sql`update payments set called_at = called_at - interval '5 minutes' where status = 'pending'`.execute(shop.core.db),
  };
};
