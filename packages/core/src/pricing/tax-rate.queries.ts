/** Tax rates by country, region and class of goods. */
import { taxRateSchema, type ShopContract, type TaxRate } from '@cartwright/contracts';
import { TaxRate as TaxRateEntity } from '@cartwright/db';
import type { z } from 'zod';
import { equalsIfGiven, requireScope, selectPage, storedRecord, type Actor, type Core } from '../kernel/index.ts';
import { assertGivenRegion, findDestination } from './destination.ts';
import { findTaxRates, sumOfRates } from './engine/tax-amounts.ts';
import { getShopTerms, type ShopTerms } from './shop-terms.queries.ts';

type C = ShopContract['tax'];

const stored = storedRecord(TaxRateEntity, taxRateSchema.omit({ region: true }));

/** The columns of a tax rate. */
export const taxRateFields = [...stored.fields, 'region'] as const;

/** Row -> contract shape. The table stores an empty region for the whole country. */
export const toTaxRate = (row: Parameters<typeof stored.of>[0] & { readonly region: string }): TaxRate => ({
  ...stored.of(row),
  region: row.region === '' ? null : row.region,
});

/** The rates for a class of goods at a destination, at most five minutes old; a change here is seen at once. */
export const getTaxRate = async (core: Core, input: z.output<C['rate']['input']>): Promise<z.output<C['rate']['output']>> => {
  const { countryCode, region = null, taxClass } = input;
  type Kept = Pick<ShopTerms, 'taxRates' | 'taxIncluded'>;
  const kept = await core.reads.read<Kept>('pricing', `tax-rates:${countryCode}`, async () => {
    const { taxRates, taxIncluded } = await getShopTerms(core, countryCode, null);
    return { taxRates, taxIncluded };
  });
  const { destination, unknownRegion } = findDestination(countryCode, region, { taxRates: kept.taxRates, shippingMethods: [] });
  assertGivenRegion(unknownRegion);
  const rates = findTaxRates({ destination, taxRates: kept.taxRates }, taxClass);
  return { rates: rates.map(({ name, ratePpm }) => ({ name, ratePpm })), ratePpm: sumOfRates(rates), taxIncluded: kept.taxIncluded };
};

/** A page of rates by place, class and name. */
export const listTaxRates = (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { countryCode = null } = input;
  const rates = core.db
    .selectFrom('tax_rates')
    .select(taxRateFields)
    .where((eb) => equalsIfGiven(eb.ref('countryCode'), 'text', countryCode))
    .orderBy('countryCode')
    .orderBy('region')
    .orderBy('taxClass')
    .orderBy('name');
  return selectPage(rates, input, toTaxRate);
};
