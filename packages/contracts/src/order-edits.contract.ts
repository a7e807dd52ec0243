/** Changes that staff make to a paid order before anything of it leaves, and the payment of those that make it dearer. */
import { z } from 'zod';
import { totalsSchema } from './pricing.schemas.ts';
import { addressInput, cents, instant, quantityOrNone, signedCents, text } from './common.ts';
import { currency } from './currency.ts';
import { orderEditId, orderId, shippingMethodId, variantId } from './ids.ts';
import { editedLineSchema, orderEditStatuses, orderSchema } from './orders.schemas.ts';
import { paymentActionSchema, paymentMethodInput } from './payments.contract.ts';
import { mutation } from './procedure.ts';

/** Lines as they shall be; 0 takes a line out, a variant that the order has not yet adds one. */
const editedLines = z
  .array(z.strictObject({ variantId, quantity: quantityOrNone }))
  .max(100)
  .default([])
  .refine((lines) => new Set(lines.map((line) => line.variantId)).size === lines.length, 'must name each variant once');

const change = {
  lines: editedLines,
  /** Where it is to go instead. In another country or region, tax and shipping are worked out anew. */
  shippingAddress: addressInput.optional(),
  /** How it is to be sent there; the way it was sold with where that serves the place, else the cheapest. */
  shippingMethodId: shippingMethodId.optional(),
};

export const orderEditPreviewSchema = z
  .object({
    lines: z.array(editedLineSchema.extend({ unitPriceCents: cents, lineTotalCents: cents })),
    totalsBefore: totalsSchema,
    totals: totalsSchema,
    /** Negative is given back; positive has to be paid before the edit takes effect. */
    differenceCents: signedCents,
    /** The way of sending, where the order has one. */
    shippingMethod: z.string().nullable(),
    /** What `orders.edit` takes as `expectedUpdatedAt`. */
    updatedAt: instant,
  })
  .meta({ id: 'OrderEditPreview' });

/** How far the payment of an edit has come. */
export const editPaymentSchema = z
  .object({
    editId: orderEditId,
    status: z.enum(orderEditStatuses),
    differenceCents: cents,
    currency,
    expiresAt: instant,
    /** What the buyer must do; null once nothing is left to do, or while the provider decides. */
    action: paymentActionSchema.nullable(),
  })
  .meta({ id: 'EditPayment' });

/** Part of `orders`. */
export const orderEditsContract = {
  previewEdit: mutation({
    summary: 'What a change of an order would come to',
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
    summary: 'Change the lines or the address of a paid order that nothing has left of',
    description:
      'Lines that stay keep their price, new ones get today’s; promotions and tax are worked out anew. What it becomes cheaper by is refunded and the invoice corrected by a credit note. What it becomes dearer by is charged to the means it was paid with, or paid by the buyer on a page they get by mail: added units are held meanwhile, and the edit takes effect with the payment (`edits`).',
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
    ],
  }),
  withdrawEdit: mutation({
    summary: 'Take back an edit that waits for its payment',
    description:
      'By staff, or by the buyer who does not want it. Its charge is given up at the provider first; if the money was faster, the edit stands.',
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
      'For the buyer, or for staff who want the link. Without `payment` it answers the page of the provider where the buyer pays, and opens one where there is none. With `payment` that means is charged in its place.',
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
