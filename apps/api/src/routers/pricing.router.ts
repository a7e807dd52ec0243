/** Prices, promotions and pricing rules. */
import { contract } from '@cartwright/contracts';
import {
  createPricingRules,
  deletePricingRule,
  getPricingRule,
  listPricingRules,
  listPromotions,
  quotePrice,
  quoteProductPrice,
  simulateCart,
  updatePricingRule,
} from '@cartwright/core/pricing';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of prices, promotions and pricing rules. */
export const pricingRouter = {
  quote: shop(contract.pricing.quote).query(({ ctx, input }) => quotePrice(ctx.core, ctx.actor, input)),
  effectivePrice: shop(contract.pricing.effectivePrice).query(({ ctx, input }) => quoteProductPrice(ctx.core, ctx.actor, input)),
  promotions: shop(contract.pricing.promotions).query(({ ctx, input }) => listPromotions(ctx.core, ctx.actor, input)),
  simulate: shop(contract.pricing.simulate).query(({ ctx, input }) => simulateCart(ctx.core, ctx.actor, input)),
  listRules: shop(contract.pricing.listRules).query(({ ctx, input }) => listPricingRules(ctx.core, ctx.actor, input)),
  getRule: shop(contract.pricing.getRule).query(({ ctx, input }) => getPricingRule(ctx.core, ctx.actor, input)),
  createRules: shop(contract.pricing.createRules).mutation(({ ctx, input }) => createPricingRules(ctx.core, ctx.actor, input)),
  updateRule: shop(contract.pricing.updateRule).mutation(({ ctx, input }) => updatePricingRule(ctx.core, ctx.actor, input)),
  deleteRule: shop(contract.pricing.deleteRule).mutation(({ ctx, input }) => deletePricingRule(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
