/**
 * The price promise: the amounts of a quote, signed by the shop and valid for a limited time. The buyer sends it back,
 * so nothing is stored; a changed amount breaks the signature.
 */
import { timingSafeEqual } from 'node:crypto';
import { taxRoundings, type AppliedRule, type CheckoutProblem, type QuoteChange, type Totals, type VariantId } from '@cartwright/contracts';
import { z } from 'zod';
import { promotionsOf, type CartRow, type CartSums } from '../carts/index.ts';
import { DomainError, type Reader } from '../kernel/index.ts';
import { coverOf } from '../store-credit/index.ts';
import { assertCurrency } from './currency.policy.ts';
import type { PricedCart } from './price-carts.ts';

const amount = z.int().min(0);
const promisedLine = z.tuple([z.string(), z.int().min(1), amount, amount, amount, amount]);
const promiseSchema = z.object({
  v: z.literal(2),
  cartId: z.string(),
  expiresAt: z.int(),
  currency: z.string(),
  code: z.string().nullable(),
  country: z.string().nullable(),
  region: z.string().nullable(),
  /** Variant, quantity, unit price, discount, tax, tax rate. */
  lines: z.array(promisedLine),
  promotions: z.array(z.tuple([z.string(), z.string(), z.int()])),
  /** What the code takes off; missing in quotes of earlier versions. */
  codeUse: z.object({ reducedCents: amount, unitCents: z.record(z.string(), z.number()), shippingCents: amount }).nullish(),
  shipping: z.tuple([z.string(), z.string(), amount]).nullable(),
  shippingTaxCents: amount,
  taxes: z.array(z.tuple([z.string(), amount, amount, amount])),
  taxRounding: z.enum(taxRoundings),
  /** The amount that gift cards and store credit were to pay. It is not guaranteed, but the buyer counts on it. */
  creditCents: amount.default(0),
  totals: z.object({
    subtotalCents: amount,
    discountCents: amount,
    shippingCents: amount,
    taxCents: amount,
    totalCents: amount,
    taxIncluded: z.boolean(),
  }),
});
/** The signed content of a quote. */
export type PricePromise = z.infer<typeof promiseSchema>;

/** Where a quote was to be sent. */
export interface PromisedDestination {
  readonly countryCode?: string | null;
  readonly region?: string | null;
}

/** Creates the price promise of a cart at the current prices. */
export const toPromise = (
  cart: Pick<CartRow, 'id' | 'currency' | 'promoCode' | 'credits'>,
  { priced, sums, codeUse }: Pick<PricedCart, 'priced' | 'sums' | 'codeUse'>,
  { countryCode = null, region = null }: PromisedDestination,
  expiresAt: number,
): PricePromise => ({
  v: 2,
  cartId: cart.id,
  expiresAt,
  currency: cart.currency,
  code: cart.promoCode,
  country: countryCode,
  region,
  lines: priced.map((line, i) => {
    const { discountCents = 0, taxCents = 0, taxRatePpm = 0 } = sums.lines[i] ?? {};
    return [line.variantId, line.quantity, line.unitPriceCents, discountCents, taxCents, taxRatePpm];
  }),
  promotions: promotionsOf(sums).map((p) => [p.ruleId, p.name, p.amountCents]),
  codeUse,
  shipping: sums.shipping && [sums.shipping.methodId, sums.shipping.name, sums.shipping.priceCents],
  shippingTaxCents: sums.shippingTaxCents,
  taxes: sums.taxes.map((tax) => [tax.name, tax.ratePpm, tax.taxableCents, tax.taxCents]),
  taxRounding: sums.taxRounding,
  creditCents: coverOf(sums.totals.totalCents, cart.credits).creditCents,
  totals: sums.totals,
});

const purpose = 'price-promise-v1';

/** Encodes and signs a promise; `readPromise` verifies and decodes it. */
export const signPromise = ({ sealer }: Pick<Reader, 'sealer'>, promise: PricePromise): string => {
  const body = Buffer.from(JSON.stringify(promise)).toString('base64url');
  return `${body}.${sealer.derive(purpose, body)}`;
};

/**
 * Reads a promise of this shop for this cart. Throws `QUOTE_INVALID` for any other text, `CURRENCY_MISMATCH` when the cart has changed its
 * currency since.
 */
export const readPromise = (
  { sealer }: Pick<Reader, 'sealer'>,
  quote: string,
  cart: { readonly id: string; readonly currency: string },
): PricePromise => {
  const refuse = () =>
    new DomainError('QUOTE_INVALID', 'This quote is not valid for this cart. Request a new quote, or send the total that the buyer saw.');
  const [body, signature, ...rest] = quote.split('.');
  if (!body || !signature || rest.length > 0) throw refuse();
  const expected = Buffer.from(sealer.derive(purpose, body));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refuse();
  // A quote of an earlier version of the shop has other fields.
  const { data: promise } = promiseSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (promise?.cartId !== cart.id) throw refuse();
  assertCurrency(promise.currency, cart);
  return promise;
};

