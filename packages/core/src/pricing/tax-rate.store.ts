/** Writes `tax_rates`. */
import type { TaxRate } from '@cartwright/contracts';
import { now, type Tx } from '../kernel/index.ts';
import { taxRateFields, toTaxRate } from './tax-rate.queries.ts';

/** A place and a class of goods that rates are for. */
export interface TaxedPlace {
  readonly countryCode: string;
  /** Empty for the whole country. */
  readonly region: string;
  readonly taxClass: string;
}
/** A rate by its place, class and name. */
export interface NamedTaxRate extends TaxedPlace {
  readonly name: string;
}

/** Tx step: sets the rate of a place, class and name, new or existing. */
export const upsertTaxRate = async (
  tx: Tx,
  { countryCode, region, taxClass, name, ratePpm }: NamedTaxRate & { readonly ratePpm: number },
): Promise<TaxRate> => {
  const row = await tx.db
    .insertInto('tax_rates')
    .values({ countryCode, region, taxClass, name, ratePpm })
    .onConflict((on) =>
      on
        .columns(['countryCode', 'region', 'taxClass', 'name'])
        .doUpdateSet((eb) => ({ ratePpm: eb.ref('excluded.ratePpm'), updatedAt: now })),
    )
    .returning(taxRateFields)
    .executeTakeFirstOrThrow();
  return toTaxRate(row);
};

/** Tx step: deletes the rates of a place and class, or the one of this name, and returns them. */
export const removeTaxRates = async (
  tx: Tx,
  { countryCode, region, taxClass, name }: TaxedPlace & { readonly name?: string | undefined },
): Promise<TaxRate[]> => {
  const rows = await tx.db
    .deleteFrom('tax_rates')
    .where('countryCode', '=', countryCode)
    .where('region', '=', region)
    .where('taxClass', '=', taxClass)
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .returning(taxRateFields)
    .execute();
  return rows.map(toTaxRate);
};
