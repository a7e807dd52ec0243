/** Price lists and the history of prices. */
import { contract } from '@cartwright/contracts';
import {
  createPriceList,
  getLowestPrices,
  getPriceHistory,
  listPriceLists,
  listPrices,
  deletePriceList,
  setPrices,
  updatePriceList,
} from '@cartwright/core/pricing';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of price lists and of the history of prices. */
export const priceListsRouter = {
  list: shop(contract.priceLists.list).query(({ ctx, input }) => listPriceLists(ctx.core, ctx.actor, input)),
  create: shop(contract.priceLists.create).mutation(({ ctx, input }) => createPriceList(ctx.core, ctx.actor, input)),
  update: shop(contract.priceLists.update).mutation(({ ctx, input }) => updatePriceList(ctx.core, ctx.actor, input)),
  delete: shop(contract.priceLists.delete).mutation(({ ctx, input }) => deletePriceList(ctx.core, ctx.actor, input)),
  prices: shop(contract.priceLists.prices).query(({ ctx, input }) => listPrices(ctx.core, ctx.actor, input)),
  setPrices: shop(contract.priceLists.setPrices).mutation(({ ctx, input }) => setPrices(ctx.core, ctx.actor, input)),
  history: shop(contract.priceLists.history).query(({ ctx, input }) => getPriceHistory(ctx.core, ctx.actor, input)),
  lowestPrices: shop(contract.priceLists.lowestPrices).query(({ ctx, input }) => getLowestPrices(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
