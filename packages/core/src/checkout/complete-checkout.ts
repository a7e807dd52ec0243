import type { CartId, Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { getMailAddress } from '../accounts/index.ts';
import { lockCart, readCartLines } from '../carts/index.ts';
import { issueInvoice } from '../invoicing/index.ts';
import {
  actorKey,
  DomainError,
  fingerprint,
  isUniqueViolation,
  keyReused,
  saltedFingerprint,
  transact,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { lockOrderOfCart, markOrderPaid, type OrderRow } from '../orders/index.ts';
import { createPayment, findPaymentByRequest, gatewayFor, type PaymentRequest } from '../payments/index.ts';
import { findShortages } from './find-shortages.ts';
import { orderCart, parseCheckout, type CheckoutRequest } from './order-cart.ts';
import { payOrder } from './pay-order.ts';
import { placeInBatch, type Placed } from './place-in-batch.ts';

/** The key and network address of a request, besides its input. */
export interface CheckoutCall {
  readonly idempotencyKey: string;
  /** The buyer's network address, if known. */
  readonly ip?: string | null;
}
type Input = z.output<ShopContract['checkout']['complete']['input']>;
type KeyedInput = Input & Pick<CheckoutRequest, 'email' | 'fingerprint'>;

/**
 * Places the order of a cart and charges it. Safe to run again with the same key after any crash: it finds the order it
 * created, looks up the charge before it makes one, and ends with one order and one charge. Returns a `pending` order
 * while the provider has not decided or waits for the buyer. Throws `PAYMENT_DECLINED` when it refused: the order keeps
 * its units until it expires, and `retryPayment` can pay it with another payment method.
 */
export const completeCheckout = async (
  core: Core,
  actor: Actor,
  input: Input,
  { idempotencyKey, ip = null }: CheckoutCall,
): Promise<Order> => {
  if (input.payment) gatewayFor(core, input.payment.provider);
  const email = input.email ?? (await getMailAddress(core, actor));
  if (!email)
    throw new DomainError('INVALID_INPUT', 'A guest must give an e-mail address to order.', {
      fields: [{ path: 'email', message: 'is required for guests' }],
    });
  const request = { requestKey: `${actorKey(actor)}|${idempotencyKey}`, ip };
  const checkout = { ...input, email, fingerprint: saltedFingerprint(idempotencyKey, fingerprint(input)) };
  const { orderId, paymentId } = await placeCart(core, actor, checkout, request).catch(async (error: unknown) => {
    // The key belongs to the order of another cart.
    if (isUniqueViolation(error, 'orders_checkout_key_unique')) throw keyReused();
    throw await withAllShortages(core, input.cartId, error);
  });
  core.failpoints.reach('checkout.afterPlace');
  return payOrder(core, orderId, paymentId);
};

/** Most carts are placed in a batch; the rest have a transaction of their own. */
const placeCart = async (core: Core, actor: Actor, checkout: KeyedInput, request: PaymentRequest): Promise<Placed> => {
  const { cartId, payment, quote } = checkout;
  const placed = payment && quote === undefined ? await placeInBatch(core, { actor, cartId, checkout, payment, request }) : 'alone';
  return placed === 'alone' ? transact(core, (tx) => placeOrFind(tx, actor, checkout, request)) : placed;
};

/** Tx step: the first request of a key places the order; a later one waits for the cart and finds it. */
const placeOrFind = async (tx: Tx, actor: Actor, input: KeyedInput, request: PaymentRequest): Promise<Placed> => {
  const cart = await lockCart(tx, input.cartId, actor);
  // An open cart has no order, because placing the order closes the cart in the same transaction.
  const before = cart.status === 'active' ? null : await lockOrderOfCart(tx, cart.id);
  if (before) return resume(tx, before, request.requestKey, input.fingerprint);
  const order = await orderCart(tx, parseCheckout(tx, actor, cart, input, request.requestKey));
  tx.failpoints.reach('checkout.insidePlace');
  if (order.dueCents > 0) {
    if (!input.payment) throw needsPayment();
    return { orderId: order.id, paymentId: await createPayment(tx, order, input.payment, request) };
  }
  await markOrderPaid(tx, order, actor);
  await issueInvoice(tx, order);
  return { orderId: order.id, paymentId: null };
};

const needsPayment = (): DomainError =>
  new DomainError('INVALID_INPUT', 'This order needs a payment: gift cards and store credit do not cover the total.', {
    fields: [{ path: 'payment', message: 'is required' }],
  });

const resume = async (tx: Tx, order: OrderRow, checkoutKey: string, print: string): Promise<Placed> => {
  if (order.checkoutKey !== checkoutKey)
    throw new DomainError('CART_ALREADY_ORDERED', `This cart has already been ordered as ${order.orderNumber}.`, {
      details: { orderId: order.id, orderNumber: order.orderNumber },
    });
  if (order.checkoutFingerprint !== null && order.checkoutFingerprint !== print) throw keyReused();
  const payment = await findPaymentByRequest(tx, checkoutKey);
  return { orderId: order.id, paymentId: order.paid ? null : (payment?.id ?? null) };
};

/** The refusal of the stock names one variant; the buyer gets every line with too few units. */
const withAllShortages = async (core: Core, cartId: CartId, error: unknown): Promise<unknown> => {
  if (!(error instanceof DomainError) || error.code !== 'INSUFFICIENT_STOCK') return error;
  const problems = await findShortages(core, { id: cartId }, await readCartLines(core, cartId));
  return new DomainError(error.code, error.message, { details: { ...error.details, problems }, cause: error });
};
