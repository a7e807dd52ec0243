export { cancelOrder } from './cancel-order.ts';
export { completeCheckout } from './complete-checkout.ts';
export { expireOrders } from './expire-orders.ts';
export { validateCheckout } from './validate-checkout.ts';
