/** Schemas of an order: lines, parcels, returns, payments and timeline. */
import { z } from 'zod';
import { totalsSchema } from './pricing.schemas.ts';
import { addressSchema, cents, instant, quantity, unreadable } from './common.ts';
import { currency } from './currency.ts';
import {
  idOf,
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
export const orderStatus = z.enum(orderStatuses).meta({
  description:
    '`pending`: not paid yet; `confirmed`: paid; `shipped`: all units were sent; `delivered`: all units arrived; `cancelled`. The last two do not change.',
});
export const cancellationReasons = ['payment_failed', 'expired', 'customer', 'staff', 'returned', 'user_deactivated'] as const;
export type CancellationReason = (typeof cancellationReasons)[number];

/**
 * Why an order needs attention: paid two days ago and not shipped, a charge undecided for 15 minutes, a refund that the
 * provider refused, a payment under dispute, a return that waits for a decision.
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
    /** Units shipped so far. */
    shippedQuantity: z.int(),
    /** Units in returns, received or not. */
    claimedQuantity: z.int(),
    /** Units received back. */
    returnedQuantity: z.int(),
    /** Price of one unit, in the currency of the order. */
    unitPriceCents: cents,
    /** `unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do. */
    lineTotalCents: cents,
    /** Reduction of the line by offers and order promotions. */
    discountCents: cents,
    /** Tax of the line after the discount; part of the price if prices include tax. */
    taxCents: cents,
  })
  .meta({ id: 'OrderItem' });

export const shipmentSchema = z
  .object({
    id: shipmentId,
    carrier: z.string(),
    trackingNumber: z.string(),
    /** Page of the carrier that shows the parcel; null if none was given. */
    trackingUrl: z.string().nullable(),
    items: z.array(z.object({ orderItemId, quantity: z.int() })),
    shippedAt: instant,
    /** When staff marked the parcel as delivered; null before. */
    deliveredAt: instant.nullable(),
  })
  .meta({ id: 'Shipment' });

export const orderLogKinds = ['note', 'address', 'edit'] as const;
export type OrderLogKind = (typeof orderLogKinds)[number];

/**
 * `requested` by the buyer; `approved`: the buyer may send the units back; `rejected`; `in_transit`: the order was cancelled
 * after the units had been shipped; `received`; `written_off`: the units in transit did not arrive in time.
 */
export const returnStatuses = ['requested', 'approved', 'rejected', 'in_transit', 'received', 'written_off'] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** A return of units of an order. */
export const orderReturnSchema = z
  .object({
    id: orderReturnId,
    status: z.enum(returnStatuses),
    reason: z.string().nullable().describe('Null when the stored text cannot be read'),
    /** Note of the staff on the decision; null for none. */
    decisionNote: z.string().nullable(),
    /** Who requested the return: `customer`, `guest`, `staff`, `system`. */
    requestedBy: z.string(),
    items: z.array(
      z.object({
        orderItemId,
        quantity: z.int(),
        /** Units that have arrived. */
        receivedQuantity: z.int(),
        /** Arrived units that went back to the stock. */
        restockedQuantity: z.int(),
        /** Part of the refund for these units, in the currency of the order. */
        refundCents: cents,
      }),
    ),
    /** Refund to the payment and to gift cards, known once the units are received. `refundStatus` is the status of that refund. */
    refundCents: cents,
    /** Status of the refund; null when there is none. */
    refundStatus: z.enum(refundStatuses).nullable(),
    createdAt: instant,
    /** When staff approved or rejected the return; null before. */
    decidedAt: instant.nullable(),
    /** When the units were received; null before. */
    receivedAt: instant.nullable(),
    /** Until when units in transit are expected. Units that have not arrived by then are written off. */
    dueAt: instant.nullable(),
    /** When units in transit were written off; null if they were not. */
    writtenOffAt: instant.nullable(),
  })
  .meta({ id: 'OrderReturn' });
export type OrderReturn = z.infer<typeof orderReturnSchema>;

export const orderEditStatuses = ['awaiting_payment', 'applied', 'lapsed', 'withdrawn'] as const;
export type OrderEditStatus = (typeof orderEditStatuses)[number];

/** A line that an edit changes, with the quantity before and after. */
export const editedLineSchema = z.object({
  variantId,
  sku: z.string(),
  productName: z.string(),
  variantTitle: z.string(),
  quantityBefore: z.int(),
  quantity: z.int(),
});

/**
 * An edit by staff that costs the buyer more. It takes effect when its difference is paid (`applied`). Until then the order does
 * not change and cannot be shipped. `lapsed`: not paid in time; `withdrawn`: withdrawn by staff or the buyer. Edits that cost
 * nothing more take effect at once and appear only in the timeline.
 */
export const orderEditSchema = z
  .object({
    id: orderEditId,
    status: z.enum(orderEditStatuses),
    /** Amount to pay for the edit. */
    differenceCents: cents,
    /** Total of the order after the edit. */
    totalCents: cents,
    /** Lines that the edit changes. */
    lines: z.array(editedLineSchema),
    /** Whether the edit also changes the shipping address. */
    changesAddress: z.boolean(),
    /** Reason that staff gave; null for none. */
    reason: z.string().nullable(),
    createdAt: instant,
    /** Until when the difference can be paid. */
    expiresAt: instant,
    /** When the edit was applied, lapsed or was withdrawn; null while it waits for its payment. */
    decidedAt: instant.nullable(),
  })
  .meta({ id: 'OrderEdit' });
export type OrderEdit = z.infer<typeof orderEditSchema>;

