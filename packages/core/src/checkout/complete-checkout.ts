import type { CartId, Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { getMailAddress } from '../accounts/index.ts';
import { assertOpen, lockCart, readCartLines } from '../carts/index.ts';
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
import { orderCart, readWish, type Wish } from './order-cart.ts';
import { payOrder } from './pay-order.ts';
import { placeTogether, type Placed } from './place-together.ts';

/** What a request brings beside its input. */
export interface CheckoutRequest {
  readonly idempotencyKey: string;
  /** The buyer's network address, as far as it is known. */
  readonly ip?: string | null;
}
type Input = z.output<ShopContract['checkout']['complete']['input']>;
type KeyedInput = Input & Pick<Wish, 'email' | 'fingerprint'>;

/**
 * Places the order of a cart and charges it. Safe to run again with the same key after any crash: it
 * finds the order it made, looks the charge up before it makes one, and ends in one order and one charge.
 * Answers a `pending` order while the provider has not decided or waits for the buyer. Throws
 * `PAYMENT_DECLINED` when it refused: the order keeps its units until it expires, and `retryPayment` may
 * pay it another way.
 */
export const completeCheckout = async (
  core: Core,
  actor: Actor,
  input: Input,
  { idempotencyKey, ip = null }: CheckoutRequest,
): Promise<Order> => {
  if (input.payment) gatewayFor(core, input.payment.provider);
  const email = input.email ?? (await getMailAddress(core, actor));
  if (!email)
    throw new DomainError('INVALID_INPUT', 'A guest needs an e-mail address to order.', {
      fields: [{ path: 'email', message: 'is required for guests' }],
    });
  const request = { requestKey: `${actorKey(actor)}|${idempotencyKey}`, ip };
  const wish = { ...input, email, fingerprint: saltedFingerprint(idempotencyKey, fingerprint(input)) };
  const { orderId, paymentId } = await placeCart(core, actor, wish, request).catch(async (error: unknown) => {
    // The key made the order of another cart.
    if (isUniqueViolation(error, 'orders_checkout_key_unique')) throw keyReused();
    throw await withAllShortages(core, input.cartId, error);
  });
  core.failpoints.reach('checkout.afterPlace');
  return payOrder(core, orderId, paymentId);
};

/** Most carts are placed with others; the rest have a transaction to themselves. */
const placeCart = async (core: Core, actor: Actor, wish: KeyedInput, request: PaymentRequest): Promise<Placed> => {
  const { cartId, payment, quote } = wish;
  const placed = payment && quote === undefined ? await placeTogether(core, { actor, cartId, wish, payment, request }) : 'alone';
  return placed === 'alone' ? transact(core, (tx) => placeOrFind(tx, actor, wish, request)) : placed;
};

/** Tx step: the first request of a key places the order; a later one waits for the cart and finds it. */
const placeOrFind = async (tx: Tx, actor: Actor, input: KeyedInput, request: PaymentRequest): Promise<Placed> => {
  const cart = await lockCart(tx, input.cartId, actor);
  // An open cart has no order: the order closes it in its own transaction.
  const before = cart.status === 'active' ? null : await lockOrderOfCart(tx, cart.id);
  if (before) return resume(tx, before, request.requestKey, input.fingerprint);
  assertOpen(cart);
  const order = await orderCart(tx, readWish(tx, actor, cart, input, request.requestKey));
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
  new DomainError('INVALID_INPUT', 'This order must be paid: gift cards and credit do not cover it.', {
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

/** The refusal of the stock names one variant; the buyer is told of every line that is short. */
const withAllShortages = async (core: Core, cartId: CartId, error: unknown): Promise<unknown> => {
  if (!(error instanceof DomainError) || error.code !== 'INSUFFICIENT_STOCK') return error;
  const problems = await findShortages(core, { id: cartId }, await readCartLines(core, cartId));
  return new DomainError(error.code, error.message, { details: { ...error.details, problems }, cause: error });
};
