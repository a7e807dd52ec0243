/** Orders: what was sold, to whom, for how much, and how far it has come. */
import { z } from 'zod';
import { totalsSchema } from './pricing.schemas.ts';
import { addressSchema, cents, currency, email, instant, pageInput, pageOf, quantity, signedCents, sku, text } from './common.ts';
import { invoiceId, orderId, orderItemId, orderReturnId, paymentId, productId, refundId, shipmentId, userId, variantId } from './ids.ts';
import { paymentStatuses, refundStatuses } from './payments.contract.ts';
import { mutation, query } from './procedure.ts';

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

export const returnStatuses = ['requested', 'approved', 'rejected', 'received'] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** Goods on their way back. */
export const orderReturnSchema = z
  .object({
    id: orderReturnId,
    status: z.enum(returnStatuses),
    reason: z.string(),
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
    /** What is given back for it, known once it has arrived; and how far that has come. */
    refundCents: cents,
    refundStatus: z.enum(refundStatuses).nullable(),
    createdAt: instant,
    decidedAt: instant.nullable(),
    receivedAt: instant.nullable(),
  })
  .meta({ id: 'OrderReturn' });
export type OrderReturn = z.infer<typeof orderReturnSchema>;

export const orderPaymentSchema = z
  .object({
    id: paymentId,
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
      z.object({ id: refundId, amountCents: cents, status: z.enum(refundStatuses), reason: z.string(), createdAt: instant }),
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
    /** Who did it: `customer`, `staff`, `system`. */
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
    customer: z.object({ userId: userId.nullable(), name: z.string(), email: z.string() }),
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
  .object({ id: z.uuid(), text: z.string(), author: z.string(), customerVisible: z.boolean(), createdAt: instant })
  .meta({ id: 'OrderNote' });

export const orderSchema = orderSummarySchema
  .extend({
    items: z.array(orderItemSchema),
    totals: totalsSchema,
    shippingAddress: addressSchema,
    /** What the buyer wrote at checkout. */
    notes: z.string().nullable(),
    /** Notes of staff, newest last; the buyer gets only those that are for them. */
    staffNotes: z.array(orderNoteSchema),
    promoCode: z.string().nullable(),
    shipments: z.array(shipmentSchema),
    returns: z.array(orderReturnSchema),
    payments: z.array(orderPaymentSchema),
    invoice: z.object({ id: invoiceId, number: z.string() }).nullable(),
    timeline: z.array(timelineEntrySchema),
    /** Until when the order must be paid; null once it is decided. */
    expiresAt: instant.nullable(),
    updatedAt: instant,
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof orderSchema>;

/** What a list of orders may be narrowed to; everything given must hold. */
const orderFilters = {
  status: orderStatus.optional(),
  /** Of the latest charge. */
  paymentStatus: z.enum(paymentStatuses).optional(),
  /** Order number or a part of it, or the e-mail address of the buyer. */
  q: z.string().trim().max(254).optional(),
  email: email.optional(),
  orderNumber: text(32).optional(),
  /** Orders with a line of this SKU. */
  sku: sku.optional(),
  userId: userId.optional(),
  placedFrom: instant.optional(),
  placedTo: instant.optional(),
  minTotalCents: cents.optional(),
  maxTotalCents: cents.optional(),
  needsAttention: z.boolean().optional(),
};
const orderFilterInput = z.strictObject(orderFilters);
export type OrderFilters = z.output<typeof orderFilterInput>;

/** Lines of an order with units of each; a line stands in it once. */
export const orderLinesInput = z
  .array(z.strictObject({ orderItemId, quantity }))
  .min(1)
  .max(500)
  .refine((lines) => new Set(lines.map((line) => line.orderItemId)).size === lines.length, 'must name each line once');
export type OrderLinesInput = z.output<typeof orderLinesInput>;

/** Lines as they shall be; 0 takes a line out, a variant that the order has not yet adds one. */
const editedLines = z
  .array(z.strictObject({ variantId, quantity: quantity.or(z.literal(0)) }))
  .min(1)
  .max(100)
  .refine((lines) => new Set(lines.map((line) => line.variantId)).size === lines.length, 'must name each variant once');

export const orderEditPreviewSchema = z
  .object({
    lines: z.array(
      z.object({
        variantId,
        sku: z.string(),
        productName: z.string(),
        variantTitle: z.string(),
        quantityBefore: z.int(),
        quantity: z.int(),
        unitPriceCents: cents,
        lineTotalCents: cents,
      }),
    ),
    totalsBefore: totalsSchema,
    totals: totalsSchema,
    /** Negative is given back. An edit that would cost the buyer more is refused. */
    differenceCents: signedCents,
    /** What `orders.edit` takes as `expectedUpdatedAt`. */
    updatedAt: instant,
  })
  .meta({ id: 'OrderEditPreview' });

export const ordersContract = {
  list: query({
    summary: 'Orders, newest first',
    description:
      'Customers get their own; staff with `orders:read` get everybody’s. The same filters make a CSV file at `GET /orders/export.csv`.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/orders' },
    input: z.strictObject({ ...pageInput, ...orderFilters, sort: z.enum(orderSorts).default('newest') }),
    output: pageOf(orderSummarySchema).meta({ id: 'OrderPage' }),
  }),
  listForUser: query({
    summary: 'Orders of one account, newest first',
    description: 'For its owner and for staff with `orders:read`.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/users/{userId}/orders' },
    input: z.strictObject({ ...pageInput, userId }),
    output: pageOf(orderSummarySchema),
    errors: ['NOT_FOUND'],
  }),
  get: query({
    summary: 'One order with lines, payments, shipments and timeline',
    description: 'A guest reads it with the cart token of the cart it came from.',
    access: 'public',
    rest: { method: 'GET', path: '/orders/{orderId}' },
    input: z.strictObject({ orderId }),
    output: orderSchema,
    errors: ['NOT_FOUND'],
  }),
  cancel: mutation({
    summary: 'Cancel an order',
    description: 'The buyer until it is paid, staff until it is delivered. Held units go back; captured money is refunded.',
    access: 'public',
    idempotency: 'optional',
    rest: { method: 'POST', path: '/orders/{orderId}/cancel' },
    input: z.strictObject({ orderId, note: text(500).optional() }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION'],
  }),
  ship: mutation({
    summary: 'Hand units of a paid order to a carrier',
    description:
      'Without `items`, everything that has not left yet. The order becomes shipped with its last unit; each parcel is announced to the buyer.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    rest: { method: 'POST', path: '/orders/{orderId}/ship' },
    input: z.strictObject({
      orderId,
      carrier: text(60),
      trackingNumber: text(100),
      trackingUrl: z
        .url({ protocol: /^https$/ })
        .max(500)
        .optional(),
      items: orderLinesInput.optional(),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'QUANTITY_EXCEEDS_ORDER'],
  }),
  deliver: mutation({
    summary: 'Mark a parcel, or a shipped order with all its parcels, as delivered',
    description: 'With `shipmentId` only that parcel; the order is delivered with its last one.',
    access: { scope: 'orders:manage' },
    rest: { method: 'POST', path: '/orders/{orderId}/deliver' },
    input: z.strictObject({ orderId, shipmentId: shipmentId.optional() }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION'],
  }),
  addNote: mutation({
    summary: 'Write a note on an order',
    description: 'For staff alone, or for the buyer to read as well.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    rest: { method: 'POST', path: '/orders/{orderId}/notes', status: 201 },
    input: z.strictObject({ orderId, text: text(2000), customerVisible: z.boolean().default(false) }),
    output: orderSchema,
    errors: ['NOT_FOUND'],
  }),
  updateAddress: mutation({
    summary: 'Change where an order goes, until something of it has left',
    description: 'By its buyer or by staff, within the same country and region: tax and shipping were worked out for them.',
    access: 'public',
    idempotency: 'optional',
    rest: { method: 'PUT', path: '/orders/{orderId}/address' },
    input: z.strictObject({ orderId, shippingAddress: addressSchema }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  delete: mutation({
    summary: 'Take a cancelled order out of every list',
    description:
      'Voids refunds that no provider was asked for yet; what was invoiced and paid stays in the books. Needs `payments:refund`, too.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    rest: { method: 'DELETE', path: '/orders/{orderId}' },
    input: z.strictObject({ orderId }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  previewEdit: mutation({
    summary: 'What a change of an order’s lines would come to',
    description: 'Changes nothing.',
    access: { scope: 'orders:manage' },
    rest: { method: 'POST', path: '/orders/{orderId}/edit/preview' },
    input: z.strictObject({ orderId, lines: editedLines }),
    output: orderEditPreviewSchema,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  edit: mutation({
    summary: 'Change the lines of a paid order that nothing has left of',
    description:
      'Lines that stay keep their price, new ones get today’s; promotions and tax are worked out anew, shipping stays. The difference is refunded and the invoice corrected by a credit note.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    rest: { method: 'POST', path: '/orders/{orderId}/edit' },
    input: z.strictObject({ orderId, expectedUpdatedAt: instant, lines: editedLines, reason: text(500).optional() }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_STATE', 'VERSION_MISMATCH', 'INSUFFICIENT_STOCK'],
  }),
} as const;

/**
 * Orders as a CSV file, sent as it is read. Not a procedure, because its answer is a stream of text: served
 * beside the REST table with the same checks of caller, budget and input.
 */
export const orderExport = query({
  summary: 'Orders as CSV',
  access: { scope: 'orders:read' },
  rest: { method: 'GET', path: '/orders/export.csv' },
  input: orderFilterInput,
  output: z.string(),
});
