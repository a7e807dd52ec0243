/** Order edits: staff change a paid order before any of it is shipped, and the buyer pays the difference if it costs more. */
import { z } from 'zod';
import { totalsSchema } from './pricing.schemas.ts';
import { addressInput, cents, instant, quantityOrNone, signedCents, text } from './common.ts';
import { currency } from './currency.ts';
import { orderEditId, orderId, shippingMethodId, variantId } from './ids.ts';
import { editedLineSchema, orderEditStatuses, orderSchema } from './orders.schemas.ts';
import { declineDetails, paymentActionSchema, paymentMethodInput } from './payments.contract.ts';
import { mutation } from './procedure.ts';

/** New quantities by variant. 0 removes the line; a variant that is not in the order adds a line. */
const editedLines = z
  .array(z.strictObject({ variantId, quantity: quantityOrNone }))
  .max(100)
  .default([])
  .refine((lines) => new Set(lines.map((line) => line.variantId)).size === lines.length, 'must name each variant once');

const change = {
  lines: editedLines,
  /** New shipping address. For another country or region, tax and shipping are calculated again. */
  shippingAddress: addressInput.optional(),
  /** New shipping method. Default: the method of the order if it serves the address, else the cheapest. */
  shippingMethodId: shippingMethodId.optional(),
};

export const orderEditPreviewSchema = z
  .object({
    lines: z.array(
      editedLineSchema.extend({
        /** Price of one unit, in the currency of the order. */
        unitPriceCents: cents,
        /** `unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do. */
        lineTotalCents: cents,
      }),
    ),
    totalsBefore: totalsSchema,
    totals: totalsSchema,
    /** A negative difference is refunded. A positive difference must be paid before the edit takes effect. */
    differenceCents: signedCents,
    /** Name of the shipping method, if the order has one. */
    shippingMethod: z.string().nullable(),
    /** Send it as `expectedUpdatedAt` of `orders.edit`. */
    updatedAt: instant,
  })
  .meta({ id: 'OrderEditPreview' });

/** Payment status of an edit. */
export const editPaymentSchema = z
  .object({
    editId: orderEditId,
    status: z.enum(orderEditStatuses),
    /** Amount to pay for the edit, in `currency`. */
    differenceCents: cents,
    currency,
    /** Until when the difference can be paid. */
    expiresAt: instant,
    /** What the buyer must do; null if there is nothing to do, or while the provider decides. */
    action: paymentActionSchema.nullable(),
  })
  .meta({ id: 'EditPayment' });

/** Part of `orders`. */
export const orderEditsContract = {
  previewEdit: mutation({
    summary: 'Preview the totals of an order edit',
    description: 'Changes nothing.',
    access: { scope: 'orders:manage' },
    rest: { method: 'POST', path: '/orders/{orderId}/edit/preview' },
    input: z.strictObject({ orderId, ...change }),
    output: orderEditPreviewSchema,
    errors: [
      'NOT_FOUND',
      'ORDER_NOT_EDITABLE',
      'ORDER_EDIT_REMOVES_ALL',
      'SHIPPING_UNAVAILABLE',
      'CURRENCY_MISMATCH',
      'ORDER_REFUNDED',
      'PAYMENT_DISPUTED',
    ],
  }),
  edit: mutation({
    summary: 'Edit the lines or the address of a paid order that has not been shipped',
    description:
      'Existing lines keep their price; new lines get the current price. Promotions and tax are calculated again. If the order becomes cheaper, the difference is refunded and a credit note corrects the invoice. If it becomes more expensive, the difference is charged to the payment method of the order, or the buyer pays it on a page linked by mail. The added units are held meanwhile, and the edit takes effect when the difference is paid (`edits`).',
    access: { scope: 'orders:manage' },
    alsoNeeds: [{ scope: 'payments:refund', when: 'when the order becomes cheaper' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/edit' },
    input: z.strictObject({ orderId, expectedUpdatedAt: instant, ...change, reason: text(500).optional() }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'ORDER_NOT_EDITABLE',
      'ORDER_EDIT_EMPTY',
      'ORDER_EDIT_REMOVES_ALL',
      'ORDER_EDIT_PENDING',
      'SHIPPING_UNAVAILABLE',
      'CURRENCY_MISMATCH',
      'NO_PAYMENT_PROVIDER',
      'TOO_MANY_DECLINES',
      'VERSION_MISMATCH',
      'INSUFFICIENT_STOCK',
      'ORDER_REFUNDED',
      'PAYMENT_DISPUTED',
      'BUSY',
    ],
  }),
  withdrawEdit: mutation({
    summary: 'Withdraw an edit that waits for its payment',
    description:
      'For staff and the buyer. The charge is first cancelled at the provider. If it was captured before, the edit takes effect.',
    access: 'public',
    alsoNeeds: [{ scope: 'orders:manage', when: 'when the caller is not the buyer' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/edit/withdraw' },
    input: z.strictObject({ orderId }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'NO_PENDING_EDIT'],
  }),
  payEdit: mutation({
    summary: 'Pay the difference of an edit',
    description:
      'For the buyer, or for staff who need the link. Without `payment` it returns the payment page of the provider, and creates the page if there is none. With `payment` it charges that payment method instead. ' +
      declineDetails,
    access: 'public',
    alsoNeeds: [{ scope: 'orders:manage', when: 'when the caller is not the buyer' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/edit/pay' },
    input: z.strictObject({ orderId, payment: paymentMethodInput.optional() }),
    output: editPaymentSchema,
    errors: ['NOT_FOUND', 'PAYMENT_DECLINED', 'PAYMENT_IN_PROGRESS', 'TOO_MANY_DECLINES', 'BUSY', 'NO_PAYMENT_PROVIDER'],
  }),
} as const;
