import type { Address, CheckoutProblem, Totals } from '@cartwright/contracts';
import { noteOf, totalCartRow, type CartRow } from '../carts/index.ts';
import { holdStock } from '../inventory/index.ts';
import { DomainError, type Actor, type Tx } from '../kernel/index.ts';
import { placeOrder, type OrderRow } from '../orders/index.ts';
import { regionCode } from '../pricing/index.ts';
import { prepareCheckout, type PreparedCheckout, type ShipTo } from './prepare-checkout.ts';

/** What a buyer sends about the order; see the contract. */
export interface Wish {
  readonly email: string;
  readonly shippingAddress: Address;
  readonly shippingMethodId?: string | undefined;
  readonly notes?: string | undefined;
  readonly expectedTotalCents?: number | undefined;
  readonly expectedCartVersion?: number | undefined;
}

/**
 * Tx step: a locked cart becomes a pending order, at the prices of this moment. Throws what stands in the way:
 * `VERSION_MISMATCH`, `CART_EMPTY`, `PRICE_CHANGED`, `CURRENCY_MISMATCH`, `COUPON_EXHAUSTED`, `INSUFFICIENT_STOCK`,
 * or `CHECKOUT_BLOCKED`, with every problem in the details.
 */
export const orderCart = async (tx: Tx, actor: Actor, cart: CartRow, wish: Wish, checkoutKey: string): Promise<OrderRow> => {
  const { expectedCartVersion: seen } = wish;
  if (seen !== undefined && seen !== cart.version)
    throw new DomainError('VERSION_MISMATCH', 'The cart was changed since it was shown. Look at it again.', {
      details: { expected: seen, actual: cart.version },
    });
  const shipTo = shipToOf(wish);
  const prepared = await prepareCheckout(tx, actor, cart, shipTo);
  const { lines, priced, sums, problems } = prepared;
  if (lines.length === 0) throw new DomainError('CART_EMPTY', 'The cart is empty.');
  const accepted = await isAccepted(tx, cart, shipTo, prepared, wish.expectedTotalCents);
  const blocking = problems.filter((p) => p.code !== 'PRICE_CHANGED');
  if (blocking.length > 0) throw refusal(blocking);
  if (!accepted) throw priceChanged(problems, sums.totals);
  await holdStock(tx, cart.id, priced);
  return placeOrder(tx, actor, {
    cart,
    lines: priced,
    sums,
    email: wish.email,
    shippingAddress: wish.shippingAddress,
    notes: wish.notes ?? noteOf(tx, cart),
    checkoutKey,
  });
};

const shipToOf = ({ shippingAddress, shippingMethodId }: Wish): ShipTo => ({
  countryCode: shippingAddress.countryCode,
  region: regionCode(shippingAddress),
  ...(shippingMethodId && { shippingMethodId }),
});

/**
 * Whether the buyer has agreed to what would be charged: to the total they named, or to the prices in the cart,
 * give or take what the store lets prices drift.
 */
const isAccepted = async (
  tx: Tx,
  cart: CartRow,
  shipTo: ShipTo,
  { lines, sums, problems }: PreparedCheckout,
  expectedCents: number | undefined,
): Promise<boolean> => {
  const { priceDriftBasisPoints: drift, totals } = sums;
  const within = (seenCents: number): boolean =>
    seenCents === totals.totalCents || Math.abs(totals.totalCents - seenCents) * 10_000 <= seenCents * drift;
  if (expectedCents !== undefined) return within(expectedCents);
  if (problems.every((p) => p.code !== 'PRICE_CHANGED')) return true;
  return drift > 0 && within((await totalCartRow(tx, { ...cart, ...shipTo }, lines)).totals.totalCents);
};

const priceChanged = (problems: CheckoutProblem[], totals: Totals): DomainError =>
  new DomainError(
    'PRICE_CHANGED',
    'The total has changed since the cart was shown. Send expectedTotalCents with the new total to accept it.',
    { details: { problems, totals } },
  );

/** Where one thing stands in the way, its own code says so. */
const refusal = (problems: CheckoutProblem[]): DomainError => {
  const message = problems[0]?.message ?? 'The cart cannot be bought as it is.';
  const all = (code: CheckoutProblem['code']): boolean => problems.every((p) => p.code === code);
  if (all('CURRENCY_MISMATCH')) return new DomainError('CURRENCY_MISMATCH', message, { details: { problems } });
  if (all('CODE_NOT_APPLICABLE')) return new DomainError('COUPON_EXHAUSTED', message, { details: { problems } });
  return new DomainError('CHECKOUT_BLOCKED', message, { details: { problems } });
};
