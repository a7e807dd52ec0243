/** Catalogue imports. */
import { contract } from '@cartwright/contracts';
import {
  appendToImport,
  beginImport,
  cancelImport,
  getCatalogImport,
  importProducts,
  inspectImport,
  listCatalogImports,
  startImport,
} from '@cartwright/core/imports';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of catalogue imports. */
export const importsRouter = {
  create: shop(contract.imports.create).mutation(({ ctx, input }) => importProducts(ctx.core, ctx.actor, input)),
  begin: shop(contract.imports.begin).mutation(({ ctx, input }) => beginImport(ctx.core, ctx.actor, input)),
  append: shop(contract.imports.append).mutation(({ ctx, input }) => appendToImport(ctx.core, ctx.actor, input)),
  inspect: shop(contract.imports.inspect).query(({ ctx, input }) => inspectImport(ctx.core, ctx.actor, input)),
  start: shop(contract.imports.start).mutation(({ ctx, input }) => startImport(ctx.core, ctx.actor, input)),
  cancel: shop(contract.imports.cancel).mutation(({ ctx, input }) => cancelImport(ctx.core, ctx.actor, input)),
  list: shop(contract.imports.list).query(({ ctx, input }) => listCatalogImports(ctx.core, ctx.actor, input)),
  get: shop(contract.imports.get).query(({ ctx, input }) => getCatalogImport(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
