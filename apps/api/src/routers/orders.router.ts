/** Orders after checkout. */
import { contract } from '@cartwright/contracts';
import { cancelOrder, deleteOrder } from '@cartwright/core/order-cancellations';
import { editOrder, payEdit, previewOrderEdit, withdrawEdit } from '@cartwright/core/order-edits';
import { addOrderNote, deliverOrder, getOrder, listOrders, listOrdersOfUser, shipOrder, updateOrderAddress } from '@cartwright/core/orders';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of orders after their checkout. */
export const ordersRouter = {
  list: shop(contract.orders.list).query(({ ctx, input }) => listOrders(ctx.core, ctx.actor, input)),
  listForUser: shop(contract.orders.listForUser).query(({ ctx, input }) => listOrdersOfUser(ctx.core, ctx.actor, input)),
  get: shop(contract.orders.get).query(({ ctx, input }) => getOrder(ctx.core, ctx.actor, input)),
  cancel: shop(contract.orders.cancel).mutation(({ ctx, input }) => cancelOrder(ctx.core, ctx.actor, input)),
  ship: shop(contract.orders.ship).mutation(({ ctx, input }) => shipOrder(ctx.core, ctx.actor, input)),
  deliver: shop(contract.orders.deliver).mutation(({ ctx, input }) => deliverOrder(ctx.core, ctx.actor, input)),
  addNote: shop(contract.orders.addNote).mutation(({ ctx, input }) => addOrderNote(ctx.core, ctx.actor, input)),
  updateAddress: shop(contract.orders.updateAddress).mutation(({ ctx, input }) => updateOrderAddress(ctx.core, ctx.actor, input)),
  previewEdit: shop(contract.orders.previewEdit).mutation(({ ctx, input }) => previewOrderEdit(ctx.core, ctx.actor, input)),
  edit: shop(contract.orders.edit).mutation(({ ctx, input }) => editOrder(ctx.core, ctx.actor, input)),
  withdrawEdit: shop(contract.orders.withdrawEdit).mutation(({ ctx, input }) => withdrawEdit(ctx.core, ctx.actor, input)),
  payEdit: shop(contract.orders.payEdit).mutation(({ ctx, input }) => payEdit(ctx.core, ctx.actor, input, ctx.ip)),
  delete: shop(contract.orders.delete).mutation(({ ctx, input }) => deleteOrder(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
