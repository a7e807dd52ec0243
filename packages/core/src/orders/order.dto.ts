/** Rows -> contract shapes, with the labels that people read. */
import { addressSchema, type Address, type CancellationReason, type OrderId, type OrderSummary, type Totals } from '@cartwright/contracts';
import { createFieldReader, type FieldReader, type Sealer } from '../kernel/index.ts';
import type { OrderSummaryRow } from '../read-models/order-summary.ts';

const cancelledLabels: Record<CancellationReason, string> = {
  payment_failed: 'Not paid',
  expired: 'Expired',
  customer: 'Cancelled',
  staff: 'Cancelled',
  returned: 'Returned',
  user_deactivated: 'Cancelled',
};

/** The label of an order, derived from status, reason and payment; never stored. */
const orderLabel = ({
  status,
  archivedAt,
  cancellationReason: reason,
  paymentStatus: payment,
  itemCount,
  shippedCount,
  returnedCount,
  storeCreditCents: credit,
  creditReturnedCents: creditBack,
  totalCents,
}: Pick<
  OrderSummaryRow,
  | 'status'
  | 'archivedAt'
  | 'cancellationReason'
  | 'paymentStatus'
  | 'itemCount'
  | 'shippedCount'
  | 'returnedCount'
  | 'storeCreditCents'
  | 'creditReturnedCents'
  | 'totalCents'
>): string => {
  if (archivedAt !== null) return 'Deleted';
  // An order that was edited to cost nothing is to be shipped like any other, although its money is back.
  const costsNothing = totalCents === 0;
  const chargeIsBack = payment === 'refunded' || (payment === null && credit > 0);
  if (!costsNothing && chargeIsBack && creditBack === credit) return 'Refunded';
  if (payment === 'disputed') return 'Disputed';
  if (status === 'cancelled') return reason ? cancelledLabels[reason] : 'Cancelled';
  if (returnedCount > 0) return returnedCount === itemCount ? 'Returned' : 'Partly returned';
  if (!costsNothing && (payment === 'partially_refunded' || payment === 'refunded' || creditBack > 0)) return 'Partly refunded';
  if (status === 'confirmed' && shippedCount > 0) return 'Partly shipped';
  if (status === 'pending' && payment === 'failed') return 'Declined, can be paid';
  return { pending: 'Unpaid', confirmed: 'Paid', shipped: 'Shipped', delivered: 'Delivered' }[status];
};

const addressPlace = (orderId: OrderId) => ['orders', 'shipping_address_sealed', orderId] as const;

/** The address of an order, or null when it cannot be read. */
export const readAddress = (fields: FieldReader, orderId: OrderId, sealed: string): Address | null =>
  fields.json('shippingAddress', addressPlace(orderId), sealed, addressSchema);

/** The totals of an order, out of its row. */
export const totalsOf = ({ subtotalCents, discountCents, shippingCents, taxCents, totalCents, taxIncluded }: Totals): Totals => ({
  subtotalCents,
  discountCents,
  shippingCents,
  taxCents,
  totalCents,
  taxIncluded,
});

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
      name: address && [address.firstName, address.lastName].filter(Boolean).join(' '),
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
