/** Promo codes. */
import { contract } from '@cartwright/contracts';
import { createPromoCode, generatePromoCodes, listPromoCodes, listRedemptions, updatePromoCode } from '@cartwright/core/pricing';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of promo codes. */
export const promoCodesRouter = {
  list: shop(contract.promoCodes.list).query(({ ctx, input }) => listPromoCodes(ctx.core, ctx.actor, input)),
  create: shop(contract.promoCodes.create).mutation(({ ctx, input }) => createPromoCode(ctx.core, ctx.actor, input)),
  generate: shop(contract.promoCodes.generate).mutation(({ ctx, input }) => generatePromoCodes(ctx.core, ctx.actor, input)),
  update: shop(contract.promoCodes.update).mutation(({ ctx, input }) => updatePromoCode(ctx.core, ctx.actor, input)),
  redemptions: shop(contract.promoCodes.redemptions).query(({ ctx, input }) => listRedemptions(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
