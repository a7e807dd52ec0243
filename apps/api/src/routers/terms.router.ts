/** Terms of the shop: settings, tax, shipping. */
import { contract } from '@cartwright/contracts';
import { assignTaxClass } from '@cartwright/core/catalog';
import {
  createShippingMethod,
  getShopSettings,
  getTaxRate,
  listShippingMethods,
  listTaxRates,
  deleteShippingMethod,
  deleteTaxRate,
  saveTaxRate,
  updateShippingMethod,
  updateShopSettings,
} from '@cartwright/core/pricing';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of the settings of the shop. */
export const settingsRouter = {
  get: shop(contract.settings.get).query(({ ctx }) => getShopSettings(ctx.core, ctx.actor)),
  update: shop(contract.settings.update).mutation(({ ctx, input }) => updateShopSettings(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;

/** The procedures of tax rates. */
export const taxRouter = {
  rate: shop(contract.tax.rate).query(({ ctx, input }) => getTaxRate(ctx.core, input)),
  list: shop(contract.tax.list).query(({ ctx, input }) => listTaxRates(ctx.core, ctx.actor, input)),
  save: shop(contract.tax.save).mutation(({ ctx, input }) => saveTaxRate(ctx.core, ctx.actor, input)),
  delete: shop(contract.tax.delete).mutation(({ ctx, input }) => deleteTaxRate(ctx.core, ctx.actor, input)),
  assignClass: shop(contract.tax.assignClass).mutation(({ ctx, input }) => assignTaxClass(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;

/** The procedures of shipping methods. */
export const shippingRouter = {
  list: shop(contract.shipping.list).query(({ ctx, input }) => listShippingMethods(ctx.core, ctx.actor, input)),
  create: shop(contract.shipping.create).mutation(({ ctx, input }) => createShippingMethod(ctx.core, ctx.actor, input)),
  update: shop(contract.shipping.update).mutation(({ ctx, input }) => updateShippingMethod(ctx.core, ctx.actor, input)),
  delete: shop(contract.shipping.delete).mutation(({ ctx, input }) => deleteShippingMethod(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