export const orderPaymentSchema = z
  .object({
    id: paymentId,
    /** `order`: the total of the placed order; `difference`: the additional cost of an edit. */
    purpose: z.enum(paymentPurposes),
    provider: z.string(),
    status: z.enum(paymentStatuses),
    /** Amount of the charge, in the currency of the order. */
    amountCents: cents,
    /** Part of the charge that was refunded. */
    refundedCents: cents,
    /** Why the payment failed and how to go on, addressed to the buyer. */
    failureMessage: z.string().nullable(),
    /** Whether the buyer must confirm at the provider. */
    needsAction: z.boolean(),
    /** When the buyer chose another payment method. */
    supersededAt: instant.nullable(),
    createdAt: instant,
    /** When the provider captured the charge; null before. */
    capturedAt: instant.nullable(),
    refunds: z.array(
      z.object({
        id: refundId,
        /** Amount of the refund, in the currency of the payment. */
        amountCents: cents,
        status: z.enum(refundStatuses),
        origin: z.enum(refundOrigins).describe('`provider`: made in the dashboard of the payment provider.'),
        reason: z.string(),
        createdAt: instant,
      }),
    ),
    disputes: z.array(
      z.object({
        id: idOf('dispute', '`disputes` of the payment'),
        /** Amount under dispute, in `currency`. */
        amountCents: cents,
        currency: z.string().describe('Can differ from the currency of the payment.'),
        status: z.enum(disputeStatuses),
        reason: z.string().nullable().describe('Reason of the bank, as reported by the provider.'),
        createdAt: instant,
        /** When the dispute ended; null while it is open. */
        closedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'OrderPayment' });

/** An entry of the order's timeline, for people. */
export const timelineEntrySchema = z
  .object({
    at: instant,
    kind: z.enum(['status', 'payment', 'refund', 'shipment', 'invoice', 'note', 'return', 'address', 'edit']),
    title: z.string(),
    /** Further text, such as the note; null for none. */
    detail: z.string().nullable(),
    /** Who did it: `customer`, `staff`, `system`, or `provider` for actions in the dashboard of the payment provider. */
    actor: z.string(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const orderSummarySchema = z
  .object({
    id: orderId,
    orderNumber: z.string(),
    status: orderStatus,
    /** Status of the latest charge; null without a charge. */
    paymentStatus: z.enum(paymentStatuses).nullable(),
    /** Status for people: Paid, Unpaid, Expired, Refunded, Shipped, Deleted ... After a decline it is `Declined, can be paid`; an order that was cancelled after too many declines is `Not paid`. */
    label: z.string(),
    /** Why the order was cancelled; null for an order that was not. */
    cancellationReason: z.enum(cancellationReasons).nullable(),
    /** Why the order needs attention; empty if it does not. */
    attention: z.array(z.enum(orderAttentions)),
    customer: z.object({ userId: userId.nullable(), name: z.string().nullable(), email: z.string().nullable() }).meta({
      description: 'Name and e-mail address are null only when `unreadable` lists them',
    }),
    unreadable,
    /** Units of all lines. */
    itemCount: z.int(),
    /** Units shipped so far. */
    shippedCount: z.int(),
    /** Units received back. */
    returnedCount: z.int(),
    currency,
    /** Total that the buyer pays, with shipping and tax. Gift cards and store credit are not deducted. */
    totalCents: cents,
    placedAt: instant,
  })
  .meta({ id: 'OrderSummary' });
export type OrderSummary = z.infer<typeof orderSummarySchema>;

export const orderNoteSchema = z
  .object({
    id: idOf('note', '`staffNotes` of the order'),
    text: z.string().nullable().describe('Null when the stored text cannot be read'),
    author: z.string(),
    /** Whether the buyer can read the note. */
    customerVisible: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'OrderNote' });

export const orderSchema = orderSummarySchema
  .extend({
    items: z.array(orderItemSchema),
    totals: totalsSchema,
    shippingAddress: addressSchema.nullable().describe('Null only when `unreadable` lists it'),
    /** The buyer's note from checkout. */
    notes: z.string().nullable(),
    /** Notes by staff, newest last. The buyer gets only those with `customerVisible`. */
    staffNotes: z.array(orderNoteSchema),
    /** Promo code of the order; null for none. */
    promoCode: z.string().nullable(),
    shipments: z.array(shipmentSchema),
    returns: z.array(orderReturnSchema),
    edits: z.array(orderEditSchema),
    payments: z.array(orderPaymentSchema),
    /** Part of the total that gift cards and store credit paid. */
    storeCreditCents: cents,
    credits: z.array(orderCreditSchema),
    /** Invoice for the order as it was placed; it never changes. */
    invoice: z.object({ id: invoiceId, number: z.string() }).nullable(),
    /** Invoices for the additional cost of edits. */
    differenceInvoices: z.array(
      z.object({
        id: invoiceId,
        number: z.string(),
        /** Total of the invoice, in the currency of the order. */
        totalCents: cents,
        issuedAt: instant,
      }),
    ),
    timeline: z.array(timelineEntrySchema),
    /** Payment deadline of the order; null once the payment is decided. */
    expiresAt: instant.nullable(),
    /** When staff deleted the order; null for every other order. Only staff can read a deleted order. */
    deletedAt: instant.nullable(),
    /** Who deleted the order, as in the timeline: `staff` or `system`; null for an order that is not deleted. */
    deletedBy: z.string().nullable(),
    updatedAt: instant,
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof orderSchema>;

/** Lines of an order with a quantity; each line at most once. */
export const orderLinesInput = z
  .array(z.strictObject({ orderItemId, quantity }))
  .min(1)
  .max(500)
  .refine((lines) => new Set(lines.map((line) => line.orderItemId)).size === lines.length, 'must name each line once');
export type OrderLinesInput = z.output<typeof orderLinesInput>;
