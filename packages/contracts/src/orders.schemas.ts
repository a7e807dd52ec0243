/** What an order looks like: its lines, parcels, returns, payments and what happened to it. */
import { z } from 'zod';
import { totalsSchema } from './pricing.schemas.ts';
import { addressSchema, cents, instant, quantity, unreadable } from './common.ts';
import { currency } from './currency.ts';
import {
  invoiceId,
  orderEditId,
  orderId,
  orderItemId,
  orderReturnId,
  paymentId,
  productId,
  refundId,
  shipmentId,
  userId,
  variantId,
} from './ids.ts';
import { disputeStatuses, paymentPurposes, paymentStatuses, refundOrigins, refundStatuses } from './payments.contract.ts';
import { orderCreditSchema } from './store-credit.schemas.ts';

export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];
export const orderStatus = z.enum(orderStatuses);
export const cancellationReasons = ['payment_failed', 'expired', 'customer', 'staff', 'returned', 'user_deactivated'] as const;
export type CancellationReason = (typeof cancellationReasons)[number];

/**
 * Why staff should look at an order: paid two days ago and not shipped, a charge undecided for a quarter of an
 * hour, a refund the provider refused, money under dispute, a return that waits for an answer.
 */
export const orderAttentions = ['ship_late', 'payment_undecided', 'refund_failed', 'disputed', 'return_requested'] as const;
export type OrderAttention = (typeof orderAttentions)[number];

export const orderSorts = ['newest', 'oldest', 'total_high', 'total_low'] as const;
export type OrderSort = (typeof orderSorts)[number];

export const orderItemSchema = z
  .object({
    id: orderItemId,
    productId,
    variantId,
    sku: z.string(),
    productName: z.string(),
    variantTitle: z.string(),
    quantity: z.int(),
    /** Units that have left so far. */
    shippedQuantity: z.int(),
    /** Units that a return speaks for, on their way or back already. */
    claimedQuantity: z.int(),
    /** Units that came back. */
    returnedQuantity: z.int(),
    unitPriceCents: cents,
    lineTotalCents: cents,
    discountCents: cents,
    taxCents: cents,
  })
  .meta({ id: 'OrderItem' });

export const shipmentSchema = z
  .object({
    id: shipmentId,
    carrier: z.string(),
    trackingNumber: z.string(),
    trackingUrl: z.string().nullable(),
    items: z.array(z.object({ orderItemId, quantity: z.int() })),
    shippedAt: instant,
    deliveredAt: instant.nullable(),
  })
  .meta({ id: 'Shipment' });

export const orderLogKinds = ['note', 'address', 'edit'] as const;
export type OrderLogKind = (typeof orderLogKinds)[number];

/**
 * `requested` by the buyer; `approved`: the units may come back; `rejected`; `in_transit`: the order was cancelled after
 * they had been shipped; `received`; `written_off`: in transit, and not arrived in time.
 */
export const returnStatuses = ['requested', 'approved', 'rejected', 'in_transit', 'received', 'written_off'] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** Goods on their way back. */
export const orderReturnSchema = z
  .object({
    id: orderReturnId,
    status: z.enum(returnStatuses),
    reason: z.string().nullable().describe('Null when the stored text cannot be read'),
    decisionNote: z.string().nullable(),
    /** Who asked for it: `customer`, `guest`, `staff`, `system`. */
    requestedBy: z.string(),
    items: z.array(
      z.object({
        orderItemId,
        quantity: z.int(),
        receivedQuantity: z.int(),
        restockedQuantity: z.int(),
        refundCents: cents,
      }),
    ),
    /** What is given back for it, to the payment and to gift cards, known once it has arrived; and how far the refund has come. */
    refundCents: cents,
    refundStatus: z.enum(refundStatuses).nullable(),
    createdAt: instant,
    decidedAt: instant.nullable(),
    receivedAt: instant.nullable(),
    /** Until when units in transit are expected; what has not arrived by then is written off. */
    dueAt: instant.nullable(),
    writtenOffAt: instant.nullable(),
  })
  .meta({ id: 'OrderReturn' });
export type OrderReturn = z.infer<typeof orderReturnSchema>;

export const orderEditStatuses = ['awaiting_payment', 'applied', 'lapsed', 'withdrawn'] as const;
export type OrderEditStatus = (typeof orderEditStatuses)[number];

/** A line that an edit touches: how many it has, and how many it had. */
export const editedLineSchema = z.object({
  variantId,
  sku: z.string(),
  productName: z.string(),
  variantTitle: z.string(),
  quantityBefore: z.int(),
  quantity: z.int(),
});

/**
 * A change by staff that costs the buyer more. It takes effect when its difference is paid (`applied`); until then the
 * order stays as it is and nothing of it leaves. `lapsed`: not paid in time; `withdrawn`: taken back. Changes that cost
 * nothing more take effect at once and are in the timeline only.
 */
