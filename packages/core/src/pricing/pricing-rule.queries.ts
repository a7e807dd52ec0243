/** Reads of pricing rules, for staff. */
import type { PricingRule, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { ruleColumns, toPricingRule, type RuleRow } from './pricing.queries.ts';

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
