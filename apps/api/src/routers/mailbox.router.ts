/** The local mailbox. */
import { contract } from '@cartwright/contracts';
import { getMail, listMails } from '@cartwright/core/notifications';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of the local mailbox. */
export const mailboxRouter = {
  list: shop(contract.mailbox.list).query(({ ctx, input }) => listMails(ctx.core, ctx.actor, input)),
  get: shop(contract.mailbox.get).query(({ ctx, input }) => getMail(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
