export { markOrderCancelled, markOrderPaid } from './close-order.ts';
export { deliverOrder } from './deliver-order.ts';
export { orderLabel, toOrderSummary, type OrderSummaryRow } from './order.dto.ts';
export { getOrderRow, lockOrder, lockOrderOfCart, type OrderRow } from './order.locks.ts';
export { assertMaySee, ownsOrder } from './order.policy.ts';
export { getOrder, listOrders, orderSummaryColumns, readOrder } from './order.queries.ts';
export { assertTransition, mayBecome, orderTransitions } from './order.state.ts';
export { placeOrder, type OrderDraft } from './place-order.ts';
export { shipOrder } from './ship-order.ts';
