export { completeCheckout, type CheckoutCall } from './complete-checkout.ts';
export { getCheckoutStatus } from './checkout.queries.ts';
export { retryPayment } from './retry-payment.ts';
export { listShippingOptions } from './list-shipping-options.ts';
export { quoteCart } from './quote-cart.ts';
export { summarizeCheckout, validateCheckout } from './validate-checkout.ts';
