export { cancelOrder } from './cancel-order.ts';
export { deleteOrder } from './delete-order.ts';
export { expireOrders, expireOrdersOfAllocation } from './expire-orders.ts';
