/** The data of a cart's totals besides its lines: currency, tax, shipping. One statement. */
import { type Currency, currency as currencySchema, shippingMethodSchema, shopSettingsSchema, taxRateSchema } from '@cartwright/contracts';
import { ShippingMethod, ShopSettings, TaxRate } from '@cartwright/db';
import { sql } from 'kysely';
import { storedRecord, type Reader } from '../kernel/index.ts';
import { findDestination, type UnknownRegion } from './destination.ts';
import type { CartTerms, RuleFacts, ScopeFacts, ShippingMethodFacts, TaxRateFacts } from './engine/engine.facts.ts';
import { rulesStatement, toRuleFacts } from './rule.queries.ts';
import { shippingBands } from './shipping-method.queries.ts';

/** The terms of the shop for a cart. */
export interface ShopTerms extends CartTerms {
  readonly currency: Currency;
  /** The shop's own currency, and the further currencies of carts; an empty list allows any. */
  readonly shopCurrency: Currency;
  readonly currencies: readonly string[];
  readonly defaultCountry: string | null;
  /** Database time, in milliseconds since 1970. */
  readonly at: number;
  /** How far a total may differ from the one that the buyer saw without a new confirmation. */
  readonly priceDriftBasisPoints: number;
  readonly paymentWindowMinutes: number | null;
  readonly paymentRetryMinutes: number | null;
  /** The region, if tax or shipping at the destination depends on it and it is not known. */
  readonly unknownRegion: UnknownRegion | null;
  /** The rules for the given lines; empty without lines. */
  readonly rules: readonly RuleFacts[];
}

/** What a cart chooses of the terms. */
export interface TermsChoice {
  /** Region within the country, its code or name: `CA`, `US-CA` or `California`. */
  readonly region?: string | null;
  readonly shippingMethodId?: string | null;
  /** The lines whose rules are read with the terms. */
  readonly lines?: readonly ScopeFacts[];
}

const settings = storedRecord(
  ShopSettings,
  shopSettingsSchema.pick({
    currency: true,
    currencies: true,
    defaultCountry: true,
    taxIncluded: true,
    taxRounding: true,
    shippingTaxClass: true,
    defaultWeightGrams: true,
    priceDriftBasisPoints: true,
    paymentWindowMinutes: true,
    paymentRetryMinutes: true,
  }),
);
const taxRate = storedRecord(TaxRate, taxRateSchema.pick({ countryCode: true, taxClass: true, name: true, ratePpm: true }));
const shippingMethod = storedRecord(
  ShippingMethod,
  shippingMethodSchema.pick({ id: true, name: true, position: true, countries: true, regions: true, freeFromCents: true }),
);
const columns = { settings: settings.columns('s'), taxRate: taxRate.columns('t'), shippingMethod: shippingMethod.columns('m') };

type Row = ReturnType<typeof settings.of> & {
  readonly now: Date;
  readonly taxRates: TaxRateFacts[];
  readonly shippingMethods: ShippingMethodFacts[];
  /** Whether the shop ships for free. */
  readonly free: boolean;
  /** Null without lines. */
  readonly rules: Parameters<typeof toRuleFacts>[0] | null;
};

/**
 * Terms for a country in a currency (the shop's own by default). Without a country there is no tax and
 * no shipping yet; the same holds for a country without tax rates and methods.
 */
export const getShopTerms = async (
  { db }: Pick<Reader, 'db'>,
  country: string | null,
  cartCurrency: Currency | null,
  { region = null, shippingMethodId = null, lines = [] }: TermsChoice = {},
): Promise<ShopTerms> => {
  const { rows } = await sql<Row>`
    select ${columns.settings}, now() as now,
      (select coalesce(json_agg(x), '[]') from (
        select ${columns.taxRate}, nullif(t.region, '') as region from tax_rates t where t.country_code = ${country}) x) as "taxRates",
      (select coalesce(json_agg(x), '[]') from (
        select ${columns.shippingMethod}, ${shippingBands} as bands from shipping_methods m
        where m.active and ${country}::text is not null and m.currency = coalesce(${cartCurrency}, s.currency)
        order by m.position, m.id) x) as "shippingMethods",
      not exists (select 1 from shipping_methods m where m.active) as free,
      ${lines.length === 0 ? sql.lit(null) : sql`(select coalesce(json_agg(r), '[]') from (${rulesStatement(lines)}) r)`} as rules
    from store_settings s`.execute(db);
  const row = rows[0];
  if (!row) throw new Error('The shop settings row is missing');
  const { now, rules, free: shipsForFree, currency: shopCurrency, ...rest } = row;
  const terms = {
    ...rest,
    shopCurrency,
    shipsForFree,
    rules: toRuleFacts(rules ?? []),
    currency: currencySchema.parse(cartCurrency ?? shopCurrency),
    at: now.getTime(),
    ...findDestination(country, null, rest),
    shippingMethodId: null,
  };
  return termsAt(terms, { region, shippingMethodId });
};

/** Reduces the terms of a country to one region and one shipping method. */
const termsAt = (
  terms: ShopTerms,
  { region = null, shippingMethodId = null }: Pick<TermsChoice, 'region' | 'shippingMethodId'>,
): ShopTerms => ({ ...terms, ...findDestination(terms.destination?.countryCode ?? null, region, terms), shippingMethodId });

/** The destination of a cart, its currency and its goods. */
export interface Place extends Pick<TermsChoice, 'region' | 'shippingMethodId'> {
  readonly countryCode: string | null;
  readonly currency: Currency;
  readonly lines: readonly ScopeFacts[];
}
const placeOf = ({ countryCode, currency }: Place): string => `${countryCode ?? ''}:${currency}`;

/** Terms for several carts: one statement for each country and currency. Each has the rules for the lines of all carts. */
export const getTermsOfPlaces = async (reader: Pick<Reader, 'db'>, places: readonly Place[]): Promise<ShopTerms[]> => {
  const known = new Map<string, ShopTerms>();
  for (const [name, same] of Map.groupBy(places, placeOf)) {
    const [first] = same;
    const lines = same.flatMap((place) => place.lines);
    if (first) known.set(name, await getShopTerms(reader, first.countryCode, first.currency, { lines }));
  }
  return places.map((place) => {
    const terms = known.get(placeOf(place));
    if (!terms) throw new Error(`No terms were read for ${placeOf(place)}`);
    return termsAt(terms, place);
  });
};
