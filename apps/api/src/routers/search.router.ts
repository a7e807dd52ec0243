/** Search in the published catalogue. */
import { contract } from '@cartwright/contracts';
import {
  findReindex,
  listSimilarProducts,
  listTrendingProducts,
  searchProducts,
  startReindex,
  suggestProducts,
} from '@cartwright/core/search';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of search in the published catalogue. */
export const searchRouter = {
  products: shop(contract.search.products).query(({ ctx, input }) => searchProducts(ctx.core, ctx.actor, input)),
  suggest: shop(contract.search.suggest).query(({ ctx, input }) => suggestProducts(ctx.core, input)),
  similar: shop(contract.search.similar).query(({ ctx, input }) => listSimilarProducts(ctx.core, input)),
  trending: shop(contract.search.trending).query(({ ctx, input }) => listTrendingProducts(ctx.core, input)),
  reindex: shop(contract.search.reindex).mutation(({ ctx }) => startReindex(ctx.core, ctx.actor)),
  reindexProgress: shop(contract.search.reindexProgress).query(({ ctx }) => findReindex(ctx.core, ctx.actor)),
} satisfies TRPCRouterRecord;