/** The differences from the promise, in a fixed order. */
export const changesSince = (
  promise: PricePromise,
  { lines, priced, sums }: Pick<PricedCart, 'lines' | 'priced' | 'sums'>,
  { promoCode, countryCode = null, region = null }: PromisedDestination & { readonly promoCode: string | null },
  shortages: readonly CheckoutProblem[],
): QuoteChange[] => {
  const changes: QuoteChange[] = [];
  const now = new Map(priced.map((line, i) => [line.variantId as string, { line, sums: sums.lines[i] }]));
  for (const [id, quantity, unitPriceCents, , , taxRatePpm] of promise.lines) {
    const variantId = id as VariantId;
    const current = now.get(id);
    now.delete(id);
    if (current?.line.quantity !== quantity)
      changes.push({ kind: 'line', variantId, before: quantity, after: current?.line.quantity ?? 0 });
    if (!current) continue;
    if (current.line.unitPriceCents !== unitPriceCents)
      changes.push({ kind: 'price', variantId, before: unitPriceCents, after: current.line.unitPriceCents });
    const rateNow = current.sums?.taxRatePpm ?? 0;
    if (rateNow !== taxRatePpm) changes.push({ kind: 'tax', variantId, before: taxRatePpm, after: rateNow });
  }
  for (const { line } of now.values()) changes.push({ kind: 'line', variantId: line.variantId, before: 0, after: line.quantity });
  for (const { itemId, available = 0 } of shortages) {
    const line = lines.find((l) => l.id === itemId);
    if (line) changes.push({ kind: 'stock', variantId: line.variantId, before: line.quantity, after: available });
  }
  // Strings before and after mean that something else was requested, not that an amount changed.
  if (promise.code !== promoCode) changes.push({ kind: 'promotion', before: promise.code ?? '', after: promoCode });
  changes.push(...promotionChanges(promise, promotionsOf(sums)), ...shippingChanges(promise, sums));
  // A different region counts only when it changes something.
  if (promise.country !== countryCode || (promise.region !== region && changes.length > 0))
    changes.push({ kind: 'shipping', before: placeName(promise.country, promise.region), after: placeName(countryCode, region) });
  if (changes.length === 0 && promise.totals.totalCents !== sums.totals.totalCents)
    changes.push({ kind: 'price', before: promise.totals.totalCents, after: sums.totals.totalCents });
  return changes;
};

const placeName = (country: string | null, region: string | null): string => [country ?? '', region].filter(Boolean).join('-');

const promotionChanges = (promise: PricePromise, promotions: readonly AppliedRule[]): QuoteChange[] => {
  const now = new Map(promotions.map((p) => [p.ruleId, p]));
  const gone = promise.promotions.flatMap(([ruleId, name, before]): QuoteChange[] => {
    const after = now.get(ruleId)?.amountCents ?? null;
    now.delete(ruleId);
    return after === before ? [] : [{ kind: 'promotion', ruleId, name, before, after }];
  });
  return [
    ...gone,
    ...[...now.values()].map(({ ruleId, name, amountCents }): QuoteChange => ({
      kind: 'promotion',
      ruleId,
      name,
      before: null,
      after: amountCents,
    })),
  ];
};

const shippingChanges = (promise: PricePromise, { shipping }: Pick<CartSums, 'shipping'>): QuoteChange[] => {
  const [methodId, name, before] = promise.shipping ?? [null, null, null];
  if (methodId !== (shipping?.methodId ?? null)) return [{ kind: 'shipping', before: name, after: shipping?.name ?? null }];
  return before === (shipping?.priceCents ?? null) ? [] : [{ kind: 'shipping', before, after: shipping?.priceCents ?? null }];
};

/** Hashes a set of changes with the resulting totals, so that accepting it accepts nothing else. */
export const hashOfChanges = ({ sealer }: Pick<Reader, 'sealer'>, changes: readonly QuoteChange[], totals: Totals): string =>
  sealer.derive('price-changes-v1', JSON.stringify({ changes, totals }));

/** Whether a promise covers the change: it covers amounts, not other items, another shipping method or missing stock. */
export const isCovered = (change: QuoteChange): boolean =>
  change.kind !== 'line' && change.kind !== 'stock' && typeof change.before !== 'string';

/** The cart at the promised amounts. */
export const asPromised = (promise: PricePromise, prepared: PricedCart): Pick<PricedCart, 'priced' | 'sums' | 'codeUse'> => {
  const of = new Map(promise.lines.map((line) => [line[0], line]));
  const priced = prepared.priced.map((line) => ({ ...line, unitPriceCents: of.get(line.variantId)?.[2] ?? line.unitPriceCents }));
  const { sums } = prepared;
  return {
    priced,
    codeUse: promise.codeUse === undefined ? prepared.codeUse : promise.codeUse,
    sums: {
      ...sums,
      totals: promise.totals,
      taxes: promise.taxes.map(([name, ratePpm, taxableCents, taxCents]) => ({ name, ratePpm, taxableCents, taxCents })),
      taxRounding: promise.taxRounding,
      shippingTaxCents: promise.shippingTaxCents,
      shipping: sums.shipping && promise.shipping && { ...sums.shipping, name: promise.shipping[1], priceCents: promise.shipping[2] },
      lines: priced.map((line, i) => {
        const [, , , discountCents = 0, taxCents = 0, taxRatePpm = 0] = of.get(line.variantId) ?? [];
        const offers = sums.lines[i]?.offers ?? [];
        return { lineTotalCents: line.unitPriceCents * line.quantity, discountCents, taxCents, taxRatePpm, offers };
      }),
    },
  };
};
