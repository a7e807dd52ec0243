/** The timeline of an order: its records as entries, with the sentences that people read. */
import {
  formatMoney,
  type CancellationReason,
  type DisputeStatus,
  type Order,
  type OrderEdit,
  type OrderLogKind,
  type OrderReturn,
  type OrderStatus,
  type TimelineEntry,
} from '@cartwright/contracts';
import { counted, plainWords } from '../kernel/index.ts';
import type { OrderCreditRow } from '../read-models/order-credits.ts';
import type { OrderLogRow, OrderPageRow, StatusChangeRow } from '../read-models/order-page.ts';
import { creditName } from '../store-credit/index.ts';

/** What the timeline says about a cancelled order when nobody wrote a reason. */
const cancelledBecause: Record<CancellationReason, string> = {
  payment_failed: 'The payment failed',
  expired: 'The order was not paid in time',
  customer: 'By the customer',
  staff: 'By staff',
  returned: 'By staff after shipping; the shipped units come back as a return',
  user_deactivated: 'The account was deactivated',
};

/** Shown in place of an unreadable text. */
const unreadableText = 'This text is damaged and cannot be read.';

/** The role in an actor such as `staff:0193…`. */
const roleOf = (actor: string): string => actor.split(':')[0] ?? actor;

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
    entries.push(entry(back.decidedAt, back.status === 'rejected' ? 'Return rejected' : 'Return approved', back.decisionNote, 'staff'));
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
  if (edit.decidedAt && edit.status === 'withdrawn') entries.push(entry(edit.decidedAt, 'Edit withdrawn', 'system'));
  return entries;
};

const deletedTitle = 'Order deleted';

/** The text of the note that the deletion of an order leaves for staff. */
export const deletionNote = (voidedRefunds: number): string =>
  voidedRefunds === 0 ? deletedTitle : `${deletedTitle}; ${counted(voidedRefunds, 'pending refund')} voided`;

/** Whether the entry is the note of the deletion: both are written in one transaction, which has one time. */
const isDeletion = ({ kind, createdAt }: Pick<LogRow, 'kind' | 'createdAt'>, archivedAt: Date | null): boolean =>
  kind === 'note' && createdAt === archivedAt?.toISOString();

/** Who deleted an order; null for an order that is not deleted. */
export const deletedBy = (log: readonly LogRow[], archivedAt: Date | null): string | null => {
  const deletion = log.find((entry) => isDeletion(entry, archivedAt));
  return deletion ? roleOf(deletion.actor) : null;
};

/** An entry of the log, opened; its text is null when it cannot be read. */
export interface LogRow extends Omit<OrderLogRow, 'textSealed'> {
  readonly text: string | null;
}
const logTitles: Record<OrderLogKind, string> = { note: 'Note', address: 'Address changed', edit: 'Order edited' };

const toLogEntry = (entry: LogRow, archivedAt: Date | null): TimelineEntry => {
  const { createdAt: at, kind, text, actor } = entry;
  const title = isDeletion(entry, archivedAt) ? deletedTitle : logTitles[kind];
  return { at, kind, title, detail: text === null ? unreadableText : text === title ? null : text || null, actor: roleOf(actor) };
};

type Payment = OrderPageRow['payments'][number];

/** Why a payment failed, for staff. The code is null for those who may not read payments. */
const failureForStaff = ({ provider, failureCode }: Payment, amount: string): string =>
  `The charge of ${amount} by ${provider} failed${failureCode === null ? '' : `: ${plainWords(failureCode)}`}.`;

const toRefundEntry = (refund: Payment['refunds'][number], currency: string): TimelineEntry => ({
  at: refund.createdAt,
  kind: 'refund',
  title: refund.status === 'processed' ? 'Refunded' : `Refund ${plainWords(refund.status)}`,
  detail: `${formatMoney(refund.amountCents, currency)}: ${refund.reason}`,
  actor: refund.origin === 'provider' ? 'provider' : 'system',
});

const disputeTitles = {
  begun: (status: DisputeStatus): string => (status.startsWith('inquiry') ? 'Inquiry of the bank' : 'Payment disputed'),
  closed: (status: DisputeStatus): string => (status === 'won' ? 'Dispute won' : status === 'lost' ? 'Dispute lost' : 'Inquiry closed'),
};

