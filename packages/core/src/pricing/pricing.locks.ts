/** The locks on what staff set up for prices. */
import type { PriceList, PricingRule, PromoCode } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';
import { priceListColumns, toPriceList, type PriceListRow } from './price-list.queries.ts';
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
export const lockPriceList = async (tx: Tx, id: string): Promise<PriceList> => {
  const { rows } = await sql<PriceListRow>`select ${priceListColumns} from price_lists l where l.id = ${id} for no key update`.execute(
    tx.db,
  );
  if (!rows[0]) throw notFound('This price list');
  return toPriceList(rows[0]);
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

/** Tx step: locks the settings of the store; undefined when there is none. */
export const lockSettings = async <Row>(tx: Tx, columns: RawBuilder<unknown>): Promise<Row | undefined> =>
  (await sql<Row>`select ${columns} from store_settings where id = 1 for no key update`.execute(tx.db)).rows[0];