export const orderEditSchema = z
  .object({
    id: orderEditId,
    status: z.enum(orderEditStatuses),
    /** What is to be paid for it. */
    differenceCents: cents,
    /** What the order costs with it. */
    totalCents: cents,
    /** The lines that it changes. */
    lines: z.array(editedLineSchema),
    /** Whether it also sends the order somewhere else. */
    changesAddress: z.boolean(),
    reason: z.string().nullable(),
    createdAt: instant,
    /** Until when it can be paid. */
    expiresAt: instant,
    decidedAt: instant.nullable(),
  })
  .meta({ id: 'OrderEdit' });
export type OrderEdit = z.infer<typeof orderEditSchema>;

export const orderPaymentSchema = z
  .object({
    id: paymentId,
    /** `order`: what it cost when it was placed; `difference`: what an edit made it dearer by. */
    purpose: z.enum(paymentPurposes),
    provider: z.string(),
    status: z.enum(paymentStatuses),
    amountCents: cents,
    refundedCents: cents,
    failureMessage: z.string().nullable(),
    /** Whether the provider waits for the buyer to confirm. */
    needsAction: z.boolean(),
    /** When the buyer turned to another means of payment. */
    supersededAt: instant.nullable(),
    createdAt: instant,
    capturedAt: instant.nullable(),
    refunds: z.array(
      z.object({
        id: refundId,
        amountCents: cents,
        status: z.enum(refundStatuses),
        origin: z.enum(refundOrigins).describe('`provider`: made in the dashboard of the payment provider.'),
        reason: z.string(),
        createdAt: instant,
      }),
    ),
    disputes: z.array(
      z.object({
        id: z.uuid(),
        amountCents: cents,
        currency: z.string().describe('It may be another currency than the one of the payment.'),
        status: z.enum(disputeStatuses),
        reason: z.string().nullable().describe('The reason of the bank, in the words of the provider.'),
        createdAt: instant,
        closedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'OrderPayment' });

/** One thing that happened to the order, for people to read in order. */
export const timelineEntrySchema = z
  .object({
    at: instant,
    kind: z.enum(['status', 'payment', 'refund', 'shipment', 'invoice', 'note', 'return', 'address', 'edit']),
    title: z.string(),
    detail: z.string().nullable(),
    /** Who did it: `customer`, `staff`, `system`, or `provider` for what was done in the dashboard of the payment provider. */
    actor: z.string(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const orderSummarySchema = z
  .object({
    id: orderId,
    orderNumber: z.string(),
    status: orderStatus,
    paymentStatus: z.enum(paymentStatuses).nullable(),
    /** A word for people, derived: Paid, Unpaid, Failed, Expired, Refunded, Shipped ... */
    label: z.string(),
    cancellationReason: z.enum(cancellationReasons).nullable(),
    attention: z.array(z.enum(orderAttentions)),
    customer: z.object({ userId: userId.nullable(), name: z.string().nullable(), email: z.string().nullable() }).meta({
      description: 'Name and e-mail are null only when `unreadable` names them',
    }),
    unreadable,
    itemCount: z.int(),
    /** Units that have left so far. */
    shippedCount: z.int(),
    /** Units that came back. */
    returnedCount: z.int(),
    currency,
    totalCents: cents,
    placedAt: instant,
  })
  .meta({ id: 'OrderSummary' });
export type OrderSummary = z.infer<typeof orderSummarySchema>;

export const orderNoteSchema = z
  .object({
    id: z.uuid(),
    text: z.string().nullable().describe('Null when the stored text cannot be read'),
    author: z.string(),
    customerVisible: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'OrderNote' });

export const orderSchema = orderSummarySchema
  .extend({
    items: z.array(orderItemSchema),
    totals: totalsSchema,
    shippingAddress: addressSchema.nullable().describe('Null only when `unreadable` names it'),
    /** What the buyer wrote at checkout. */
    notes: z.string().nullable(),
    /** Notes of staff, newest last; the buyer gets only those that are for them. */
    staffNotes: z.array(orderNoteSchema),
    promoCode: z.string().nullable(),
    shipments: z.array(shipmentSchema),
    returns: z.array(orderReturnSchema),
    edits: z.array(orderEditSchema),
    payments: z.array(orderPaymentSchema),
    /** What gift cards and account credit paid of the total. */
    storeCreditCents: cents,
    credits: z.array(orderCreditSchema),
    /** Over what it cost when it was placed; nothing changes it later. */
    invoice: z.object({ id: invoiceId, number: z.string() }).nullable(),
    /** Over what edits made it dearer by. */
    differenceInvoices: z.array(z.object({ id: invoiceId, number: z.string(), totalCents: cents, issuedAt: instant })),
    timeline: z.array(timelineEntrySchema),
    /** Until when the order must be paid; null once it is decided. */
    expiresAt: instant.nullable(),
    updatedAt: instant,
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof orderSchema>;

/** Lines of an order with units of each; a line stands in it once. */
export const orderLinesInput = z
  .array(z.strictObject({ orderItemId, quantity }))
  .min(1)
  .max(500)
  .refine((lines) => new Set(lines.map((line) => line.orderItemId)).size === lines.length, 'must name each line once');
export type OrderLinesInput = z.output<typeof orderLinesInput>;
