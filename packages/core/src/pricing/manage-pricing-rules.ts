/** Staff's side of pricing rules: list, create, delete. */
import type { ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, notFound, offsetOf, requireScope, toPage, transact, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { ruleColumns, toPricingRule, type RuleRow } from './pricing.queries.ts';

type C = ShopContract['pricing'];

/** A page of rules, newest first. */
export const listPricingRules = async (
  core: Core,
  actor: Actor,
  input: z.output<C['listRules']['input']>,
): Promise<z.output<C['listRules']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { rows } = await sql<RuleRow & { totalCount: number }>`
    select ${ruleColumns}, count(*) over () as "totalCount" from pricing_rules
    where (${input.variantId ?? null}::uuid is null or variant_id = ${input.variantId ?? null}) and (${input.active ?? null}::boolean is null or active = ${input.active ?? null})
    order by id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toPricingRule(row)),
    rows[0]?.totalCount ?? 0,
  );
};

const assertSensible = (rule: z.output<C['createRules']['input']>['rules'][number], index: number): void => {
  const path = (field: string) => ({ fields: [{ path: `rules.${index}.${field}`, message: 'does not fit the effect' }] });
  if (
    rule.effect === 'percent_off'
      ? rule.percentBasisPoints === null || rule.amountCents !== null
      : rule.amountCents === null || rule.percentBasisPoints !== null
  )
    throw new DomainError(
      'INVALID_PRICE',
      'percent_off takes percentBasisPoints; amount_off and fixed_price take amountCents.',
      path('effect'),
    );
  if (rule.variantId && rule.productId)
    throw new DomainError('INVALID_PRICE', 'A rule is for one variant or for one product, not for both.', path('productId'));
  if (rule.startsAt && rule.endsAt && rule.startsAt >= rule.endsAt)
    throw new DomainError('INVALID_PRICE', 'A rule must end after it starts.', path('endsAt'));
};

/** Adds rules, all or none. Throws `INVALID_PRICE` for one that makes no sense, `NOT_FOUND` for an unknown variant or product. */
export const createPricingRules = (
  core: Core,
  actor: Actor,
  input: z.output<C['createRules']['input']>,
): Promise<z.output<C['createRules']['output']>> => {
  requireScope(actor, 'pricing:write');
  input.rules.forEach(assertSensible);
  return transactOnce(core, { answers: true }, async (tx) => {
    const variantIds = [...new Set(input.rules.flatMap((r) => r.variantId ?? []))];
    const productIds = [...new Set(input.rules.flatMap((r) => r.productId ?? []))];
    const { rows: known } = await sql<{ n: number }>`
      select (select count(*) from variants where id = any(${variantIds}::uuid[]))::int + (select count(*) from products where id = any(${productIds}::uuid[]))::int as n`.execute(
      tx.db,
    );
    if (known[0]?.n !== variantIds.length + productIds.length) throw notFound('A variant or product of these rules');
    const rules = input.rules.map((rule) => ({
      id: tx.ids.next(),
      name: rule.name,
      effect: rule.effect,
      percent_basis_points: rule.percentBasisPoints,
      amount_cents: rule.amountCents,
      variant_id: rule.variantId,
      product_id: rule.productId,
      min_quantity: rule.minQuantity,
      audience: rule.audience,
      customer_group: rule.customerGroup,
      starts_at: rule.startsAt ? new Date(rule.startsAt) : null,
      ends_at: rule.endsAt ? new Date(rule.endsAt) : null,
      priority: rule.priority,
      stackable: rule.stackable,
      active: rule.active,
    }));
    await tx.db.insertInto('pricing_rules').values(rules).execute();
    const { rows } =
      await sql<RuleRow>`select ${ruleColumns} from pricing_rules where id = any(${rules.map((r) => r.id)}::uuid[]) order by id`.execute(
        tx.db,
      );
    tx.outbox.add('pricing.changed', rules[0]?.id ?? tx.ids.next(), { variantIds: variantIds });
    return { rules: rows.map(toPricingRule) };
  });
};

/** Removes a rule. Carts keep their snapshots until they are priced again. */
export const deletePricingRule = (core: Core, actor: Actor, input: z.output<C['deleteRule']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const gone = await tx.db.deleteFrom('pricing_rules').where('id', '=', input.id).returning(['variant_id']).executeTakeFirst();
    if (!gone) throw notFound('This rule');
    tx.outbox.add('pricing.changed', input.id, { variantIds: gone.variant_id ? [gone.variant_id as VariantId] : [] });
    return { ok: true };
  });
};
