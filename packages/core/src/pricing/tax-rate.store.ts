/** Writes `tax_rates`. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { taxRateColumns, type TaxRateRow } from './tax-rate.queries.ts';

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
): Promise<TaxRateRow> => {
  const { rows } = await sql<TaxRateRow>`
      insert into tax_rates (country_code, region, tax_class, name, basis_points) values (${countryCode}, ${region}, ${taxClass}, ${name}, ${basisPoints})
      on conflict (country_code, region, tax_class) do update set name = excluded.name, basis_points = excluded.basis_points, updated_at = now()
      returning ${taxRateColumns}`.execute(tx.db);
  if (!rows[0]) throw new Error('The upsert of a tax rate returned no row');
  return rows[0];
};

/** Tx step: deletes the rate of a place and class and returns it; undefined when there was none. */
export const deleteTaxRate = async (tx: Tx, { countryCode, region, taxClass }: TaxedPlace): Promise<TaxRateRow | undefined> => {
  const { rows } = await sql<TaxRateRow>`
      delete from tax_rates where country_code = ${countryCode} and region = ${region} and tax_class = ${taxClass} returning ${taxRateColumns}`.execute(
    tx.db,
  );
  return rows[0];
};
