/** The catalogue. */
import { contract } from '@cartwright/contracts';
import {
  publishProduct,
  addProductImage,
  changeManyProducts,
  createProduct,
  unpublishProduct,
  deleteProduct,
  discountProduct,
  duplicateProduct,
  getProduct,
  getProductCosts,
  listBrands,
  listProducts,
  listTags,
  deleteProductImage,
  reorderProductImages,
  setProductPrice,
  setProductStock,
  updateProduct,
  updateProductImage,
} from '@cartwright/core/catalog';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of products and their variants. */
export const productsRouter = {
  list: shop(contract.products.list).query(({ ctx, input }) => listProducts(ctx.core, ctx.actor, input)),
  get: shop(contract.products.get).query(({ ctx, input }) => getProduct(ctx.core, ctx.actor, input)),
  costs: shop(contract.products.costs).query(({ ctx, input }) => getProductCosts(ctx.core, ctx.actor, input)),
  create: shop(contract.products.create).mutation(({ ctx, input }) => createProduct(ctx.core, ctx.actor, input)),
  update: shop(contract.products.update).mutation(({ ctx, input }) => updateProduct(ctx.core, ctx.actor, input)),
  publish: shop(contract.products.publish).mutation(({ ctx, input }) => publishProduct(ctx.core, ctx.actor, input)),
  unpublish: shop(contract.products.unpublish).mutation(({ ctx, input }) => unpublishProduct(ctx.core, ctx.actor, input)),
  setPrice: shop(contract.products.setPrice).mutation(({ ctx, input }) => setProductPrice(ctx.core, ctx.actor, input)),
  discount: shop(contract.products.discount).mutation(({ ctx, input }) => discountProduct(ctx.core, ctx.actor, input)),
  setStock: shop(contract.products.setStock).mutation(({ ctx, input }) => setProductStock(ctx.core, ctx.actor, input)),
  duplicate: shop(contract.products.duplicate).mutation(({ ctx, input }) => duplicateProduct(ctx.core, ctx.actor, input)),
  bulk: shop(contract.products.bulk).mutation(({ ctx, input }) => changeManyProducts(ctx.core, ctx.actor, input)),
  delete: shop(contract.products.delete).mutation(({ ctx, input }) => deleteProduct(ctx.core, ctx.actor, input)),
  tags: shop(contract.products.tags).query(({ ctx, input }) => listTags(ctx.core, input)),
  brands: shop(contract.products.brands).query(({ ctx, input }) => listBrands(ctx.core, input)),
} satisfies TRPCRouterRecord;

/** The procedures of the images of products. */
export const productImagesRouter = {
  add: shop(contract.productImages.add).mutation(({ ctx, input }) => addProductImage(ctx.core, ctx.actor, input)),
  update: shop(contract.productImages.update).mutation(({ ctx, input }) => updateProductImage(ctx.core, ctx.actor, input)),
  reorder: shop(contract.productImages.reorder).mutation(({ ctx, input }) => reorderProductImages(ctx.core, ctx.actor, input)),
  delete: shop(contract.productImages.delete).mutation(({ ctx, input }) => deleteProductImage(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
