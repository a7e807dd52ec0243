/** Shared steps of every change of pricing rules. Every change announces `pricing.changed`; carts keep their prices until they are priced again. */
import type { Currency } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';
import { announcePricing, windowColumns } from './pricing.changes.ts';
import type { RuleTerms } from './rule.policy.ts';

/** Announces that prices may have changed: those of the variants that the rules name. */
export const announceRules = (tx: Tx, id: string, rules: readonly Pick<RuleTerms, 'variantId'>[]): void =>
  announcePricing(tx, id, [...new Set(rules.flatMap((r) => r.variantId ?? []))]);

/** The columns that staff set. */
export const toRuleRow = (rule: RuleTerms) => ({
  name: rule.name,
  effect: rule.effect,
  percent_basis_points: rule.percentBasisPoints,
  amount_cents: rule.amountCents,
  currency: rule.currency,
  buy_quantity: rule.buyQuantity,
  get_quantity: rule.getQuantity,
  stock_threshold: rule.stockThreshold,
  variant_id: rule.variantId,
  product_id: rule.productId,
  category_id: rule.categoryId,
  collection_id: rule.collectionId,
  min_quantity: rule.minQuantity,
  min_subtotal_cents: rule.minSubtotalCents,
  audience: rule.audience,
  customer_group: rule.customerGroup,
  code: rule.code,
  full_price_only: rule.fullPriceOnly,
  ...windowColumns(rule),
  priority: rule.priority,
  stackable: rule.stackable,
  active: rule.active,
});

/** Throws `NOT_FOUND` when a variant, product, category, collection or code of a rule does not exist. */
export const assertTargets = async (tx: Tx, rules: readonly RuleTerms[]): Promise<void> => {
  const distinct = (of: (rule: RuleTerms) => string | null) => [...new Set(rules.flatMap((rule) => of(rule) ?? []))];
  const wanted = {
    variants: distinct((r) => r.variantId),
    products: distinct((r) => r.productId),
    categories: distinct((r) => r.categoryId),
    collections: distinct((r) => r.collectionId),
    codes: distinct((r) => r.code),
  };
  const { rows } = await sql<Record<keyof typeof wanted, number>>`
    select (select count(*)::int from variants where id = any(${wanted.variants}::uuid[])) as variants,
      (select count(*)::int from products where id = any(${wanted.products}::uuid[]) and deleted_at is null) as products,
      (select count(*)::int from categories where id = any(${wanted.categories}::uuid[])) as categories,
      (select count(*)::int from collections where id = any(${wanted.collections}::uuid[])) as collections,
      (select count(*)::int from promo_codes where code = any(${wanted.codes}::text[])) as codes`.execute(tx.db);
  const known = rows[0];
  if (known?.variants !== wanted.variants.length || known.products !== wanted.products.length)
    throw notFound('A variant or product of these rules');
  if (known.categories !== wanted.categories.length) throw notFound('A category of these rules');
  if (known.collections !== wanted.collections.length) throw notFound('A collection of these rules');
  if (known.codes !== wanted.codes.length) throw notFound('A promo code of these rules');
};

/** The currency of each rule with amounts that names none: that of its goods, otherwise the store's. */
export const currenciesFor = async (tx: Tx, rules: readonly RuleTerms[]): Promise<(Currency | null)[]> => {
  const { rows } = await sql<{ currency: Currency }>`
    select coalesce(p.currency, s.currency) as currency
    from unnest(${rules.map((r) => r.variantId)}::uuid[], ${rules.map((r) => r.productId)}::uuid[]) with ordinality as r(variant_id, product_id, n)
    cross join store_settings s left join variants v on v.id = r.variant_id left join products p on p.id = coalesce(r.product_id, v.product_id) order by r.n`.execute(
    tx.db,
  );
  return rules.map((rule, i) => (rule.amountCents === null && rule.minSubtotalCents === null ? null : (rows[i]?.currency ?? null)));
};
