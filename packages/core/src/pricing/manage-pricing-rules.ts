/** Pricing rules, for staff. Every change announces `pricing.changed`; carts keep their prices until they are priced again. */
import type { Currency, PricingRule, PricingRuleId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  notFound,
  offsetOf,
  requireScope,
  toPage,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type Tx,
  answerGone,
} from '../kernel/index.ts';
import { announcePricing, assertVersion, sent, windowColumns } from './pricing.changes.ts';
import { lockPricingRule, lockRules } from './pricing.locks.ts';
import { ruleColumns, toPricingRule, type RuleRow } from './pricing.queries.ts';
import { assertNoOverlap, assertSensibleRule, type RuleTerms } from './rule.policy.ts';

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
  const { rows } = await sql<RuleRow>`select ${ruleColumns} from pricing_rules where id = ${id}`.execute(core.db);
  if (!rows[0]) throw notFound('This rule');
  return toPricingRule(rows[0]);
};

/** The rules of the first call may have been changed or deleted since; the list of rules shows them. */
const madeBefore = (): Promise<z.output<C['createRules']['output']>> =>
  Promise.reject(answerGone('The rules were added by an earlier request with this Idempotency-Key.'));

/**
 * Adds rules, all or none. Throws `INVALID_PRICE` for an invalid one, `RULES_OVERLAP` for one that would make the price
 * ambiguous, `NOT_FOUND` for an unknown variant, product, category, collection or code.
 */
export const createPricingRules = (
  core: Core,
  actor: Actor,
  input: z.output<C['createRules']['input']>,
): Promise<z.output<C['createRules']['output']>> => {
  requireScope(actor, 'pricing:write');
  input.rules.forEach((rule, i) => assertSensibleRule(rule, `rules.${i}.`));
  return transactOnce(
    core,
    { answers: true, subject: ({ rules: [first] }: z.output<C['createRules']['output']>) => first?.id ?? '', again: madeBefore },
    async (tx) => {
      await lockRules(tx);
      await assertTargets(tx, input.rules);
      const currencies = await currenciesFor(tx, input.rules);
      const rules = input.rules.map((rule, i) => ({
        id: tx.ids.next<PricingRuleId>(),
        ...toRow({ ...rule, currency: rule.currency ?? currencies[i] ?? null }),
      }));
      await tx.db.insertInto('pricing_rules').values(rules).execute();
      const ids = rules.map((rule) => rule.id);
      await assertNoOverlap(tx, ids);
      const { rows } = await sql<RuleRow>`select ${ruleColumns} from pricing_rules where id = any(${ids}::uuid[]) order by id`.execute(
        tx.db,
      );
      announce(tx, ids[0] ?? tx.ids.next(), input.rules);
      return { rules: rows.map(toPricingRule) };
    },
  );
};

/** Changes a rule. Throws `VERSION_MISMATCH` when somebody else changed it first, and as `createPricingRules`. */
export const updatePricingRule = (core: Core, actor: Actor, input: z.output<C['updateRule']['input']>): Promise<PricingRule> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockRules(tx);
    const locked = await lockPricingRule<RuleRow>(tx, input.id, ruleColumns);
    if (!locked) throw notFound('This rule');
    const before = toPricingRule(locked);
    const { id, version, ...changes } = input;
    assertVersion('rule', before, version);
    const given = sent(changes);
    const after: PricingRule = { ...before, ...given };
    assertSensibleRule(after);
    await assertTargets(tx, [after]);
    const [fallback] = await currenciesFor(tx, [after]);
    await tx.db
      .updateTable('pricing_rules')
      .set({ ...toRow({ ...after, currency: after.currency ?? fallback ?? null }), version: version + 1, updated_at: sql`now()` })
      .where('id', '=', id)
      .execute();
    await assertNoOverlap(tx, [id]);
    announce(tx, id, [before, after]);
    const saved = await sql<RuleRow>`select ${ruleColumns} from pricing_rules where id = ${id}`.execute(tx.db);
    return toPricingRule(saved.rows[0] ?? locked);
  });
};

/** Removes a rule. */
export const deletePricingRule = (core: Core, actor: Actor, input: z.output<C['deleteRule']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const deleted = await tx.db.deleteFrom('pricing_rules').where('id', '=', input.id).returning(['variant_id']).executeTakeFirst();
    if (!deleted) throw notFound('This rule');
    announcePricing(tx, input.id, deleted.variant_id ? [deleted.variant_id as VariantId] : []);
    return { ok: true };
  });
};

const announce = (tx: Tx, id: string, rules: readonly Pick<RuleTerms, 'variantId'>[]): void =>
  announcePricing(tx, id, [...new Set(rules.flatMap((r) => r.variantId ?? []))]);

const toRow = (rule: RuleTerms) => ({
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

const assertTargets = async (tx: Tx, rules: readonly RuleTerms[]): Promise<void> => {
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
const currenciesFor = async (tx: Tx, rules: readonly RuleTerms[]): Promise<(Currency | null)[]> => {
  const { rows } = await sql<{ currency: Currency }>`
    select coalesce(p.currency, s.currency) as currency
    from unnest(${rules.map((r) => r.variantId)}::uuid[], ${rules.map((r) => r.productId)}::uuid[]) with ordinality as r(variant_id, product_id, n)
    cross join store_settings s left join variants v on v.id = r.variant_id left join products p on p.id = coalesce(r.product_id, v.product_id) order by r.n`.execute(
    tx.db,
  );
  return rules.map((rule, i) => (rule.amountCents === null && rule.minSubtotalCents === null ? null : (rows[i]?.currency ?? null)));
};
