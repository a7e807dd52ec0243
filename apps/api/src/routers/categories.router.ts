/** The category tree. */
import { contract } from '@cartwright/contracts';
import { listCategories } from '@cartwright/core/catalog';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

export const categoriesRouter = {
  tree: shop(contract.categories.tree).query(({ ctx }) => listCategories(ctx.core)),
} satisfies TRPCRouterRecord;
