import { formatMoney, type Address, type CheckoutProblem, type Currency } from '@cartwright/contracts';
import { noteOf, type CartRow, type CartWithLines } from '../carts/index.ts';
import { addressIdentity, answering, DomainError, isRefusal, plainMailbox, versionMismatch, type Actor, type Tx } from '../kernel/index.ts';
import type { OrderDraft } from '../orders/index.ts';
import { storedRegion } from '../places/index.ts';
import { codeExhausted, regionRequired, type CodeUse } from '../pricing/index.ts';
import { insufficientCredit, planCredits, type CreditShare } from '../store-credit/index.ts';
import { assertCurrency } from './currency.policy.ts';
import { findShortages } from './find-shortages.ts';
import { asPromised, changesSince, hashOfChanges, isCovered, readPromise, type PricePromise } from './price-promise.ts';
import { priceCarts, type PricedCart, type ShipTo } from './price-carts.ts';

/** The checkout request of a buyer; see the contract. */
export interface CheckoutRequest {
  readonly email: string;
  readonly shippingAddress: Address;
  readonly shippingMethodId?: string | undefined;
  readonly notes?: string | undefined;
  readonly expectedTotalCents?: number | undefined;
  readonly acceptAnyTotal?: true | undefined;
  readonly expectedCurrency?: string | undefined;
  readonly expectedCreditCents?: number | undefined;
  readonly expectedCartVersion?: number | undefined;
  readonly quote?: string | undefined;
  readonly acceptedChanges?: string | undefined;
  /** Hash of the whole request, salted with its key. */
  readonly fingerprint: string;
}

/** A locked cart to order, with its lines. */
export interface CartToOrder extends CartWithLines {
  readonly actor: Actor;
  readonly checkout: CheckoutRequest;
  readonly checkoutKey: string;
}
/** A checkout request, parsed but not yet decided. */
interface ParsedCheckout extends CartToOrder {
  readonly promise: PricePromise | null;
  readonly shipTo: ShipTo;
}

/**
 * Tx step: drafts the orders of locked carts at the current prices, with every check but the stock, and writes nothing. One statement more
 * than `priceCarts` when some have quotes. Refuses as `parseCheckout` and `draftOrder` do.
 */
export const draftOrders = async (tx: Tx, carts: readonly CartToOrder[]): Promise<(OrderDraft | DomainError)[]> => {
  const parsed = carts.map((cart) => answering(() => parseCheckout(tx, cart)));
  const valid = parsed.flatMap((checkout) => (isRefusal(checkout) ? [] : [checkout]));
  const priced = await priceCarts(tx, valid);
  const quoted = valid.filter(({ promise }) => promise !== null);
  const shortages = await findShortages(
    tx,
    quoted.map(({ cart, lines }) => ({ id: cart.id, lines })),
  );
  const pricedOf = new Map(valid.map((checkout, i) => [checkout, priced[i]]));
  const shortagesOf = new Map(quoted.map((checkout, i) => [checkout, shortages[i]]));
  return parsed.map((checkout) => {
    if (isRefusal(checkout)) return checkout;
    const known = pricedOf.get(checkout);
    if (!known) throw new Error('The cart was not priced');
    return answering(() => draftOrder(tx, checkout, known, shortagesOf.get(checkout) ?? []));
  });
};

/** Throws `VERSION_MISMATCH` or `CURRENCY_MISMATCH` when the cart has changed since the buyer saw it, and `QUOTE_INVALID`. */
const parseCheckout = (tx: Tx, wanted: CartToOrder): ParsedCheckout => {
  const { cart, checkout } = wanted;
  const { expectedCartVersion: seen } = checkout;
  if (seen !== undefined && seen !== cart.version) throw versionMismatch('this cart', seen, cart.version);
  assertCurrency(checkout.expectedCurrency, cart);
  const promise = checkout.quote === undefined ? null : readPromise(tx, checkout.quote, cart);
  return { ...wanted, promise, shipTo: shipToOf(checkout, promise) };
};

/**
 * Builds the order of a locked cart. Throws what blocks it: `CART_EMPTY`, `PRICE_CHANGED`, `QUOTE_CHANGED`, `PROMO_CODE_EXHAUSTED`,
 * `INSUFFICIENT_CREDIT`, `REGION_REQUIRED`, or `CHECKOUT_BLOCKED`, with every problem in the details. With a quote, the quoted prices
 * apply, see `keepPromise`.
 */
