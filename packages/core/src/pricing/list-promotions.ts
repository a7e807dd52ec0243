import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hasScope, selectPage, type Actor, type Core } from '../kernel/index.ts';
import { ruleRecord } from './pricing-rule.queries.ts';
import { inForce, momentOf } from './pricing.queries.ts';
import { buyerOf } from './rule.queries.ts';

type C = ShopContract['pricing']['promotions'];

/** The promotions in force at an instant, by default now. Secret codes and terms of other buyers are shown to staff only. */
export const listPromotions = (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const { signedIn, customerGroup } = buyerOf(actor);
  let promotions = core.db
    .selectFrom('pricing_rules')
    .select(ruleRecord.fields)
    .where('active', '=', sql.lit(true))
    .where('effect', '<>', 'low_stock_surcharge')
    .where(inForce(momentOf(input.at ? new Date(input.at) : null)))
    .orderBy('priority', 'desc')
    .orderBy('id');
  if (!hasScope(actor, 'pricing:read'))
    promotions = promotions
      .where('code', 'is', null)
      .where((eb) => eb.or([eb('customerGroup', 'is', null), eb('customerGroup', '=', customerGroup)]))
      .where((eb) => eb.or([eb('audience', '=', 'everyone'), eb('audience', '=', signedIn ? 'signed_in' : 'guest')]));
  return selectPage(promotions, input, (row) => {
    const { id, name, effect, percentBasisPoints, amountCents, currency, buyQuantity, getQuantity, ...rest } = ruleRecord.of(row);
    const { variantId, productId, categoryId, collectionId, minQuantity, minSubtotalCents, startsAt, endsAt } = rest;
    const scope = { variantId, productId, categoryId, collectionId };
    const terms = { percentBasisPoints, amountCents, currency, buyQuantity, getQuantity, minQuantity, minSubtotalCents };
    return { id, name, effect, ...terms, ...scope, startsAt, endsAt };
  });
};
