/** Changes that staff make to a paid order before anything of it leaves. */
import { z } from 'zod';
import { totalsSchema } from './pricing.schemas.ts';
import { cents, instant, quantity, signedCents, text } from './common.ts';
import { orderId, variantId } from './ids.ts';
import { orderSchema } from './orders.schemas.ts';
import { mutation } from './procedure.ts';

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

/** Part of `orders`. */
export const orderEditsContract = {
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
