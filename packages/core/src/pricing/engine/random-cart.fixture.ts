/** Random carts with random rules, for property tests: small numbers, so that ties and edge cases are frequent. */
import { pricingRuleEffects } from '@cartwright/contracts';
import fc from 'fast-check';
import type { CartTerms, RuleFacts, UnitContext, UnitFacts } from './engine.facts.ts';

/** A cart with its rules. */
export interface RandomCart {
  readonly lines: (UnitFacts & { readonly taxClass: string; readonly weightGrams: number | null })[];
  readonly rules: RuleFacts[];
  readonly context: UnitContext;
  readonly terms: CartTerms;
}
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 1 });
const now = 1_000;
const instant = fc.constantFrom(now - 500, now - 1, now, now + 1, now + 500);
const window = fc
  .record({ startsAt: orNull(instant), endsAt: orNull(instant) })
  .filter((w) => w.startsAt === null || w.endsAt === null || w.startsAt < w.endsAt);
const money = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 99_999 }));
const group = orNull(fc.constantFrom('gold', 'trade'));
const currency = orNull(fc.constantFrom('EUR', 'EUR', 'JPY'));

const rule: fc.Arbitrary<Omit<RuleFacts, 'id'>> = fc
  .record({
    effect: fc.constantFrom(...pricingRuleEffects),
    percentBasisPoints: fc.constantFrom(0, 1, 333, 1_000, 1_250, 3_333, 5_000, 10_000),
    amountCents: money,
    currency,
    buyQuantity: fc.integer({ min: 1, max: 3 }),
    getQuantity: fc.integer({ min: 1, max: 2 }),
    stockThreshold: fc.integer({ min: 0, max: 5 }),
    scope: orNull(
      fc.constantFrom(
        ['variantId', 'v1'],
        ['variantId', 'v2'],
        ['productId', 'p1'],
        ['productId', 'p2'],
        ['categoryId', 'c1'],
        ['collectionId', 's1'],
      ),
    ),
    minQuantity: fc.integer({ min: 1, max: 4 }),
    minSubtotalCents: orNull(money),
    audience: fc.constantFrom('everyone', 'everyone', 'guest', 'signed_in'),
    customerGroup: group,
    code: orNull(fc.constantFrom('SAVE', 'OTHER')),
    fullPriceOnly: fc.boolean(),
    priority: fc.integer({ min: -2, max: 2 }),
    stackable: fc.boolean(),
    window,
  })
  .map(({ scope, window: { startsAt, endsAt }, ...fields }) => ({
    ...fields,
    name: fields.effect,
    variantId: null,
    productId: null,
    categoryId: null,
    collectionId: null,
    startsAt,
    endsAt,
    ...(scope && { [scope[0] as string]: scope[1] }),
  }));

const listPrice = fc
  .record({ list: fc.integer({ min: 1, max: 3 }), minQuantity: fc.integer({ min: 1, max: 4 }), priceCents: money, window })
  .map(({ list, minQuantity, priceCents, window: { startsAt, endsAt } }) => ({
    priceListId: `l${list}`,
    name: `List ${list}`,
    priority: list % 2,
    customerGroup: list === 3 ? 'gold' : null,
    minQuantity,
    priceCents,
    startsAt,
    endsAt,
  }));

const line = fc.record({
  quantity: fc.integer({ min: 1, max: 7 }),
  basePriceCents: fc.oneof({ weight: 9, arbitrary: money }, { weight: 1, arbitrary: fc.constant(null) }),
  adjustmentCents: fc.integer({ min: -10, max: 10 }),
  // A list has one set of dates and one price per quantity.
  listPrices: fc.uniqueArray(listPrice, { maxLength: 3, selector: (p) => p.priceListId }),
  available: orNull(fc.integer({ min: 0, max: 8 })),
  categoryIds: fc.constantFrom<string[]>([], ['c1'], ['c2', 'c1']),
  collectionIds: fc.constantFrom<string[]>([], ['s1']),
  taxClass: fc.constantFrom('standard', 'books', 'food'),
  weightGrams: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 900 }) }, { weight: 1, arbitrary: fc.constant(null) }),
});

const taxRate = fc.record({
  countryCode: fc.constantFrom('DE', 'US'),
  region: orNull(fc.constantFrom('CA', 'BY')),
  taxClass: fc.constantFrom('standard', 'books'),
  name: fc.constantFrom('VAT', 'GST', 'QST'),
  ratePpm: fc.constantFrom(0, 1, 50_000, 70_000, 72_500, 99_750, 190_000, 210_000),
});
const band = fc.record({
  minWeightGrams: fc.constantFrom(0, 0, 500),
  maxWeightGrams: orNull(fc.constantFrom(1_000, 5_000)),
  minSubtotalCents: fc.constantFrom(0, 0, 1_000),
  maxSubtotalCents: orNull(fc.constantFrom(20_000, 90_000)),
  priceCents: fc.integer({ min: 0, max: 999 }),
});
const method = fc.record({
  id: fc.constantFrom('m1', 'm2', 'm3'),
  name: fc.constant('Parcel'),
  position: fc.integer({ min: 0, max: 2 }),
  countries: fc.constantFrom<string[]>([], ['DE'], ['US', 'DE']),
  regions: fc.constantFrom<string[]>([], ['US-CA']),
  freeFromCents: orNull(money),
  bands: fc.array(band, { minLength: 1, maxLength: 2 }),
});
const terms: fc.Arbitrary<CartTerms> = fc.record({
  taxIncluded: fc.boolean(),
  taxRounding: fc.constantFrom('document', 'line'),
  taxRates: fc.uniqueArray(taxRate, { maxLength: 10, selector: (r) => `${r.countryCode}${r.region}${r.taxClass}${r.name}` }),
  shippingTaxClass: orNull(fc.constantFrom('standard', 'books')),
  defaultWeightGrams: orNull(fc.constantFrom(0, 400)),
  destination: orNull(
    fc.constantFrom({ countryCode: 'DE', region: null }, { countryCode: 'US', region: 'CA' }, { countryCode: 'DE', region: 'BY' }),
  ),
  shippingMethods: fc.uniqueArray(method, { maxLength: 3, selector: (m) => m.id }),
  shipsForFree: fc.constant(false),
  shippingMethodId: orNull(fc.constantFrom('m1', 'm2')),
});

/** A random cart with its rules. */
export const randomCart: fc.Arbitrary<RandomCart> = fc.record({
  lines: fc
    .array(line, { maxLength: 5 })
    .map((list) => list.map((fields, i) => ({ ...fields, variantId: `v${i}`, productId: `p${Math.floor(i / 2)}` }))),
  rules: fc.array(rule, { maxLength: 6 }).map((list) => list.map((fields, i) => ({ ...fields, id: `r${(i * 7) % 10}` }))),
  context: fc.record({
    currency: fc.constant('EUR'),
    at: fc.constant(now),
    buyer: fc.record({ signedIn: fc.boolean(), customerGroup: group }),
    codes: fc.constantFrom<string[]>([], ['SAVE']),
    lowStockSurcharge: fc.boolean(),
  }),
  terms,
});
