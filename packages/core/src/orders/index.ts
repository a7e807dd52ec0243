export { addOrderNote } from './add-order-note.ts';
export { backdateOrder } from './backdate-order.ts';
export { markOrderCancelled, markOrdersPaid } from './decide-order.ts';
export { createOrderView } from './create-order-view.ts';
export { deleteOrderView } from './delete-order-view.ts';
export { deliverOrder } from './deliver-order.ts';
export { exportOrders } from './export-orders.ts';
export { toOrderSummary } from './order.dto.ts';
export { assertNoOpenEdit, readEditReason } from './order.edits.ts';
export type { LineUnits } from './order.lines.ts';
export { lockOrder, lockOrderOfCart, lockOrderOfPayment, lockOrdersOfPayments } from './order.locks.ts';
export { getOrderRow, type OrderRow } from './order.row.ts';
export { confirmedPage, pageWithOutcome, pageWithPayment, type Confirmation, type WrittenPayment } from './order.written.ts';
export { assertMaySee, ownsOrder, statusInWords } from './order.policy.ts';
export { assertStillPaid, nothingRefunded, type RefundedMoney } from './order.money.ts';
export { logOrder } from './order-log.store.ts';
export { listOrderViews } from './order-view.queries.ts';
export {
  assertNotDeleted,
  describeOrder,
  getOrder,
  listOrders,
  listOrdersOfUser,
  readOrder,
  readOrderCoalesced,
  readOrderVersion,
  readSoldLines,
} from './order.queries.ts';
export { deletionNote } from './order.timeline.ts';
export { assertTransition, mayBecome, orderTransitions } from './order.state.ts';
export { archiveOrder, clearPromoCode, setOrderTotals, touchOrder, type NewExpiry } from './order-change.store.ts';
export { insertOrders, sealOrder, type ChangedOrder, type NewOrder, type SealedOrder } from './order.store.ts';
export { placeOrders, type OrderDraft, type PlacedOrder } from './place-orders.ts';
export { claimPurchases, readPurchaseCounts, releasePurchases, type PurchaseClaim } from './purchase-claim.store.ts';
export { changeOrderLines, claimUnreturnedUnits, releaseReturnUnits } from './order-line.store.ts';
export { claimReturnUnits, takeBackUnits } from './return-units.ts';
export { shortenPaymentTime } from './shorten-payment-time.ts';
export { shipOrder } from './ship-order.ts';
export { updateOrderAddress, writeAddress } from './update-order-address.ts';
export { updateOrderView } from './update-order-view.ts';
