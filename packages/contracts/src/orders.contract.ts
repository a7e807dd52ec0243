/** Orders: what was sold, to whom, for how much, and how far it has come. */
import { z } from 'zod';
import { addressInput, cents, email, instantInput, pageInput, pageOf, sku, nameText, text } from './common.ts';
import { orderId, shipmentId, userId } from './ids.ts';
import { orderEditsContract } from './order-edits.contract.ts';
import { orderLinesInput, orderSchema, orderSorts, orderStatus, orderSummarySchema } from './orders.schemas.ts';
import { paymentStatuses } from './payments.contract.ts';
import { mutation, query } from './procedure.ts';

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
  placedFrom: instantInput.optional(),
  placedTo: instantInput.optional(),
  minTotalCents: cents.optional(),
  maxTotalCents: cents.optional(),
  needsAttention: z.boolean().optional(),
};
const orderFilterInput = z.strictObject(orderFilters);
export type OrderFilters = z.output<typeof orderFilterInput>;

/** Matches are counted up to 10,000; `totalIsExact` is false when there are more. */
const orderPage = pageOf(orderSummarySchema).extend({ totalIsExact: z.boolean() });

export const ordersContract = {
  list: query({
    summary: 'Orders, newest first',
    description:
      'Customers get their own; staff with `orders:read` get everybody’s. The same filters make a CSV file at `GET /orders/export.csv`. Matches are counted up to 10,000; beyond that `totalIsExact` is false.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/orders' },
    input: z.strictObject({ ...pageInput, ...orderFilters, sort: z.enum(orderSorts).default('newest') }),
    output: orderPage.meta({ id: 'OrderPage' }),
  }),
  listForUser: query({
    summary: 'Orders of one account, newest first',
    description: 'For its owner and for staff with `orders:read`.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/users/{userId}/orders' },
    input: z.strictObject({ ...pageInput, userId }),
    output: orderPage,
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
    description:
      'The buyer until it is paid, staff until it is delivered. Captured money is refunded. Units that have not been shipped can be sold again at once; shipped units are expected back in a return `in_transit`.',
    access: 'public',
    alsoNeeds: [
      { scope: 'orders:manage', when: 'when the caller is not the buyer' },
      { scope: 'payments:refund', when: 'when money goes back to the buyer' },
    ],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/cancel' },
    input: z.strictObject({ orderId, note: text(500).optional() }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'PAYMENT_IN_PROGRESS', 'PAYMENT_DISPUTED', 'FORBIDDEN'],
  }),
  ship: mutation({
    summary: 'Hand units of a paid order to a carrier',
    description:
      'Without `items`, everything that has not left yet. The order becomes shipped with its last unit; each parcel is announced to the buyer. An order whose money went back in full (`ORDER_REFUNDED`) or is under dispute (`PAYMENT_DISPUTED`) cannot be shipped.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/ship' },
    input: z.strictObject({
      orderId,
      carrier: nameText(60),
      trackingNumber: text(100),
      trackingUrl: z
        .url({ protocol: /^https$/ })
        .max(500)
        .optional(),
      items: orderLinesInput.optional(),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'ORDER_EDIT_PENDING', 'QUANTITY_EXCEEDS_ORDER', 'ORDER_REFUNDED', 'PAYMENT_DISPUTED'],
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
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/notes', status: 201 },
    input: z.strictObject({ orderId, text: text(2000), customerVisible: z.boolean().default(false) }),
    output: orderSchema,
    errors: ['NOT_FOUND'],
  }),
  updateAddress: mutation({
    summary: 'Change where an order goes, until something of it has left',
    description: 'By its buyer or by staff, within the same country and region: tax and shipping were worked out for them.',
    access: 'public',
    alsoNeeds: [{ scope: 'orders:manage', when: 'when the caller is not the buyer' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'PUT', path: '/orders/{orderId}/address' },
    input: z.strictObject({ orderId, shippingAddress: addressInput }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'ORDER_NOT_EDITABLE', 'ADDRESS_CHANGES_TAX', 'ORDER_EDIT_PENDING'],
  }),
  delete: mutation({
    summary: 'Take a cancelled order out of every list',
    description:
      'Voids refunds that no provider was asked for yet; what was invoiced and paid is kept. Refused while units of it are in transit (`RETURN_IN_TRANSIT`).',
    access: { scope: 'orders:manage', and: ['payments:refund'] },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'DELETE', path: '/orders/{orderId}' },
    input: z.strictObject({ orderId }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'ORDER_NOT_CANCELLED', 'RETURN_IN_TRANSIT'],
  }),
  ...orderEditsContract,
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
