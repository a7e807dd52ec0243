/** Reads of pricing rules, for staff. */
import type { Currency, PricingRule, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { ruleColumns, toPricingRule, type RuleRow } from './pricing.queries.ts';
import type { RuleTerms } from './rule.policy.ts';

type C = ShopContract['pricing'];

/** A page of rules, newest first. */
export const listPricingRules = async (
  core: Core,
  actor: Actor,
  input: z.output<C['listRules']['input']>,
): Promise<z.output<C['listRules']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { q = null, effect = null, variantId = null, productId = null, active = null } = input;
  const like = q === null ? null : `%${q.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<RuleRow & { totalCount: number }>`
    select ${ruleColumns}, count(*) over ()::int as "totalCount" from pricing_rules
    where (${like}::text is null or name ilike ${like} or code ilike ${like}) and (${effect}::text is null or effect = ${effect})
      and (${variantId}::uuid is null or variant_id = ${variantId}) and (${productId}::uuid is null or product_id = ${productId})
      and (${active}::boolean is null or active = ${active})
    order by id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toPricingRule(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** One rule. Throws `NOT_FOUND`. */
export const getPricingRule = async (core: Core, actor: Actor, { id }: z.output<C['getRule']['input']>): Promise<PricingRule> => {
  requireScope(actor, 'pricing:read');
  return readPricingRule(core, id);
};

/** One rule, for whoever may see it. Throws `NOT_FOUND`. */
export const readPricingRule = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<PricingRule> => {
  const { rows } = await sql<RuleRow>`select ${ruleColumns} from pricing_rules where id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This rule');
  return toPricingRule(rows[0]);
};

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
