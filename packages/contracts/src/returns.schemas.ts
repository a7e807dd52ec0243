/** Schemas of a return: units of an order that come back. */
import { z } from 'zod';
import { cents, instant, createdAt } from './common.ts';
import { orderItemId, orderReturnId } from './ids.ts';
import { refundStatuses } from './payments.schemas.ts';

/**
 * `requested` by the buyer; `approved`: the buyer may send the units back; `rejected`; `in_transit`: the order was cancelled
 * after the units had been shipped; `received`; `written_off`: the units in transit did not arrive in time, or staff wrote them off.
 */
export const returnStatuses = ['requested', 'approved', 'rejected', 'in_transit', 'received', 'written_off'] as const;
export type ReturnStatus = (typeof returnStatuses)[number];

/** A return of units of an order. */
export const orderReturnSchema = z
  .object({
    id: orderReturnId,
    /**
     * `requested` by the buyer; `approved`: the buyer may send the units back; `rejected`; `in_transit`: the order was cancelled after
     * the units had been shipped; `received`; `written_off`: the units in transit did not arrive in time, or staff wrote them off.
     */
    status: z.enum(returnStatuses),
    reason: z.string().nullable().describe('Null when the stored text cannot be read'),
    /** Note of the staff on the decision; null for none. */
    decisionNote: z.string().nullable(),
    /** Who requested the return: `customer`, `guest`, `staff`, `system`. */
    requestedBy: z.string(),
    /** Lines with the units of the return. */
    items: z.array(
      z.object({
        orderItemId,
        /** Units of the line in the return. */
        quantity: z.int(),
        /** Units that have arrived. */
        receivedQuantity: z.int(),
        /** Arrived units that went back to the stock. */
        restockedQuantity: z.int(),
        /** Part of the refund for these units, in the currency of the order; 0 for units in transit, which the cancellation refunded. */
        refundCents: cents,
      }),
    ),
    /**
     * Refund to the payment, gift cards and store credit, known once the units are received; 0 for units in transit, which the
     * cancellation refunded. `refundStatus` is the status of the part that goes to the payment.
     */
    refundCents: cents,
    /**
     * Status of the refund to the payment; null when no payment is refunded, also when the refund went only to gift cards or store
     * credit.
     */
    refundStatus: z.enum(refundStatuses).nullable(),
    createdAt,
    /** When the return was last approved or rejected, or when its order was cancelled while the units were with the buyer; null before. */
    decidedAt: instant.nullable(),
    /** When staff received the units; null before. */
    receivedAt: instant.nullable(),
    /**
     * Until when units in transit are expected; units that have not arrived by then are written off. Null for a return that was never
     * in transit.
     */
    dueAt: instant.nullable(),
    /** When units in transit were written off; null if they were not. It stays when the units arrive later. */
    writtenOffAt: instant.nullable(),
  })
  .meta({ id: 'OrderReturn' });
export type OrderReturn = z.infer<typeof orderReturnSchema>;
