/** Saved views of the order list. */
import { contract } from '@cartwright/contracts';
import { createOrderView, deleteOrderView, listOrderViews, updateOrderView } from '@cartwright/core/orders';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of saved views of the order list. */
export const orderViewsRouter = {
  list: shop(contract.orderViews.list).query(({ ctx }) => listOrderViews(ctx.core, ctx.actor)),
  create: shop(contract.orderViews.create).mutation(({ ctx, input }) => createOrderView(ctx.core, ctx.actor, input)),
  update: shop(contract.orderViews.update).mutation(({ ctx, input }) => updateOrderView(ctx.core, ctx.actor, input)),
  delete: shop(contract.orderViews.delete).mutation(({ ctx, input }) => deleteOrderView(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
