/** Writes `pricing_rules`. */
import type { PricingRuleId, VariantId } from '@cartwright/contracts';
import { now, type Tx } from '../kernel/index.ts';
import { windowDates } from './pricing.changes.ts';
import type { RuleTerms } from './rule.policy.ts';

/** The columns that staff set. */
const toRuleRow = (rule: RuleTerms) => ({
  name: rule.name,
  effect: rule.effect,
  percentBasisPoints: rule.percentBasisPoints,
  amountCents: rule.amountCents,
  currency: rule.currency,
  buyQuantity: rule.buyQuantity,
  getQuantity: rule.getQuantity,
  stockThreshold: rule.stockThreshold,
  variantId: rule.variantId,
  productId: rule.productId,
  categoryId: rule.categoryId,
  collectionId: rule.collectionId,
  minQuantity: rule.minQuantity,
  minSubtotalCents: rule.minSubtotalCents,
  audience: rule.audience,
  customerGroup: rule.customerGroup,
  code: rule.code,
  fullPriceOnly: rule.fullPriceOnly,
  ...windowDates(rule),
  priority: rule.priority,
  stackable: rule.stackable,
  active: rule.active,
});

/** Tx step: adds rules and returns their ids, in the order of the rules. */
export const insertPricingRules = async (tx: Tx, rules: readonly RuleTerms[]): Promise<PricingRuleId[]> => {
  const rows = rules.map((rule) => ({ id: tx.ids.next<PricingRuleId>(), ...toRuleRow(rule) }));
  await tx.db.insertInto('pricing_rules').values(rows).execute();
  return rows.map(({ id }) => id);
};

/** Tx step: replaces the terms of a locked rule, which gets the version after `version`. */
export const changePricingRule = async (
  tx: Tx,
  { id, version }: { readonly id: PricingRuleId; readonly version: number },
  rule: RuleTerms,
): Promise<void> => {
  await tx.db
    .updateTable('pricing_rules')
    .set({ ...toRuleRow(rule), version: version + 1, updatedAt: now })
    .where('id', '=', id)
    .execute();
};

/** Tx step: deletes a rule and returns the variant that it named; undefined when there is no such rule. */
export const deleteRule = async (tx: Tx, id: PricingRuleId): Promise<{ readonly variantId: VariantId | null } | undefined> => {
  const deleted = await tx.db.deleteFrom('pricing_rules').where('id', '=', id).returning(['variantId']).executeTakeFirst();
  return deleted && { variantId: deleted.variantId as VariantId | null };
};
