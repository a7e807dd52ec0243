/** Returns: units of an order that buyers send back, and their refunds. */
import { z } from 'zod';
import { instantInput, pageInput, pageOf, quantityOrNone, text, unreadable, orderNumber } from './common.ts';
import { currency } from './currency.ts';
import { orderId, orderItemId, orderReturnId } from './ids.ts';
import { orderLinesInput, orderSchema } from './orders.schemas.ts';
import { mutation, query } from './procedure.ts';
import { orderReturnSchema, returnStatuses } from './returns.schemas.ts';

export const returnSummarySchema = orderReturnSchema
  .omit({ items: true })
  .extend({
    orderId,
    orderNumber,
    currency,
    /** Units of the return. */
    units: z.int(),
    unreadable,
  })
  .meta({ id: 'ReturnSummary' });

const received = z
  .strictObject({
    orderItemId,
    /** Units that arrived. */
    receivedQuantity: quantityOrNone,
    /** Units of these that go back to the stock; the others are written off. */
    restockQuantity: quantityOrNone,
  })
  .refine((line) => line.restockQuantity <= line.receivedQuantity, 'cannot restock more than has arrived');

const receivedLines = z
  .array(received)
  .min(1)
  .max(500)
  .refine((lines) => new Set(lines.map((line) => line.orderItemId)).size === lines.length, 'must name each line once');

export const returnsContract = {
  list: query({
    summary: 'Returns, newest first',
    access: { scope: 'orders:read' },
    rest: { method: 'GET', path: '/returns' },
    input: z.strictObject({
      ...pageInput,
      /** Only returns with this status. */
      status: z.enum(returnStatuses).optional(),
      /** Returns requested at this instant or later. */
      createdFrom: instantInput.optional(),
    }),
    output: pageOf(returnSummarySchema).meta({ id: 'ReturnPage' }),
  }),
  request: mutation({
    summary: 'Request a return of units of an order',
    description:
      'The buyer can request a return once the order is delivered; a guest sends the cart token. Staff can create one as ' +
      'soon as units are shipped; it is approved at once.',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    alsoNeeds: [{ scope: 'orders:manage', when: 'when the caller is not the buyer' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/returns', status: 201 },
    input: z.strictObject({
      orderId,
      /** Lines with the units to return. */
      items: orderLinesInput,
      /** Why the units come back. */
      reason: text(1000),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'ORDER_NOT_RETURNABLE', 'QUANTITY_EXCEEDS_ORDER'],
  }),
  decide: mutation({
    summary: 'Approve or reject a requested return',
    access: { scope: 'orders:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/returns/{returnId}/decide' },
    input: z.strictObject({
      returnId: orderReturnId,
      /** `true` approves the return, `false` rejects it. */
      approve: z.boolean(),
      /** Note on the decision. The buyer sees it. */
      note: text(1000).optional(),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'RETURN_ALREADY_DECIDED'],
  }),
  receive: mutation({
    summary: 'Receive the arrived units of a return',
    description:
      'For a return that is approved, in transit or written off. Without `items`, all units have arrived and are restocked. ' +
      'Units that are received but not restocked are written off. An approved return refunds the share of price, discount ' +
      'and tax of the received units, never more than is left of the payment. With the last unit, shipping is refunded too, ' +
      'and an order that was not delivered is cancelled as `returned`. A return in transit was refunded when its order was ' +
      'cancelled; units that have not arrived stay in transit in a separate return.',
    access: { scope: 'orders:manage' },
    alsoNeeds: [
      { scope: 'payments:refund', when: 'when the buyer gets a refund' },
      { scope: 'inventory:write', when: 'when units are restocked' },
    ],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/returns/{returnId}/receive' },
    input: z.strictObject({
      returnId: orderReturnId,
      /** Lines with the units that arrived. Default: all units arrived and are restocked. */
      items: receivedLines.optional(),
    }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'RETURN_NOT_RECEIVABLE', 'RETURN_EMPTY', 'QUANTITY_EXCEEDS_ORDER', 'PAYMENT_DISPUTED'],
  }),
  writeOff: mutation({
    summary: 'Write off units in transit that will not arrive, such as a lost parcel',
    description:
      'The worker does this after `RETURN_TRANSIT_DAYS`. Units that arrive later can still be received. A second call changes nothing.',
    access: { scope: 'orders:manage', and: ['inventory:write'] },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/returns/{returnId}/write-off' },
    input: z.strictObject({ returnId: orderReturnId }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'RETURN_NOT_IN_TRANSIT'],
  }),
} as const;
