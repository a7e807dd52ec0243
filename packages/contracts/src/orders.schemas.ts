/** Schemas of an order: lines, parcels, notes and timeline. */
import { z } from 'zod';
import { taxAmountSchema, totalsSchema } from './pricing.schemas.ts';
import {
  addressSchema,
  cents,
  instant,
  quantity,
  unreadable,
  createdAt,
  updatedAt,
  shownSku,
  productName,
  variantTitle,
  orderNumber,
} from './common.ts';
import { currency } from './currency.ts';
import { idOf, invoiceId, orderId, orderItemId, productId, shipmentId, userId, variantId } from './ids.ts';
import { orderEditSchema } from './order-edits.schemas.ts';
import { orderPaymentSchema, paymentStatuses } from './payments.schemas.ts';
import { orderReturnSchema } from './returns.schemas.ts';
import { orderCreditSchema } from './store-credit.schemas.ts';

export const orderStatuses = ['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];
export const orderStatus = z.enum(orderStatuses).meta({
  description:
    '`pending`: not paid yet; `confirmed`: paid; `shipped`: all units were sent; `delivered`: all units arrived; ' +
    '`cancelled`. The last two do not change.',
});
export const cancellationReasons = ['payment_failed', 'expired', 'customer', 'staff', 'returned', 'user_deactivated'] as const;
export type CancellationReason = (typeof cancellationReasons)[number];

/**
 * Why an order needs attention: paid two days ago with units not shipped, a charge undecided for 15 minutes, a refund that the
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
    /** SKU of the variant when it was ordered. */
    sku: shownSku,
    /** Name of the product when it was ordered. */
    productName,
    /** Title of the variant when it was ordered; empty for a product without options. */
    variantTitle,
    /** Units of the line. */
    quantity: z.int(),
    /** Units shipped so far. */
    shippedQuantity: z.int(),
    /** Paid units that have not arrived yet. They cannot be shipped before, and go to the oldest paid order first. */
    backorderedQuantity: z.int(),
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
    /** Sum of the tax rates of the line, in parts per million: 190,000 is 19 %. Null for orders from before it was stored. */
    taxRatePpm: z.int().nullable(),
  })
  .meta({ id: 'OrderItem' });

export const shipmentSchema = z
  .object({
    id: shipmentId,
    /** Name of the carrier. */
    carrier: z.string(),
    /** Number by which the carrier finds the parcel. */
    trackingNumber: z.string(),
    /** Page of the carrier that shows the parcel; null if none was given. */
    trackingUrl: z.string().nullable(),
    /** Lines with the units in the parcel. */
    items: z.array(
      z.object({
        orderItemId,
        /** Units of the line in the parcel. */
        quantity: z.int(),
      }),
    ),
    /** When staff marked the units as shipped. */
    shippedAt: instant,
    /** When staff marked the parcel as delivered; null before. */
    deliveredAt: instant.nullable(),
  })
  .meta({ id: 'Shipment' });

export const orderLogKinds = ['note', 'address', 'edit'] as const;
export type OrderLogKind = (typeof orderLogKinds)[number];

