import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hasScope, offsetOf, toPage, type Actor, type Core } from '../kernel/index.ts';
import { ruleColumns, toPricingRule, type RuleRow } from './pricing.queries.ts';
import { buyerOf } from './rule.queries.ts';

type C = ShopContract['pricing']['promotions'];

/** The promotions in force at an instant, by default now. Secret codes and terms of other buyers are shown to staff only. */
export const listPromotions = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const seesAll = hasScope(actor, 'pricing:read');
  const { signedIn, customerGroup } = buyerOf(actor);
  const at = sql`coalesce(${input.at ?? null}::timestamptz, now())`;
  const { rows } = await sql<RuleRow & { totalCount: number }>`
    select ${ruleColumns}, count(*) over ()::int as "totalCount" from pricing_rules
    where active and effect <> 'low_stock_surcharge' and (starts_at is null or starts_at <= ${at}) and (ends_at is null or ends_at > ${at})
      and (${seesAll} or (code is null and (customer_group is null or customer_group = ${customerGroup})
        and audience in ('everyone', ${signedIn ? 'signed_in' : 'guest'})))
    order by priority desc, id limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  const items = rows.map((row) => {
    const { id, name, effect, percentBasisPoints, amountCents, currency, buyQuantity, getQuantity, ...rest } = toPricingRule(row);
    const { variantId, productId, categoryId, collectionId, minQuantity, minSubtotalCents, startsAt, endsAt } = rest;
    const scope = { variantId, productId, categoryId, collectionId };
    const terms = { percentBasisPoints, amountCents, currency, buyQuantity, getQuantity, minQuantity, minSubtotalCents };
    return { id, name, effect, ...terms, ...scope, startsAt, endsAt };
  });
  return toPage(input, items, rows[0]?.totalCount ?? 0);
};
