/** Row -> contract shape, for staff. */
import type { PromoCode } from '@cartwright/contracts';
import { sql } from 'kysely';

export type PromoCodeTerms = Omit<PromoCode, 'id' | 'code' | 'usedCount' | 'batchId' | 'version' | 'createdAt'>;

export type PromoCodeRow = Omit<PromoCode, 'startsAt' | 'endsAt' | 'createdAt'> & {
  startsAt: Date | null;
  endsAt: Date | null;
  createdAt: Date;
};

/** SQL: the columns of a `PromoCodeRow`. */
export const promoCodeColumns = sql`id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", free_shipping as "freeShipping", currency,
  min_subtotal_cents as "minSubtotalCents", full_price_only as "fullPriceOnly", stackable, priority, usage_limit as "usageLimit", per_customer_limit as "perCustomerLimit",
  starts_at as "startsAt", ends_at as "endsAt", active, used_count as "usedCount", batch_id as "batchId", version, created_at as "createdAt"`;

/** Row -> contract shape. */
export const toPromoCode = (row: PromoCodeRow): PromoCode => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});