/** An entry of the order's timeline, for people. */
export const timelineEntrySchema = z
  .object({
    /** When it happened. */
    at: instant,
    /** What the entry is about. */
    kind: z.enum(['status', 'payment', 'refund', 'shipment', 'invoice', 'note', 'return', 'address', 'edit']),
    /** What happened, as a short text for people. */
    title: z.string(),
    /** Further text, such as the note; null for none. */
    detail: z.string().nullable(),
    /** Who did it: `customer`, `guest`, `staff`, `system`, or `provider` for actions in the dashboard of the payment provider. */
    actor: z.string(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const orderSummarySchema = z
  .object({
    id: orderId,
    orderNumber,
    status: orderStatus,
    /**
     * Status of the latest charge, a superseded one only if there is no other; once money was captured, of all captured charges
     * together, those of edits included; null without a charge.
     */
    paymentStatus: z.enum(paymentStatuses).nullable(),
    /**
     * Status for people: Paid, Unpaid, Expired, Refunded, Shipped, Deleted ... After a decline it is `Declined, can be paid`; an order
     * that was cancelled after too many declines is `Not paid`.
     */
    label: z.string(),
    /**
     * `payment_failed`: after the last allowed decline; `expired`: not paid in time; `customer`: by its buyer; `staff`: by staff
     * before anything was shipped; `returned`: by staff after shipping, or because every unit came back before delivery;
     * `user_deactivated`: its account was deactivated. Null for an order that was not cancelled.
     */
    cancellationReason: z.enum(cancellationReasons).nullable(),
    /**
     * `ship_late`: paid two days ago, and not all units are shipped; `payment_undecided`: a charge undecided for 15 minutes;
     * `refund_failed`: the provider refused a refund, which was not made since; `disputed`: a payment is under dispute;
     * `return_requested`: a return waits for a decision. Empty if the order needs no attention.
     */
    attention: z.array(z.enum(orderAttentions)),
    customer: z
      .object({
        userId: userId.nullable(),
        /** First and last name; null only when `unreadable` lists it. */
        name: z.string().nullable(),
        /** E-mail address; null only when `unreadable` lists it. */
        email: z.string().nullable(),
      })
      .meta({
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
    /** When the order was placed. */
    placedAt: instant,
  })
  .meta({ id: 'OrderSummary' });
export type OrderSummary = z.infer<typeof orderSummarySchema>;

export const orderNoteSchema = z
  .object({
    id: idOf('note', '`staffNotes` of the order'),
    text: z.string().nullable().describe('Null when the stored text cannot be read'),
    /** Who wrote the note, such as `staff`. */
    author: z.string(),
    /** Whether the buyer can read the note. */
    customerVisible: z.boolean(),
    createdAt,
  })
  .meta({ id: 'OrderNote' });

export const orderSchema = orderSummarySchema
  .extend({
    /** Lines of the order. */
    items: z.array(orderItemSchema),
    /** Totals of the order, in its currency. */
    totals: totalsSchema,
    /** The tax in `totals`, by rate. Empty for an untaxed order, and for orders from before rates were stored. */
    taxes: z.array(taxAmountSchema),
    shippingAddress: addressSchema.nullable().describe('Null only when `unreadable` lists it'),
    /** The buyer's note from checkout. */
    notes: z.string().nullable(),
    /** Notes by staff, newest last. The buyer gets only those with `customerVisible`. */
    staffNotes: z.array(orderNoteSchema),
    /** Promo code of the order; null for none. */
    promoCode: z.string().nullable(),
    /** Parcels of the order, oldest first. */
    shipments: z.array(shipmentSchema),
    /** Returns of the order, oldest first. */
    returns: z.array(orderReturnSchema),
    /** Edits that cost the buyer more. Other edits appear only in the timeline. */
    edits: z.array(orderEditSchema),
    /** Charge attempts of the order, newest first. */
    payments: z.array(orderPaymentSchema),
    /** Part of the total that gift cards and store credit paid. */
    storeCreditCents: cents,
    /** What gift cards and store credit paid of the order. */
    credits: z.array(orderCreditSchema),
    /** Invoice for the order as it was placed; it never changes. Null before the order is paid. */
    invoice: z
      .object({
        id: invoiceId,
        /** Number of the invoice. */
        number: z.string(),
      })
      .nullable(),
    /** Invoices for the additional cost of edits. */
    differenceInvoices: z.array(
      z.object({
        id: invoiceId,
        /** Number of the invoice. */
        number: z.string(),
        /** Total of the invoice, in the currency of the order. */
        totalCents: cents,
        /** When the invoice was issued. */
        issuedAt: instant,
      }),
    ),
    /** Everything that happened to the order, oldest first. */
    timeline: z.array(timelineEntrySchema),
    /** Payment deadline while the order is pending, also after a decline; null once it is paid or cancelled. */
    expiresAt: instant.nullable(),
    /** When staff deleted the order; null for every other order. Only staff can read a deleted order. */
    deletedAt: instant.nullable(),
    /** Who deleted the order, as in the timeline: `staff` or `system`; null for an order that is not deleted. */
    deletedBy: z.string().nullable(),
    updatedAt,
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
