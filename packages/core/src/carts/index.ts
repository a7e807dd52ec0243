export { addToMyCart } from './add-to-my-cart.ts';
export { announceAbandonedCarts } from './announce-abandoned-carts.ts';
export { applyCartCredit, removeCartCredit } from './apply-cart-credit.ts';
export { applyPromoCode, removePromoCode } from './apply-promo-code.ts';
export { assertOpen, getCartRow, lockCarts, noteOf, type CartRow } from './cart.locks.ts';
export {
  getCart,
  getMyCart,
  promotionsOf,
  readCartLines,
  sumCart,
  toCart,
  totalCartRow,
  type CartLine,
  type CartSums,
} from './cart.queries.ts';
export { addCartItem, addCartItems, clearCart, removeCartItem, updateCartItem } from './change-cart-items.ts';
export { readPromos } from './cart.promos.ts';
export { readOfferedLines, type OfferedLine } from './cart.offers.ts';
export { convertCarts } from './cart.store.ts';
export { createCart } from './create-cart.ts';
export { listActiveCarts } from './list-active-carts.ts';
export { mergeCarts } from './merge-carts.ts';
export { removeFromMyCart } from './remove-from-my-cart.ts';
export { updateCart } from './update-cart.ts';
export { setCartShipping } from './set-cart-shipping.ts';
