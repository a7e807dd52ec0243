/** Price quotes and pricing rules. */
import { contract } from '@cartwright/contracts';
import { createPricingRules, deletePricingRule, listPricingRules, quotePrice } from '@cartwright/core/pricing';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

export const pricingRouter = {
  quote: shop(contract.pricing.quote).query(({ ctx, input }) => quotePrice(ctx.core, ctx.actor, input)),
  listRules: shop(contract.pricing.listRules).query(({ ctx, input }) => listPricingRules(ctx.core, ctx.actor, input)),
  createRules: shop(contract.pricing.createRules).mutation(({ ctx, input }) => createPricingRules(ctx.core, ctx.actor, input)),
  deleteRule: shop(contract.pricing.deleteRule).mutation(({ ctx, input }) => deletePricingRule(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
