/** The catalogue. */
import { contract } from '@cartwright/contracts';
import { createProduct, deleteProduct, getProduct, listProducts, updateProduct } from '@cartwright/core/catalog';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

export const productsRouter = {
  list: shop(contract.products.list).query(({ ctx, input }) => listProducts(ctx.core, ctx.actor, input)),
  get: shop(contract.products.get).query(({ ctx, input }) => getProduct(ctx.core, ctx.actor, input)),
  create: shop(contract.products.create).mutation(({ ctx, input }) => createProduct(ctx.core, ctx.actor, input)),
  update: shop(contract.products.update).mutation(({ ctx, input }) => updateProduct(ctx.core, ctx.actor, input)),
  delete: shop(contract.products.delete).mutation(({ ctx, input }) => deleteProduct(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
