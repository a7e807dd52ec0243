import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, type Actor, type Core } from '../kernel/index.ts';
import { priceLine } from './price-line.ts';
import { findRulesFor } from './pricing.queries.ts';

type Quote = ShopContract['pricing']['quote'];

/** What a variant costs this actor for a quantity. Throws `NOT_FOUND` for what is not on sale. */
export const quotePrice = async (core: Core, actor: Actor, input: z.output<Quote['input']>): Promise<z.output<Quote['output']>> => {
  const { rows } = await sql<{ productId: string; priceCents: number; currency: string }>`
    select v.product_id as "productId", v.price_cents as "priceCents", p.currency from variants v join products p on p.id = v.product_id
    where v.id = ${input.variantId} and p.status = 'active' and p.deleted_at is null`.execute(core.db);
  const variant = rows[0];
  if (!variant) throw notFound('This variant');
  const target = { variantId: input.variantId, productId: variant.productId as Parameters<typeof findRulesFor>[1][number]['productId'] };
  const rules = (await findRulesFor(core, [target])).get(input.variantId) ?? [];
  const { unitPriceCents, appliedRules } = priceLine(variant.priceCents, rules, {
    quantity: input.quantity,
    signedIn: actor.kind === 'user',
    customerGroup: actor.kind === 'user' ? actor.customerGroup : null,
  });
  return {
    variantId: input.variantId,
    quantity: input.quantity,
    currency: variant.currency,
    baseUnitPriceCents: variant.priceCents,
    unitPriceCents,
    totalCents: unitPriceCents * input.quantity,
    appliedRules,
  };
};
