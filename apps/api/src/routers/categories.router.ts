/** The category tree, and collections. */
import { contract } from '@cartwright/contracts';
import {
  createCategory,
  createCollection,
  deleteCategory,
  deleteCollection,
  getCategory,
  listCategories,
  listCollections,
  reorderCategories,
  updateCategory,
  updateCollection,
} from '@cartwright/core/catalog';
import { listCollectionProducts } from '@cartwright/core/search';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of the category tree. */
export const categoriesRouter = {
  tree: shop(contract.categories.tree).query(({ ctx }) => listCategories(ctx.core)),
  get: shop(contract.categories.get).query(({ ctx, input }) => getCategory(ctx.core, input)),
  create: shop(contract.categories.create).mutation(({ ctx, input }) => createCategory(ctx.core, ctx.actor, input)),
  update: shop(contract.categories.update).mutation(({ ctx, input }) => updateCategory(ctx.core, ctx.actor, input)),
  reorder: shop(contract.categories.reorder).mutation(({ ctx, input }) => reorderCategories(ctx.core, ctx.actor, input)),
  delete: shop(contract.categories.delete).mutation(({ ctx, input }) => deleteCategory(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;

/** The procedures of collections. */
export const collectionsRouter = {
  list: shop(contract.collections.list).query(({ ctx }) => listCollections(ctx.core, ctx.actor)),
  products: shop(contract.collections.products).query(({ ctx, input }) => listCollectionProducts(ctx.core, ctx.actor, input)),
  create: shop(contract.collections.create).mutation(({ ctx, input }) => createCollection(ctx.core, ctx.actor, input)),
  update: shop(contract.collections.update).mutation(({ ctx, input }) => updateCollection(ctx.core, ctx.actor, input)),
  delete: shop(contract.collections.delete).mutation(({ ctx, input }) => deleteCollection(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
