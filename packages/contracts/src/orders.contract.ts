/** Orders: lines, buyer, totals, status, shipments and notes. */
import { z } from 'zod';
import { addressInput, cents, email, instantInput, pageInput, pageOf, sku, nameText, text } from './common.ts';
import { orderId, shipmentId, userId } from './ids.ts';
import { orderEditsContract } from './order-edits.contract.ts';
import { orderLinesInput, orderSchema, orderSorts, orderStatus, orderSummarySchema } from './orders.schemas.ts';
import { paymentStatuses } from './payments.schemas.ts';
import { mutation, query } from './procedure.ts';

/** Filters of the order list; an order matches if it matches all of them. */
const orderFilters = {
  status: orderStatus.optional(),
  /**
   * Status of the latest charge, a superseded one only if there is no other; once money was captured, of all captured charges
   * together, those of edits included.
   */
  paymentStatus: z.enum(paymentStatuses).optional(),
  /** Order number or part of it, or the buyer's e-mail address. */
  q: z.string().trim().max(254).optional(),
  email: email.optional(),
  /** Order number or part of it. */
  orderNumber: text(32).optional(),
  /** Orders with a line of this SKU. */
  sku: sku.optional(),
  userId: userId.optional(),
  /** Orders placed at this instant or later. */
  placedFrom: instantInput.optional(),
  /** Orders placed before this instant. */
  placedTo: instantInput.optional(),
  /** Lowest total of the orders, in minor units of the currency of each order. */
  minTotalCents: cents.optional(),
  /** Highest total of the orders, in minor units of the currency of each order. */
  maxTotalCents: cents.optional(),
  /** `true` for orders that need attention (`attention`), `false` for the others. */
  needsAttention: z.boolean().optional(),
};
const orderFilterInput = z.strictObject(orderFilters);
export type OrderFilters = z.output<typeof orderFilterInput>;

/** Matches are counted up to 10,000; `totalIsExact` is false when there are more. */
const orderPage = pageOf(orderSummarySchema).extend({
  /** Whether `totalCount` is exact: false when there are more than 10,000 matches. */
  totalIsExact: z.boolean(),
});

export const ordersContract = {
  list: query({
    summary: 'Orders, newest first',
    description:
      'Customers get their own orders; staff with `orders:read` get all. `GET /orders/export.csv` exports the same filters ' +
      'as CSV. Matches are counted up to 10,000; beyond that `totalIsExact` is false.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/orders' },
    input: z.strictObject({
      ...pageInput,
      ...orderFilters,
      /** `newest` or `oldest` first, or highest (`total_high`) or lowest total first. */
      sort: z.enum(orderSorts).default('newest'),
    }),
    output: orderPage.meta({ id: 'OrderPage' }),
  }),
  listForUser: query({
    summary: 'Orders of one account, newest first',
    description: 'For the owner of the account and for staff with `orders:read`.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/users/{userId}/orders' },
    input: z.strictObject({ ...pageInput, userId }),
    output: orderPage,
    errors: ['NOT_FOUND'],
  }),
  get: query({
    summary: 'An order with lines, payments, shipments and timeline',
    description: 'Only staff can read a deleted order (`deletedAt`).',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    rest: { method: 'GET', path: '/orders/{orderId}' },
    input: z.strictObject({ orderId }),
    output: orderSchema,
    errors: ['NOT_FOUND'],
  }),
  cancel: mutation({
    summary: 'Cancel an order',
    description:
      'The buyer can cancel until the order is paid, staff until it is delivered. Captured payments are refunded. Units that ' +
      'have not been shipped can be sold again at once. Shipped units are expected back in a return `in_transit`.',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    alsoNeeds: [
      { scope: 'orders:manage', when: 'when the caller is not the buyer' },
      { scope: 'payments:refund', when: 'when the buyer gets a refund' },
    ],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/cancel' },
    input: z.strictObject({
      orderId,
      /** Why the order is cancelled, for its timeline. The buyer does not see a note by staff. */
      note: text(500).optional(),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'PAYMENT_IN_PROGRESS', 'PAYMENT_DISPUTED', 'FORBIDDEN'],
  }),
  ship: mutation({
    summary: 'Ship units of a paid order',
    description:
      'Without `items`, all units that have not been shipped. Backordered units cannot be shipped before they arrive ' +
      '(`UNITS_BACKORDERED`). The order becomes `shipped` with its last unit. The buyer gets a mail for each parcel. An order ' +
      'that was fully refunded (`ORDER_REFUNDED`) or is under dispute (`PAYMENT_DISPUTED`) cannot be shipped.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/ship' },
    input: z.strictObject({
      orderId,
      /** Name of the carrier, as the buyer sees it. */
      carrier: nameText(60),
      /** Number by which the carrier finds the parcel. */
      trackingNumber: text(100),
      /** Page of the carrier that shows the parcel, linked in the mail to the buyer. */
      trackingUrl: z
        .url({ protocol: /^https$/ })
        .max(500)
        .optional(),
      /** Lines with the units in the parcel. Default: all units that have not been shipped. */
      items: orderLinesInput.optional(),
    }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'INVALID_TRANSITION',
      'ORDER_EDIT_PENDING',
      'QUANTITY_EXCEEDS_ORDER',
      'UNITS_BACKORDERED',
      'ORDER_REFUNDED',
      'PAYMENT_DISPUTED',
      'UNREADABLE_VALUE',
    ],
  }),
  deliver: mutation({
    summary: 'Mark a parcel, or a shipped order with all its parcels, as delivered',
    description: 'With `shipmentId`, only that parcel. The order becomes `delivered` with its last parcel.',
    access: { scope: 'orders:manage' },
    rest: { method: 'POST', path: '/orders/{orderId}/deliver' },
    input: z.strictObject({ orderId, shipmentId: shipmentId.optional() }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'INVALID_TRANSITION'],
  }),
  addNote: mutation({
    summary: 'Add a note to an order',
    description: 'Only staff can read it, or the buyer too with `customerVisible`.',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/notes', status: 201 },
    input: z.strictObject({
      orderId,
      /** Text of the note. */
      text: text(2000),
      /** Whether the buyer can read the note. */
      customerVisible: z.boolean().default(false),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND'],
  }),
  updateAddress: mutation({
    summary: 'Change the shipping address of an order that has not been shipped',
    description: 'Country and region cannot change, because tax and shipping depend on them.',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    alsoNeeds: [{ scope: 'orders:manage', when: 'when the caller is not the buyer' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'PUT', path: '/orders/{orderId}/address' },
    input: z.strictObject({
      orderId,
      /** New address, in the same country and region. */
      shippingAddress: addressInput,
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'ORDER_NOT_EDITABLE', 'ADDRESS_CHANGES_TAX', 'ORDER_EDIT_PENDING', 'UNREADABLE_VALUE'],
  }),
  delete: mutation({
    summary: 'Remove a cancelled order from every list',
    description:
      'From then on only staff can read the order, with `orders.get`: `deletedAt` and `deletedBy` say when and by whom it ' +
      'was deleted. Its buyer gets `NOT_FOUND`. Voids refunds that were not sent to a provider yet. Invoices and payments ' +
      'are kept. Fails with `RETURN_IN_TRANSIT` while units of the order are in transit.',
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
 * Streams orders as a CSV file. It is not a procedure, because its response is a stream of text. It checks caller, budget and
 * input like a procedure.
 */
export const orderExport = query({
  summary: 'Orders as CSV',
  access: { scope: 'orders:read' },
  rest: { method: 'GET', path: '/orders/export.csv' },
  input: orderFilterInput,
  output: z.string(),
});
