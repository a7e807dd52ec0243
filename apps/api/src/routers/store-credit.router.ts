/** Gift cards and store credit. */
import { contract } from '@cartwright/contracts';
import {
  adjustCredit,
  checkGiftCard,
  grantCredit,
  issueGiftCard,
  listCreditMovements,
  listMyCredit,
  listStoreCredits,
  setCreditState,
} from '@cartwright/core/store-credit';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of gift cards and store credit. */
export const storeCreditRouter = {
  list: shop(contract.storeCredit.list).query(({ ctx, input }) => listStoreCredits(ctx.core, ctx.actor, input)),
  ledger: shop(contract.storeCredit.ledger).query(({ ctx, input }) => listCreditMovements(ctx.core, ctx.actor, input)),
  issueGiftCard: shop(contract.storeCredit.issueGiftCard).mutation(({ ctx, input }) => issueGiftCard(ctx.core, ctx.actor, input)),
  grant: shop(contract.storeCredit.grant).mutation(({ ctx, input }) => grantCredit(ctx.core, ctx.actor, input)),
  adjust: shop(contract.storeCredit.adjust).mutation(({ ctx, input }) => adjustCredit(ctx.core, ctx.actor, input)),
  setState: shop(contract.storeCredit.setState).mutation(({ ctx, input }) => setCreditState(ctx.core, ctx.actor, input)),
  mine: shop(contract.storeCredit.mine).query(({ ctx }) => listMyCredit(ctx.core, ctx.actor)),
  checkGiftCard: shop(contract.storeCredit.checkGiftCard).mutation(({ ctx, input }) => checkGiftCard(ctx.core, ctx.actor, input, ctx.ip)),
} satisfies TRPCRouterRecord;
