import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import { unconditional, type RuleFacts } from './engine/engine.facts.ts';

/** A promo code's own effect as input of the engine. A code that only unlocks rules has no discount of its own. */
export interface PromoTerms extends RuleFacts {
  readonly code: string;
}

interface Row {
  readonly id: string;
  readonly code: string;
  readonly percentBasisPoints: number | null;
  readonly amountCents: number | null;
  readonly freeShipping: boolean;
  readonly currency: string | null;
  readonly minSubtotalCents: number | null;
  readonly fullPriceOnly: boolean;
  readonly stackable: boolean;
  readonly priority: number;
}

/** A promo code that can be used now (or at `at`) in this currency; null when it does not exist, has ended or is used up. */
export const findUsablePromo = async (
  { db }: Pick<Reader, 'db'>,
  code: string,
  cartCurrency: string,
  at: Date | null = null,
): Promise<PromoTerms | null> => {
  const moment = sql`coalesce(${at}::timestamptz, now())`;
  const { rows } = await sql<Row>`
    select id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", free_shipping as "freeShipping", currency,
      min_subtotal_cents as "minSubtotalCents", full_price_only as "fullPriceOnly", stackable, priority
    from promo_codes
    where code = upper(${code}) and active and (starts_at is null or starts_at <= ${moment}) and (ends_at is null or ends_at > ${moment})
      and (usage_limit is null or used_count < usage_limit) and (currency is null or currency = ${cartCurrency})`.execute(db);
  return rows[0] ? toPromoTerms(rows[0]) : null;
};

/** A promo code that an order was sold with, whether it can still be used or not; null when it was deleted. */
export const findPromo = async ({ db }: Pick<Reader, 'db'>, code: string): Promise<PromoTerms | null> => {
  const { rows } = await sql<Row>`
    select id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", free_shipping as "freeShipping", currency,
      min_subtotal_cents as "minSubtotalCents", full_price_only as "fullPriceOnly", stackable, priority
    from promo_codes where code = upper(${code})`.execute(db);
  return rows[0] ? toPromoTerms(rows[0]) : null;
};

const toPromoTerms = ({ freeShipping, ...row }: Row): PromoTerms => ({
  ...unconditional,
  ...row,
  name: row.code,
  effect: freeShipping ? 'free_shipping' : row.percentBasisPoints === null ? 'order_amount_off' : 'order_percent_off',
});
