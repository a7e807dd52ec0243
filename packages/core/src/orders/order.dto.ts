/** Rows -> contract shapes, with the labels that people read. */
import {
  addressSchema,
  type Address,
  type CancellationReason,
  type Order,
  type OrderEdit,
  type OrderId,
  type OrderLogKind,
  type OrderReturn,
  type OrderStatus,
  type OrderSummary,
  type TimelineEntry,
} from '@cartwright/contracts';
import { createFieldReader, type FieldReader, type Sealer } from '../kernel/index.ts';
import type { OrderCreditRow } from '../read-models/order-credits.ts';
import type { OrderLogRow, StatusChangeRow } from '../read-models/order-page.ts';
import type { OrderSummaryRow } from '../read-models/order-summary.ts';
import { creditName } from '../store-credit/index.ts';

const cancelledLabels: Record<CancellationReason, string> = {
  payment_failed: 'Failed',
  expired: 'Expired',
  customer: 'Cancelled',
  staff: 'Cancelled',
  returned: 'Returned',
  user_deactivated: 'Cancelled',
};

/** What the timeline says about a cancelled order when nobody wrote a reason. */
const cancelledBecause: Record<CancellationReason, string> = {
  payment_failed: 'The payment failed',
  expired: 'The order was not paid in time',
  customer: 'By the customer',
  staff: 'By staff',
  returned: 'By staff after shipping; the shipped units come back as a return',
  user_deactivated: 'The account was deactivated',
};

/** The label of an order, derived from status, reason and payment; never stored. */
const orderLabel = ({
  status,
  cancellationReason: reason,
  paymentStatus: payment,
  itemCount,
  shippedCount,
  returnedCount,
  storeCreditCents: credit,
  creditReturnedCents: creditBack,
}: Pick<
  OrderSummaryRow,
  | 'status'
  | 'cancellationReason'
  | 'paymentStatus'
  | 'itemCount'
  | 'shippedCount'
  | 'returnedCount'
  | 'storeCreditCents'
  | 'creditReturnedCents'
>): string => {
  const chargeIsBack = payment === 'refunded' || (payment === null && credit > 0);
  if (chargeIsBack && creditBack === credit) return 'Refunded';
  if (payment === 'disputed') return 'Disputed';
  if (status === 'cancelled') return reason ? cancelledLabels[reason] : 'Cancelled';
  if (returnedCount > 0) return returnedCount === itemCount ? 'Returned' : 'Partly returned';
  if (payment === 'partially_refunded' || payment === 'refunded' || creditBack > 0) return 'Partly refunded';
  if (status === 'confirmed' && shippedCount > 0) return 'Partly shipped';
  if (status === 'pending' && payment === 'failed') return 'Failed';
  return { pending: 'Unpaid', confirmed: 'Paid', shipped: 'Shipped', delivered: 'Delivered' }[status];
};

const addressPlace = (orderId: OrderId) => ['orders', 'shipping_address_sealed', orderId] as const;

/** The address of an order, or null when it cannot be read. */
export const readAddress = (fields: FieldReader, orderId: OrderId, sealed: string): Address | null =>
  fields.json('shippingAddress', addressPlace(orderId), sealed, addressSchema);

/** The list entry of an order. `fields` collects unreadable fields. */
export const summaryOf = (fields: FieldReader, row: OrderSummaryRow): Omit<OrderSummary, 'unreadable'> => {
  const address = readAddress(fields, row.id, row.shippingAddressSealed);
  return {
    id: row.id,
    orderNumber: row.orderNumber,
    status: row.status,
    paymentStatus: row.paymentStatus,
    label: orderLabel(row),
    cancellationReason: row.cancellationReason,
    attention: row.attention,
    customer: {
      userId: row.userId,
      name: address && `${address.firstName} ${address.lastName}`,
      email: fields.text('customer.email', ['orders', 'email_sealed', row.id], row.emailSealed),
    },
    itemCount: row.itemCount,
    shippedCount: row.shippedCount,
    returnedCount: row.returnedCount,
    currency: row.currency,
    totalCents: row.totalCents,
    placedAt: row.placedAt.toISOString(),
  };
};

/** The list entry of an order. */
export const toOrderSummary = (sealer: Sealer, row: OrderSummaryRow): OrderSummary => {
  const fields = createFieldReader(sealer);
  return { ...summaryOf(fields, row), unreadable: fields.unreadable };
};

/** Shown in place of an unreadable text. */
const unreadableText = 'This text is damaged and cannot be read.';

const statusTitles: Record<OrderStatus, string> = {
  pending: 'Order placed',
  confirmed: 'Payment received, order confirmed',
  shipped: 'Shipped',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
};

const toParcelEntries = (parcel: Order['shipments'][number]): TimelineEntry[] => {
  const units = parcel.items.reduce((sum, item) => sum + item.quantity, 0);
  const { carrier, trackingNumber, shippedAt, deliveredAt } = parcel;
  const sent: TimelineEntry = {
    at: shippedAt,
    kind: 'shipment',
    title: `Handed to ${carrier}`,
    detail: `${trackingNumber} · ${units} ${units === 1 ? 'unit' : 'units'}`,
    actor: 'staff',
  };
  return deliveredAt
    ? [sent, { at: deliveredAt, kind: 'shipment', title: 'Parcel delivered', detail: trackingNumber, actor: 'staff' }]
    : [sent];
};

