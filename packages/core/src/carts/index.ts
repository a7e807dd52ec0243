export { applyPromoCode, removePromoCode } from './apply-promo-code.ts';
export { getCartRow, lockCart, type CartRow } from './cart.locks.ts';
export { getCart, promotionsOf, readCartLines, toCart, totalCartRow, type CartLine, type CartSums } from './cart.queries.ts';
export { addCartItem, addCartItems, clearCart, removeCartItem, updateCartItem } from './change-cart-items.ts';
export { convertCart } from './convert-cart.ts';
export { createCart } from './create-cart.ts';
export { priceCartLines, type PricedLine } from './price-cart-lines.ts';
