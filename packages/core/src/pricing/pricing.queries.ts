/** Pricing rules as staff see them. */
import type { PricingRule } from '@cartwright/contracts';
import { sql } from 'kysely';

export type RuleRow = Omit<PricingRule, 'createdAt' | 'startsAt' | 'endsAt'> & {
  createdAt: Date;
  startsAt: Date | null;
  endsAt: Date | null;
};
export const ruleColumns = sql`id, name, effect, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", variant_id as "variantId",
  product_id as "productId", min_quantity as "minQuantity", audience, customer_group as "customerGroup", starts_at as "startsAt", ends_at as "endsAt",
  priority, stackable, active, created_at as "createdAt"`;

/** Row -> contract shape. */
export const toPricingRule = (row: RuleRow): PricingRule => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});