const draftOrder = (tx: Tx, parsed: ParsedCheckout, priced: PricedCart, shortages: readonly CheckoutProblem[]): OrderDraft => {
  const { actor, cart, checkout, promise, checkoutKey } = parsed;
  const { lines, problems } = priced;
  if (lines.length === 0) throw new DomainError('CART_EMPTY', 'The cart is empty. Add an item first.');
  const { unknownRegion } = priced.sums;
  if (unknownRegion) throw regionRequired(unknownRegion, 'shippingAddress.region');
  const blocking = problems.filter((p) => p.code !== 'PRICE_CHANGED');
  if (blocking.length > 0) throw refusal(blocking, cart.promoCode);
  if (!promise && !isAccepted(priced, checkout)) throw priceChanged(priced, checkout.expectedTotalCents, cart.currency);
  const sale = promise ? keepPromise(tx, { ...parsed, promise }, priced, shortages) : priced;
  return {
    actor,
    cart,
    lines: sale.priced,
    // Known once the units are held.
    untracked: new Set(),
    sums: sale.sums,
    promo: promoUseOf(tx, cart, checkout, sale.codeUse),
    email: checkout.email,
    shippingAddress: checkout.shippingAddress,
    notes: checkout.notes ?? noteOf(tx, cart),
    credits: creditsFor(cart, sale.sums.totals.totalCents, checkout.expectedCreditCents ?? (promise?.creditCents || undefined)),
    checkoutKey,
    checkoutFingerprint: checkout.fingerprint,
  };
};

const promoUseOf = (
  { sealer }: Tx,
  { promoCode: code, userId }: CartRow,
  { email, shippingAddress }: CheckoutRequest,
  reduction: CodeUse | null,
): OrderDraft['promo'] => {
  if (!code || !reduction) return null;
  return {
    code,
    userId,
    identity: sealer.index('email', plainMailbox(email)),
    typedIdentity: sealer.index('email', email),
    addressIdentity: userId ? null : addressIdentity(sealer, shippingAddress),
    reduction,
  };
};

/** The shares that gift cards and store credit pay. Refuses to pay less than the buyer was shown. Throws `INSUFFICIENT_CREDIT`. */
const creditsFor = ({ credits, currency }: CartRow, totalCents: number, expectedCents: number | undefined): CreditShare[] => {
  const shares = planCredits(totalCents, credits, expectedCents);
  const [neededCents, leftCents] = [Math.min(totalCents, expectedCents ?? 0), shares.reduce((sum, { cents }) => sum + cents, 0)];
  if (leftCents < neededCents) throw insufficientCredit({ neededCents, leftCents, currency, creditId: null });
  return shares;
};

/** The shipping of the request, else of the quote, else of the cart. */
const shipToOf = ({ shippingAddress, shippingMethodId }: CheckoutRequest, promise: PricePromise | null): ShipTo => {
  const method = shippingMethodId ?? promise?.shipping?.[0];
  const { countryCode, region } = shippingAddress;
  return { countryCode, region: storedRegion(countryCode, region), ...(method && { shippingMethodId: method }) };
};

/**
 * The quoted amounts, while the quote is valid and covers what has changed; the current amounts when nothing has
 * changed or the buyer accepted exactly these changes. Throws `QUOTE_CHANGED` otherwise.
 */
const keepPromise = (
  tx: Tx,
  { cart, checkout: { acceptedChanges }, promise, shipTo }: ParsedCheckout & { readonly promise: PricePromise },
  priced: PricedCart,
  shortages: readonly CheckoutProblem[],
): Pick<PricedCart, 'priced' | 'sums' | 'codeUse'> => {
  const { sums } = priced;
  const changes = changesSince(promise, priced, { ...shipTo, promoCode: cart.promoCode }, shortages);
  if (changes.length === 0) return priced;
  const expired = sums.at >= promise.expiresAt;
  if (!expired && changes.every(isCovered)) return asPromised(promise, priced);
  const acceptChanges = hashOfChanges(tx, changes, sums.totals);
  if (acceptedChanges === acceptChanges) return priced;
  const why = expired ? 'The quote has expired, and the cart has changed since' : 'The cart has changed since it was quoted';
  throw new DomainError('QUOTE_CHANGED', `${why}. Send acceptedChanges to order it at the current terms.`, {
    details: { changes, acceptChanges, totals: sums.totals, expired },
  });
};

/** Whether the buyer has agreed to what would be charged: the total that they saw, within the price drift that the shop allows. */
const isAccepted = (
  { sums: { priceDriftBasisPoints: drift, totals } }: PricedCart,
  { acceptAnyTotal, expectedTotalCents: seenCents }: CheckoutRequest,
): boolean => (seenCents === undefined ? acceptAnyTotal === true : Math.abs(totals.totalCents - seenCents) * 10_000 <= seenCents * drift);

const priceChanged = ({ problems, sums: { totals } }: PricedCart, seenCents: number | undefined, currency: Currency) => {
  const [total, seen] = [totals.totalCents, seenCents ?? 0].map((cents) => formatMoney(cents, currency));
  const change = `The total is now ${total}, not ${seen}.`;
  return new DomainError('PRICE_CHANGED', `${change} Send expectedTotalCents with the new total to accept it.`, {
    details: { totals, unitPriceCents: null, problems },
  });
};

/** A code that cannot be used any more has an error of its own; all other problems are listed. */
const refusal = (problems: CheckoutProblem[], promoCode: string | null): DomainError => {
  const message = problems[0]?.message ?? 'The cart cannot be ordered.';
  if (problems.every((p) => p.code === 'CODE_NOT_APPLICABLE') && promoCode !== null) return codeExhausted(promoCode);
  return new DomainError('CHECKOUT_BLOCKED', message, { details: { problems } });
};
