/** Order edits: staff change a paid order before any of it is shipped, and the buyer pays the difference if it costs more. */
import { z } from 'zod';
import { addressInput, instant, quantityOrNone, text } from './common.ts';
import { orderId, shippingMethodId, variantId } from './ids.ts';
import { editPaymentSchema, orderEditPreviewSchema } from './order-edits.schemas.ts';
import { orderSchema } from './orders.schemas.ts';
import { declineDetails, paymentMethodInput } from './payments.schemas.ts';
import { mutation } from './procedure.ts';

/** New quantities by variant. 0 removes the line; a variant that is not in the order adds a line. */
const editedLines = z
  .array(z.strictObject({ variantId, quantity: quantityOrNone }))
  .max(100)
  .default([])
  .refine((lines) => new Set(lines.map((line) => line.variantId)).size === lines.length, 'must name each variant once');

const change = {
  /** New quantities by variant. 0 removes the line; a variant that is not in the order adds a line. */
  lines: editedLines,
  /** New shipping address. For another country or region, tax and shipping are calculated again. */
  shippingAddress: addressInput.optional(),
  /** New shipping method. Default: the method of the order if it serves the address, else the cheapest. */
  shippingMethodId: shippingMethodId.optional(),
};

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
      'REGION_REQUIRED',
      'CURRENCY_MISMATCH',
      'ORDER_REFUNDED',
      'PAYMENT_DISPUTED',
      'INVALID_PRICE',
      'UNREADABLE_VALUE',
    ],
  }),
  edit: mutation({
    summary: 'Edit the lines or the address of a paid order that has not been shipped',
    description:
      'Existing lines keep their price; new lines get the current price. Promotions and tax are calculated again. If the ' +
      'order becomes cheaper, the difference is refunded and a credit note corrects the invoice. If it becomes more ' +
      'expensive, the difference is charged to the payment method of the order, or the buyer pays it on a page linked by ' +
      'mail. The added units are held meanwhile, and the edit takes effect when the difference is paid (`edits`).',
    access: { scope: 'orders:manage' },
    alsoNeeds: [{ scope: 'payments:refund', when: 'when the order becomes cheaper' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/edit' },
    input: z.strictObject({
      orderId,
      /** `updatedAt` of the order or of the preview. If the order has changed since, the call fails with `VERSION_MISMATCH`. */
      expectedUpdatedAt: instant,
      ...change,
      /** Why the order is edited. The buyer sees it. */
      reason: text(500).optional(),
    }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'ORDER_NOT_EDITABLE',
      'ORDER_EDIT_EMPTY',
      'ORDER_EDIT_REMOVES_ALL',
      'ORDER_EDIT_PENDING',
      'SHIPPING_UNAVAILABLE',
      'REGION_REQUIRED',
      'CURRENCY_MISMATCH',
      'NO_PAYMENT_PROVIDER',
      'TOO_MANY_DECLINES',
      'VERSION_MISMATCH',
      'INSUFFICIENT_STOCK',
      'STOCK_TRACKING_CHANGED',
      'ORDER_REFUNDED',
      'PAYMENT_DISPUTED',
      'BUSY',
      'INVALID_PRICE',
      'UNREADABLE_VALUE',
    ],
  }),
  withdrawEdit: mutation({
    summary: 'Withdraw an edit that waits for its payment',
    description:
      'For staff and the buyer. The charge is first cancelled at the provider. If it was captured before, the edit takes effect.',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
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
      'Without `payment` it returns the payment page of the provider, and ' +
      'creates the page if there is none: staff can send its link. With `payment` it charges that payment method instead. ' +
      declineDetails,
    access: { buyerOf: 'order', orStaff: 'orders:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/edit/pay' },
    input: z.strictObject({
      orderId,
      /** Payment method that is charged. Without it, the response has the payment page of the provider. */
      payment: paymentMethodInput.optional(),
    }),
    output: editPaymentSchema,
    errors: ['NOT_FOUND', 'PAYMENT_DECLINED', 'PAYMENT_IN_PROGRESS', 'TOO_MANY_DECLINES', 'BUSY', 'NO_PAYMENT_PROVIDER'],
  }),
} as const;