const toReturnEntries = (back: OrderReturn): TimelineEntry[] => {
  const units = (of: 'quantity' | 'receivedQuantity') => {
    const count = back.items.reduce((sum, item) => sum + item[of], 0);
    return `${count} ${count === 1 ? 'unit' : 'units'}`;
  };
  const entry = (at: string, title: string, detail: string | null, actor: string): TimelineEntry => ({
    at,
    kind: 'return',
    title,
    detail,
    actor,
  });
  // The shop itself opens a return when an order with shipped units is cancelled.
  const expected = back.requestedBy === 'system';
  const entries = [
    entry(
      back.createdAt,
      expected ? 'Units in transit' : 'Return requested',
      `${units('quantity')}: ${back.reason ?? unreadableText}`,
      back.requestedBy,
    ),
  ];
  if (back.decidedAt && !expected)
    entries.push(entry(back.decidedAt, back.status === 'rejected' ? 'Return refused' : 'Return approved', back.decisionNote, 'staff'));
  if (back.writtenOffAt) entries.push(entry(back.writtenOffAt, 'Units written off', `${units('quantity')} did not arrive`, 'system'));
  if (back.receivedAt) entries.push(entry(back.receivedAt, 'Return received', units('receivedQuantity'), 'staff'));
  return entries;
};

/** Timeline entries of an edit; the applied change itself is in the log. */
const toEditEntries = (edit: OrderEdit): TimelineEntry[] => {
  const lines = edit.lines.map((line) => `${line.quantityBefore} → ${line.quantity} × ${line.productName}`);
  const detail = [...lines, ...(edit.changesAddress ? ['another address'] : [])].join(', ');
  const entry = (at: string, title: string, actor: string): TimelineEntry => ({ at, kind: 'edit', title, detail, actor });
  const entries = [entry(edit.createdAt, 'Change proposed, waits for its payment', 'staff')];
  if (edit.decidedAt && edit.status === 'lapsed')
    entries.push(entry(edit.decidedAt, 'Change not paid, the order stays as it was', 'system'));
  if (edit.decidedAt && edit.status === 'withdrawn') entries.push(entry(edit.decidedAt, 'Change withdrawn', 'system'));
  return entries;
};

/** An entry of the log, opened; its text is null when it cannot be read. */
export interface LogRow extends Omit<OrderLogRow, 'textSealed'> {
  readonly text: string | null;
}
const logTitles: Record<OrderLogKind, string> = { note: 'Note', address: 'Address changed', edit: 'Order changed' };

const toLogEntry = ({ createdAt: at, kind, text, actor }: LogRow): TimelineEntry => ({
  at,
  kind,
  title: logTitles[kind],
  detail: text === null ? unreadableText : text || null,
  actor: actor.split(':')[0] ?? actor,
});

const toCreditEntries = (credit: OrderCreditRow): TimelineEntry[] =>
  credit.back.map(({ createdAt: at, reason: detail }) => ({
    at,
    kind: 'refund',
    title: `Refunded to ${creditName(credit)}`,
    detail,
    actor: 'system',
  }));

type Dispute = Order['payments'][number]['disputes'][number];
const disputeTitles = {
  begun: (status: Dispute['status']): string => (status.startsWith('inquiry') ? 'Inquiry of the bank' : 'Payment disputed'),
  closed: (status: Dispute['status']): string => (status === 'won' ? 'Dispute won' : status === 'lost' ? 'Dispute lost' : 'Inquiry closed'),
};

/** Everything that happened to an order, oldest first. */
export const toTimeline = (
  order: Pick<Order, 'edits' | 'differenceInvoices' | 'payments' | 'shipments' | 'returns' | 'invoice' | 'cancellationReason'> & {
    invoiceIssuedAt: string | null;
  },
  changes: readonly StatusChangeRow[],
  log: readonly LogRow[],
  credits: readonly OrderCreditRow[],
): TimelineEntry[] => {
  const entries: TimelineEntry[] = changes.map((change) => ({
    at: change.createdAt,
    kind: 'status',
    title: statusTitles[change.toStatus],
    detail:
      change.note ?? (change.toStatus === 'cancelled' ? order.cancellationReason && cancelledBecause[order.cancellationReason] : null),
    actor: change.actor.split(':')[0] ?? change.actor,
  }));
  entries.push(...order.edits.flatMap(toEditEntries));
  for (const { number, issuedAt } of order.differenceInvoices)
    entries.push({ at: issuedAt, kind: 'invoice', title: `Invoice ${number}`, detail: 'over the change', actor: 'system' });
  for (const payment of order.payments) {
    if (payment.capturedAt)
      entries.push({
        at: payment.capturedAt,
        kind: 'payment',
        title: payment.purpose === 'order' ? 'Payment captured' : 'Difference paid',
        detail: payment.provider,
        actor: 'system',
      });
    if (payment.status === 'failed')
      entries.push({ at: payment.createdAt, kind: 'payment', title: 'Payment failed', detail: payment.failureMessage, actor: 'system' });
    for (const refund of payment.refunds)
      entries.push({
        at: refund.createdAt,
        kind: 'refund',
        title: refund.status === 'processed' ? 'Refunded' : `Refund ${refund.status}`,
        detail: refund.reason,
        actor: refund.origin === 'provider' ? 'provider' : 'system',
      });
    for (const dispute of payment.disputes) {
      const detail = dispute.reason;
      entries.push({ at: dispute.createdAt, kind: 'payment', title: disputeTitles.begun(dispute.status), detail, actor: 'provider' });
      if (dispute.closedAt)
        entries.push({ at: dispute.closedAt, kind: 'payment', title: disputeTitles.closed(dispute.status), detail, actor: 'provider' });
    }
  }
  entries.push(...credits.flatMap(toCreditEntries), ...log.map((row) => toLogEntry(row)));
  entries.push(...order.shipments.flatMap(toParcelEntries), ...order.returns.flatMap(toReturnEntries));
  if (order.invoice && order.invoiceIssuedAt)
    entries.push({ at: order.invoiceIssuedAt, kind: 'invoice', title: `Invoice ${order.invoice.number}`, detail: null, actor: 'system' });
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};
