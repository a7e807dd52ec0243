/** Reads of pricing rules, for staff and shoppers. */
import type { PricingRule } from '@cartwright/contracts';
import { sql } from 'kysely';

export type RuleRow = Omit<PricingRule, 'createdAt' | 'updatedAt' | 'startsAt' | 'endsAt'> & {
  createdAt: Date;
  updatedAt: Date;
  startsAt: Date | null;
  endsAt: Date | null;
};
export const ruleColumns = sql`id, name, effect, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", currency, buy_quantity as "buyQuantity",
  get_quantity as "getQuantity", stock_threshold as "stockThreshold", variant_id as "variantId", product_id as "productId", category_id as "categoryId",
  collection_id as "collectionId", min_quantity as "minQuantity", min_subtotal_cents as "minSubtotalCents", audience, customer_group as "customerGroup", code,
  full_price_only as "fullPriceOnly", starts_at as "startsAt", ends_at as "endsAt", priority, stackable, active, version, created_at as "createdAt", updated_at as "updatedAt"`;

/** Row -> contract shape. */
export const toPricingRule = (row: RuleRow): PricingRule => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
