/** The locks on what staff set up for prices. */
import type { PricingRule, PromoCode } from '@cartwright/contracts';
import { PriceList, StoreSettings } from '@cartwright/db';
import { sql } from 'kysely';
import { lockedEntity, notFound, type LockedEntity, type Tx } from '../kernel/index.ts';
import { ruleColumns, toPricingRule, type RuleRow } from './pricing.queries.ts';
import { promoCodeColumns, toPromoCode, type PromoCodeRow } from './promo-code.dto.ts';
import { taxRateColumns, type TaxRateRow } from './tax-rate.queries.ts';

/** Serialises writers of rules, so that the overlap check sees all committed rules. */
export const lockRules = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('cartwright.pricing_rules'))`.execute(tx.db);
};

/** Tx step: locks a pricing rule, after `lockRules`. Throws `NOT_FOUND`. */
export const lockPricingRule = async (tx: Tx, id: string): Promise<PricingRule> => {
  const { rows } = await sql<RuleRow>`select ${ruleColumns} from pricing_rules where id = ${id} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This rule');
  return toPricingRule(rows[0]);
};

/** Tx step: locks a promo code. Throws `NOT_FOUND`. */
export const lockPromoCode = async (tx: Tx, id: string): Promise<PromoCode> => {
  const { rows } = await sql<PromoCodeRow>`select ${promoCodeColumns} from promo_codes where id = ${id} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This promo code');
  return toPromoCode(rows[0]);
};

/** Tx step: locks a price list. Throws `NOT_FOUND`. */
export const lockPriceList = async (tx: Tx, id: string): Promise<LockedEntity<typeof PriceList>> => {
  const row = await tx.db.selectFrom('price_lists').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This price list');
  return lockedEntity(tx, PriceList, row);
};

/** Tx step: locks a shipping method. Throws `NOT_FOUND`. */
export const lockShippingMethod = async (tx: Tx, id: string): Promise<{ readonly version: number }> => {
  const { rows } = await sql<{ version: number }>`select version from shipping_methods where id = ${id} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This shipping method');
  return rows[0];
};

/** Tx step: locks the tax rate of a place and class; undefined when there is none. */
export const lockTaxRate = async (
  tx: Tx,
  { countryCode, region, taxClass }: { readonly countryCode: string; readonly region: string; readonly taxClass: string },
): Promise<TaxRateRow | undefined> => {
  const { rows } = await sql<TaxRateRow>`
    select ${taxRateColumns} from tax_rates where country_code = ${countryCode} and region = ${region} and tax_class = ${taxClass} for no key update`.execute(
    tx.db,
  );
  return rows[0];
};

/** Tx step: locks the settings of the store. */
export const lockSettings = async (tx: Tx): Promise<LockedEntity<typeof StoreSettings>> => {
  const row = await tx.db.selectFrom('store_settings').selectAll().where('id', '=', 1).forNoKeyUpdate().executeTakeFirstOrThrow();
  return lockedEntity(tx, StoreSettings, row);
};
