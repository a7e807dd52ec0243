/** Writes `tax_rates`. */
import type { TaxRate } from '@cartwright/contracts';
import { now, type Tx } from '../kernel/index.ts';
import { taxRateFields, toTaxRate } from './tax-rate.queries.ts';

interface TaxedPlace {
  readonly countryCode: string;
  /** Empty for the whole country. */
  readonly region: string;
  readonly taxClass: string;
}

/** Tx step: sets the rate of a place and class, new or existing. */
export const upsertTaxRate = async (
  tx: Tx,
  { countryCode, region, taxClass, name, basisPoints }: TaxedPlace & { readonly name: string; readonly basisPoints: number },
): Promise<TaxRate> => {
  const row = await tx.db
    .insertInto('tax_rates')
    .values({ countryCode, region, taxClass, name, basisPoints })
    .onConflict((on) =>
      on.columns(['countryCode', 'region', 'taxClass']).doUpdateSet((eb) => ({
        name: eb.ref('excluded.name'),
        basisPoints: eb.ref('excluded.basisPoints'),
        updatedAt: now,
      })),
    )
    .returning(taxRateFields)
    .executeTakeFirstOrThrow();
  return toTaxRate(row);
};

/** Tx step: deletes the rate of a place and class and returns it; undefined when there was none. */
export const removeTaxRate = async (tx: Tx, { countryCode, region, taxClass }: TaxedPlace): Promise<TaxRate | undefined> => {
  const row = await tx.db
    .deleteFrom('tax_rates')
    .where('countryCode', '=', countryCode)
    .where('region', '=', region)
    .where('taxClass', '=', taxClass)
    .returning(taxRateFields)
    .executeTakeFirst();
  return row && toTaxRate(row);
};
