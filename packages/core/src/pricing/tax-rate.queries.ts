/** Tax rates by country, region and class of goods. */
import { taxRateSchema, type ShopContract, type TaxRate } from '@cartwright/contracts';
import { TaxRate as TaxRateEntity } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import { offsetOf, requireScope, storedRecord, toPage, type Actor, type Core } from '../kernel/index.ts';
import { findTaxRate } from './engine/total-lines.ts';
import { getStoreTerms, type StoreTerms } from './store-terms.queries.ts';

type C = ShopContract['tax'];

const stored = storedRecord(TaxRateEntity, taxRateSchema.omit({ region: true }));

/** The region is null for the whole country, which the table stores as an empty text. */
export type TaxRateRow = Parameters<typeof stored.of>[0] & Pick<TaxRate, 'region'>;

/** SQL: the columns of a `TaxRateRow`. */
export const taxRateColumns = sql`${stored.columns()}, nullif(region, '') as region`;

/** Row -> contract shape. */
export const toTaxRate = (row: TaxRateRow): TaxRate => ({ ...stored.of(row), region: row.region });

/** The rate for a class of goods at a destination, at most five minutes old; a change here is seen at once. */
export const getTaxRate = async (core: Core, input: z.output<C['rate']['input']>): Promise<z.output<C['rate']['output']>> => {
  const { countryCode, region = null, taxClass } = input;
  type Kept = Pick<StoreTerms, 'taxRates' | 'taxIncluded'>;
  const kept = await core.reads.read<Kept>('pricing', `tax-rates:${countryCode}`, async () => {
    const { taxRates, taxIncluded } = await getStoreTerms(core, countryCode, null);
    return { taxRates, taxIncluded };
  });
  const rate = findTaxRate({ destination: { countryCode, region }, taxRates: kept.taxRates }, taxClass);
  return { name: rate?.name ?? null, basisPoints: rate?.basisPoints ?? 0, taxIncluded: kept.taxIncluded };
};

/** A page of rates by place and class. */
export const listTaxRates = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { countryCode = null } = input;
  const { rows } = await sql<TaxRateRow & { totalCount: number }>`
    select ${taxRateColumns}, count(*) over ()::int as "totalCount" from tax_rates where (${countryCode}::text is null or country_code = ${countryCode})
    order by country_code, region, tax_class limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toTaxRate(row)),
    rows[0]?.totalCount ?? 0,
  );
};
