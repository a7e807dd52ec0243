/** Schemas of an order edit: the edit, its preview and its payment. */
import { z } from 'zod';
import { cents, instant, signedCents, createdAt, shownSku, productName, variantTitle } from './common.ts';
import { currency } from './currency.ts';
import { orderEditId, variantId } from './ids.ts';
import { paymentActionSchema } from './payments.schemas.ts';
import { totalsSchema } from './pricing.schemas.ts';

export const orderEditStatuses = ['awaiting_payment', 'applied', 'lapsed', 'withdrawn'] as const;
export type OrderEditStatus = (typeof orderEditStatuses)[number];

/** A line that an edit changes, with the quantity before and after. */
export const editedLineSchema = z.object({
  variantId,
  sku: shownSku,
  productName,
  variantTitle,
  /** Units of the line before the edit; 0 for a new line. */
  quantityBefore: z.int(),
  /** Units of the line after the edit; 0 for a removed line. */
  quantity: z.int(),
});

/**
 * An edit by staff that costs the buyer more. It takes effect when its difference is paid (`applied`). Until then the order does
 * not change and cannot be shipped. `lapsed`: not paid in time; `withdrawn`: withdrawn by staff or the buyer, or because its
 * order was cancelled. Edits that cost nothing more take effect at once and appear only in the timeline.
 */
export const orderEditSchema = z
  .object({
    id: orderEditId,
    /**
     * `awaiting_payment`: its difference is not paid yet; `applied`; `lapsed`: not paid in time; `withdrawn`: by staff or the buyer,
     * or because its order was cancelled.
     */
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
    createdAt,
    /** Until when the difference can be paid. */
    expiresAt: instant,
    /** When the edit was applied, lapsed or was withdrawn; null while it waits for its payment. */
    decidedAt: instant.nullable(),
  })
  .meta({ id: 'OrderEdit' });
export type OrderEdit = z.infer<typeof orderEditSchema>;

/** What an edit would change, calculated without changing anything. */
export const orderEditPreviewSchema = z
  .object({
    /** Every line of the order before or after the edit; a removed line has the quantity 0. */
    lines: z.array(
      editedLineSchema.extend({
        /** Price of one unit, in the currency of the order. */
        unitPriceCents: cents,
        /** `unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do. */
        lineTotalCents: cents,
      }),
    ),
    /** Totals of the order before the edit. */
    totalsBefore: totalsSchema,
    /** Totals of the order after the edit. */
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
    /**
     * `awaiting_payment`: its difference is not paid yet; `applied`; `lapsed`: not paid in time; `withdrawn`: by staff or the buyer,
     * or because its order was cancelled.
     */
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
