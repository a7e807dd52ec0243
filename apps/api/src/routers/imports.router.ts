/** Catalogue imports. */
import { contract } from '@cartwright/contracts';
import { getCatalogImport, importProducts } from '@cartwright/core/catalog';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

export const importsRouter = {
  create: shop(contract.imports.create).mutation(({ ctx, input }) => importProducts(ctx.core, ctx.actor, input)),
  get: shop(contract.imports.get).query(({ ctx, input }) => getCatalogImport(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
