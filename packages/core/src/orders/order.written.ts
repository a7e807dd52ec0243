/** The page of an order from the rows that were just written, as `readOrderPages` would read it, so that an answer needs no read. Pure. */
import type { InvoiceId, PaymentId, PaymentProvider, VariantId } from '@cartwright/contracts';
import { actorName, type Actor } from '../kernel/index.ts';
import type { OrderPageRow } from '../read-models/order-page.ts';
import type { CreditShare } from '../store-credit/index.ts';
import { totalsOf } from './order.dto.ts';
import type { InsertedOrder } from './order.store.ts';

/** The page of an order that was placed in this transaction. */
export const pageOfNewOrder = (
  { id, orderNumber, placedAt, expiresAt, row, lines }: InsertedOrder,
  shares: readonly CreditShare[],
): OrderPageRow => ({
  id,
  orderNumber,
  status: 'pending',
  paymentStatus: null,
  cancellationReason: null,
  userId: row.userId,
  guestTokenHash: row.guestTokenHash,
  emailSealed: row.emailSealed,
  shippingAddressSealed: row.shippingAddressSealed,
  notesSealed: row.notesSealed,
  itemCount: row.itemCount,
  shippedCount: 0,
  returnedCount: 0,
  currency: row.currency,
  ...totalsOf(row),
  taxes: [...row.taxes],
  storeCreditCents: row.storeCreditCents,
  creditReturnedCents: 0,
  promoCode: row.promoCode,
  placedAt,
  expiresAt,
  updatedAt: placedAt,
  archivedAt: null,
  attention: [],
  items: lines.map((line) => ({
    id: line.id,
    productId: line.productId,
    variantId: line.variantId,
    sku: line.sku,
    productName: line.productName,
    variantTitle: line.variantTitle,
    quantity: line.quantity,
    shippedQuantity: 0,
    backorderedQuantity: 0,
    claimedQuantity: 0,
    returnedQuantity: 0,
    unitPriceCents: line.unitPriceCents,
    lineTotalCents: line.lineTotalCents,
    discountCents: line.discountCents,
    taxCents: line.taxCents,
    taxRatePpm: line.taxRatePpm,
  })),
  shipments: [],
  returns: [],
  log: [],
  edits: [],
  differenceInvoices: [],
  payments: [],
  credits: shares
    .map(({ credit: { creditId, kind, lastFour }, cents }) => ({
      creditId,
      kind,
      lastFour,
      amountCents: cents,
      returnedCents: 0,
      back: [],
    }))
    .toSorted((a, b) => Number(a.kind === 'account') - Number(b.kind === 'account') || (a.creditId < b.creditId ? -1 : 1)),
  invoice: null,
  changes: [{ toStatus: 'pending', actor: row.placedBy, note: null, createdAt: placedAt.toISOString() }],
});

/** A payment attempt that was just written. */
export interface WrittenPayment {
  readonly id: PaymentId;
  readonly provider: PaymentProvider;
  readonly amountCents: number;
  readonly createdAt: Date;
}

/** The page of a new order with its first payment attempt. */
export const pageWithPayment = (page: OrderPageRow, { id, provider, amountCents, createdAt }: WrittenPayment): OrderPageRow => ({
  ...page,
  paymentStatus: 'pending',
  payments: [
    {
      id,
      purpose: 'order',
      provider,
      status: 'pending',
      amountCents,
      refundedCents: 0,
      failureMessage: null,
      failureCode: null,
      needsAction: false,
      supersededAt: null,
      createdAt: createdAt.toISOString(),
      capturedAt: null,
      refunds: [],
      disputes: [],
    },
  ],
});

/** What the confirmation of an order wrote. */
export interface Confirmation {
  readonly actor: Actor;
  readonly confirmedAt: Date;
  /** Units of the order that were not on hand. */
  readonly backordered: ReadonlyMap<VariantId, number>;
  readonly invoice: { readonly id: InvoiceId; readonly number: string; readonly issuedAt: Date };
}

/** The page of a pending order after its confirmation. */
export const confirmedPage = (page: OrderPageRow, { actor, confirmedAt, backordered, invoice }: Confirmation): OrderPageRow => ({
  ...page,
  status: 'confirmed',
  expiresAt: null,
  updatedAt: confirmedAt,
  items: page.items.map((item) => ({ ...item, backorderedQuantity: backordered.get(item.variantId) ?? 0 })),
  invoice: { id: invoice.id, number: invoice.number, issuedAt: invoice.issuedAt.toISOString() },
  changes: [...page.changes, { toStatus: 'confirmed', actor: actorName(actor), note: null, createdAt: confirmedAt.toISOString() }],
});

/** The page of a new order with the outcome of its payment attempt. */
export const pageWithOutcome = (
  page: OrderPageRow,
  outcome: Partial<Pick<OrderPageRow['payments'][number], 'status' | 'needsAction' | 'capturedAt' | 'failureMessage' | 'failureCode'>>,
): OrderPageRow => ({
  ...page,
  paymentStatus: outcome.status ?? page.paymentStatus,
  payments: page.payments.map((payment) => ({ ...payment, ...outcome })),
});
