import type { CartId, Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireMailAddress } from '../accounts/index.ts';
import { readCartLines } from '../carts/index.ts';
import {
  actorKey,
  detailsOf,
  DomainError,
  fingerprint,
  isUniqueViolation,
  keyReused,
  saltedFingerprint,
  type Actor,
  type Core,
} from '../kernel/index.ts';
import { checkAddress } from '../places/index.ts';
import { gatewayFor } from '../payments/index.ts';
import { findShortages } from './find-shortages.ts';
import { payOrder } from './pay-order.ts';
import { placeCart } from './place-carts.ts';

/** The key and network address of a request, besides its input. */
export interface CheckoutCall {
  readonly idempotencyKey: string;
  /** The buyer's network address, if known. */
  readonly ip?: string | null;
}
type Input = z.output<ShopContract['checkout']['complete']['input']>;

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
  const email = await requireMailAddress(core, actor, input.email, 'order');
  const request = { requestKey: `${actorKey(actor)}|${idempotencyKey}`, ip };
  const shippingAddress = checkAddress(input.shippingAddress);
  const checkout = { ...input, shippingAddress, email, fingerprint: saltedFingerprint(idempotencyKey, fingerprint(input)) };
  const placement = { actor, cartId: input.cartId, checkout, payment: input.payment, request };
  const placed = await placeCart(core, placement).catch(async (error: unknown) => {
    // The key belongs to the order of another cart.
    if (isUniqueViolation(error, 'orders_checkout_key_unique')) throw keyReused();
    throw await withAllShortages(core, input.cartId, error);
  });
  core.failpoints.reach('checkout.afterPlace');
  return payOrder(core, placed);
};

/** The refusal of the stock names one variant; the buyer gets every line with too few units. */
const withAllShortages = async (core: Core, cartId: CartId, error: unknown): Promise<unknown> => {
  const details = detailsOf(error, 'INSUFFICIENT_STOCK');
  if (!details || !(error instanceof Error)) return error;
  const [problems = []] = await findShortages(core, [{ id: cartId, lines: await readCartLines(core, cartId) }]);
  return new DomainError('INSUFFICIENT_STOCK', error.message, { details: { ...details, problems }, cause: error });
};
