/** Invoices. */
import { contract } from '@cartwright/contracts';
import { listInvoices } from '@cartwright/core/invoicing';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of invoices. */
export const invoicesRouter = {
  list: shop(contract.invoices.list).query(({ ctx, input }) => listInvoices(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
