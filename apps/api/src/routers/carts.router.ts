/** Carts. */
import { contract } from '@cartwright/contracts';
import {
  addCartItem,
  addCartItems,
  addToMyCart,
  removeFromMyCart,
  applyCartCredit,
  applyPromoCode,
  clearCart,
  createCart,
  getCart,
  getMyCart,
  listActiveCarts,
  mergeCarts,
  removeCartCredit,
  removeCartItem,
  removePromoCode,
  updateCart,
  setCartShipping,
  updateCartItem,
} from '@cartwright/core/carts';
import { quoteCart } from '@cartwright/core/checkout';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of carts. */
export const cartsRouter = {
  create: shop(contract.carts.create).mutation(({ ctx, input }) => createCart(ctx.core, ctx.actor, input)),
  get: shop(contract.carts.get).query(({ ctx, input }) => getCart(ctx.core, ctx.actor, input)),
  mine: shop(contract.carts.mine).query(({ ctx }) => getMyCart(ctx.core, ctx.actor)),
  listActive: shop(contract.carts.listActive).query(({ ctx, input }) => listActiveCarts(ctx.core, ctx.actor, input)),
  update: shop(contract.carts.update).mutation(({ ctx, input }) => updateCart(ctx.core, ctx.actor, input)),
  merge: shop(contract.carts.merge).mutation(({ ctx, input }) => mergeCarts(ctx.core, ctx.actor, input)),
  addItem: shop(contract.carts.addItem).mutation(({ ctx, input }) => addCartItem(ctx.core, ctx.actor, input)),
  addToMine: shop(contract.carts.addToMine).mutation(({ ctx, input }) => addToMyCart(ctx.core, ctx.actor, input)),
  removeFromMine: shop(contract.carts.removeFromMine).mutation(({ ctx, input }) => removeFromMyCart(ctx.core, ctx.actor, input)),
  addItems: shop(contract.carts.addItems).mutation(({ ctx, input }) => addCartItems(ctx.core, ctx.actor, input)),
  updateItem: shop(contract.carts.updateItem).mutation(({ ctx, input }) => updateCartItem(ctx.core, ctx.actor, input)),
  removeItem: shop(contract.carts.removeItem).mutation(({ ctx, input }) => removeCartItem(ctx.core, ctx.actor, input)),
  clear: shop(contract.carts.clear).mutation(({ ctx, input }) => clearCart(ctx.core, ctx.actor, input)),
  applyCode: shop(contract.carts.applyCode).mutation(({ ctx, input }) => applyPromoCode(ctx.core, ctx.actor, input, ctx.ip)),
  quote: shop(contract.carts.quote).mutation(({ ctx, input }) => quoteCart(ctx.core, ctx.actor, input)),
  setShipping: shop(contract.carts.setShipping).mutation(({ ctx, input }) => setCartShipping(ctx.core, ctx.actor, input)),
  removeCode: shop(contract.carts.removeCode).mutation(({ ctx, input }) => removePromoCode(ctx.core, ctx.actor, input)),
  applyCredit: shop(contract.carts.applyCredit).mutation(({ ctx, input }) => applyCartCredit(ctx.core, ctx.actor, input, ctx.ip)),
  removeCredit: shop(contract.carts.removeCredit).mutation(({ ctx, input }) => removeCartCredit(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
