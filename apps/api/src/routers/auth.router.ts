/** Sign-up, sign-in and sessions. */
import { contract } from '@cartwright/contracts';
import { createOwner, getMe, getSetup, refreshSession, registerCustomer, signIn, signOut, verifyToken } from '@cartwright/core/accounts';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of sign-up, sign-in and sessions. */
export const authRouter = {
  register: shop(contract.auth.register).mutation(({ ctx, input }) => registerCustomer(ctx.core, ctx.actor, input)),
  login: shop(contract.auth.login).mutation(({ ctx, input }) => signIn(ctx.core, ctx.actor, input)),
  refresh: shop(contract.auth.refresh).mutation(({ ctx, input }) => refreshSession(ctx.core, ctx.actor, input)),
  logout: shop(contract.auth.logout).mutation(({ ctx }) => signOut(ctx.core, ctx.actor)),
  setup: shop(contract.auth.setup).query(({ ctx }) => getSetup(ctx.core)),
  createOwner: shop(contract.auth.createOwner).mutation(({ ctx, input }) => createOwner(ctx.core, input, ctx.ip)),
  me: shop(contract.auth.me).query(({ ctx }) => getMe(ctx.core, ctx.actor)),
  verify: shop(contract.auth.verify).query(({ ctx }) => verifyToken(ctx.core, ctx.actor)),
} satisfies TRPCRouterRecord;