const toDisputeEntries = ({ status, amountCents, currency, reason, createdAt, closedAt }: Payment['disputes'][number]): TimelineEntry[] => {
  const amount = formatMoney(amountCents, currency);
  const detail = reason === null ? amount : `${amount}: ${plainWords(reason)}`;
  const entry = (at: string, title: string): TimelineEntry => ({ at, kind: 'payment', title, detail, actor: 'provider' });
  const begun = entry(createdAt, disputeTitles.begun(status));
  return closedAt ? [begun, entry(closedAt, disputeTitles.closed(status))] : [begun];
};

const toPaymentEntries = (payment: Payment, currency: string, forStaff: boolean): TimelineEntry[] => {
  const amount = formatMoney(payment.amountCents, currency);
  const entry = (at: string, title: string, detail: string | null): TimelineEntry => ({
    at,
    kind: 'payment',
    title,
    detail,
    actor: 'system',
  });
  const entries: TimelineEntry[] = [];
  if (payment.capturedAt)
    entries.push(
      entry(payment.capturedAt, payment.purpose === 'order' ? 'Payment captured' : 'Difference paid', `${amount} · ${payment.provider}`),
    );
  if (payment.status === 'failed')
    entries.push(entry(payment.createdAt, 'Payment failed', forStaff ? failureForStaff(payment, amount) : payment.failureMessage));
  return [...entries, ...payment.refunds.map((refund) => toRefundEntry(refund, currency)), ...payment.disputes.flatMap(toDisputeEntries)];
};

const toCreditEntries = (credit: OrderCreditRow, currency: string): TimelineEntry[] =>
  credit.back.map(({ createdAt: at, amountCents, reason }) => ({
    at,
    kind: 'refund',
    title: `Refunded to ${creditName(credit)}`,
    detail: [formatMoney(amountCents, currency), reason].filter(Boolean).join(': '),
    actor: 'system',
  }));

const toStatusEntry = ({ createdAt: at, toStatus, note, actor }: StatusChangeRow, reason: CancellationReason | null): TimelineEntry => ({
  at,
  kind: 'status',
  title: statusTitles[toStatus],
  detail: note ?? (toStatus === 'cancelled' ? reason && cancelledBecause[reason] : null),
  actor: roleOf(actor),
});

const toInvoiceEntries = ({ invoice, differenceInvoices }: Pick<OrderPageRow, 'invoice' | 'differenceInvoices'>): TimelineEntry[] => {
  const entry = (at: string, number: string, detail: string | null): TimelineEntry => ({
    at,
    kind: 'invoice',
    title: `Invoice ${number}`,
    detail,
    actor: 'system',
  });
  return [
    ...differenceInvoices.map(({ number, issuedAt }) => entry(issuedAt, number, 'for the edit')),
    ...(invoice ? [entry(invoice.issuedAt, invoice.number, null)] : []),
  ];
};

type Recorded = Pick<
  OrderPageRow,
  'archivedAt' | 'cancellationReason' | 'changes' | 'credits' | 'currency' | 'differenceInvoices' | 'invoice' | 'payments' | 'shipments'
> &
  Pick<Order, 'edits' | 'returns'> & { readonly log: readonly LogRow[] };

/** Everything that happened to an order, oldest first. Staff and the buyer get different sentences about a failed payment. */
export const toTimeline = (order: Recorded, forStaff: boolean): TimelineEntry[] => {
  const { archivedAt, cancellationReason, currency } = order;
  const entries = [
    ...order.changes.map((change) => toStatusEntry(change, cancellationReason)),
    ...order.edits.flatMap(toEditEntries),
    ...order.payments.flatMap((payment) => toPaymentEntries(payment, currency, forStaff)),
    ...order.credits.flatMap((credit) => toCreditEntries(credit, currency)),
    ...order.log.map((entry) => toLogEntry(entry, archivedAt)),
    ...order.shipments.flatMap(toParcelEntries),
    ...order.returns.flatMap(toReturnEntries),
    ...toInvoiceEntries(order),
  ];
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};
