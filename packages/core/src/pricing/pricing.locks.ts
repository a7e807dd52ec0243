/** The locks on what staff set up for prices. */
import type { PricingRule, PromoCode, TaxRate } from '@cartwright/contracts';
import { PriceList, ShopSettings } from '@cartwright/db';
import { anyText, lockedEntity, lockName, notFound, type LockedEntity, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { ruleRecord } from './pricing-rule.queries.ts';
import { promoCodeRecord } from './promo-code.dto.ts';
import { usable } from './promo-code.queries.ts';
import { taxRateFields, toTaxRate } from './tax-rate.queries.ts';
import type { TaxedPlace } from './tax-rate.store.ts';

/** Serialises writers of rules, so that the overlap check sees all committed rules. */
export const lockRules = (tx: Tx): Promise<void> => lockName(tx, 'cartwright.pricing_rules');

/** Tx step: locks a pricing rule, after `lockRules`. Throws `NOT_FOUND`. */
export const lockPricingRule = async (tx: Tx, id: string): Promise<PricingRule> => {
  const row = await tx.db.selectFrom('pricing_rules').select(ruleRecord.fields).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This rule', id);
  return ruleRecord.of(row);
};

/** Tx step: locks a promo code. Throws `NOT_FOUND`. */
export const lockPromoCode = async (tx: Tx, id: string): Promise<PromoCode> => {
  const row = await tx.db.selectFrom('promo_codes').select(promoCodeRecord.fields).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This promo code', id);
  return promoCodeRecord.of(row);
};

/** A promo code that is locked, and how often it can be used now. */
export interface LockedPromoCode {
  readonly id: string;
  readonly code: string;
  /** 0 for a code that cannot be used, `Infinity` for one without a limit. */
  readonly usesLeft: number;
  readonly perCustomerLimit: number | null;
}

/** Tx step: locks promo codes in the order of their ids; with `skipLocked` those that no other transaction has locked. */
export const lockPromoCodes = async ({ db }: Tx, codes: readonly string[], { skipLocked }: LockWaitPolicy): Promise<LockedPromoCode[]> => {
  const wanted = db
    .selectFrom('promo_codes')
    .select(['id', 'code', 'usageLimit', 'usedCount', 'perCustomerLimit', usable().as('usable')])
    .where('code', '=', anyText(codes))
    .orderBy('id')
    .forNoKeyUpdate();
  const locked = await (skipLocked ? wanted.skipLocked() : wanted).execute();
  return locked.map(({ id, code, usageLimit, usedCount, perCustomerLimit, ...promo }) => ({
    id,
    code,
    perCustomerLimit,
    usesLeft: !promo.usable ? 0 : usageLimit === null ? Infinity : usageLimit - usedCount,
  }));
};

/** Tx step: locks a price list. Throws `NOT_FOUND`. */
export const lockPriceList = async (tx: Tx, id: string): Promise<LockedEntity<typeof PriceList>> => {
  const row = await tx.db.selectFrom('price_lists').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This price list', id);
  return lockedEntity(tx, PriceList, row);
};

/** Tx step: locks a shipping method. Throws `NOT_FOUND`. */
export const lockShippingMethod = async (tx: Tx, id: string): Promise<{ readonly version: number }> => {
  const row = await tx.db.selectFrom('shipping_methods').select('version').where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This shipping method', id);
  return row;
};

/** Tx step: locks the tax rates of a place and class, by name. */
export const lockTaxRates = async (tx: Tx, { countryCode, region, taxClass }: TaxedPlace): Promise<TaxRate[]> => {
  const rows = await tx.db
    .selectFrom('tax_rates')
    .select(taxRateFields)
    .where('countryCode', '=', countryCode)
    .where('region', '=', region)
    .where('taxClass', '=', taxClass)
    .orderBy('name')
    .forNoKeyUpdate()
    .execute();
  return rows.map(toTaxRate);
};

/** Tx step: locks the settings of the shop. */
export const lockSettings = async (tx: Tx): Promise<LockedEntity<typeof ShopSettings>> => {
  const row = await tx.db.selectFrom('store_settings').selectAll().where('id', '=', 1).forNoKeyUpdate().executeTakeFirstOrThrow();
  return lockedEntity(tx, ShopSettings, row);
};
