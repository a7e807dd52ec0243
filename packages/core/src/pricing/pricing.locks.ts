/** The locks on what staff set up for prices. Each reads the columns that the caller maps. */
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Serialises writers of rules, so that the overlap check sees all committed rules. */
export const lockRules = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('cartwright.pricing_rules'))`.execute(tx.db);
};

/** Tx step: locks a pricing rule, after `lockRules`; undefined when there is none. */
export const lockPricingRule = async <Row>(tx: Tx, id: string, columns: RawBuilder<unknown>): Promise<Row | undefined> =>
  (await sql<Row>`select ${columns} from pricing_rules where id = ${id} for no key update`.execute(tx.db)).rows[0];

/** Tx step: locks a promo code; undefined when there is none. */
export const lockPromoCode = async <Row>(tx: Tx, id: string, columns: RawBuilder<unknown>): Promise<Row | undefined> =>
  (await sql<Row>`select ${columns} from promo_codes where id = ${id} for no key update`.execute(tx.db)).rows[0];

/** Tx step: locks a price list, alias `l`; undefined when there is none. */
export const lockPriceList = async <Row>(tx: Tx, id: string, columns: RawBuilder<unknown>): Promise<Row | undefined> =>
  (await sql<Row>`select ${columns} from price_lists l where l.id = ${id} for no key update`.execute(tx.db)).rows[0];

/** Tx step: locks a shipping method; undefined when there is none. */
export const lockShippingMethod = async <Row>(tx: Tx, id: string, columns: RawBuilder<unknown>): Promise<Row | undefined> =>
  (await sql<Row>`select ${columns} from shipping_methods where id = ${id} for no key update`.execute(tx.db)).rows[0];

/** Tx step: locks the tax rate of a place and class; undefined when there is none. */
export const lockTaxRate = async <Row>(
  tx: Tx,
  { countryCode, region, taxClass }: { readonly countryCode: string; readonly region: string; readonly taxClass: string },
  columns: RawBuilder<unknown>,
): Promise<Row | undefined> =>
  (
    await sql<Row>`select ${columns} from tax_rates where country_code = ${countryCode} and region = ${region} and tax_class = ${taxClass} for no key update`.execute(
      tx.db,
    )
  ).rows[0];

/** Tx step: locks the settings of the store; undefined when there is none. */
export const lockSettings = async <Row>(tx: Tx, columns: RawBuilder<unknown>): Promise<Row | undefined> =>
  (await sql<Row>`select ${columns} from store_settings where id = 1 for no key update`.execute(tx.db)).rows[0];
