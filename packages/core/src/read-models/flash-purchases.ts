/** The purchase from a sale with which an order was placed. */
import type { FlashPurchase, OrderId } from '@cartwright/contracts';
import type { ReadOnlyDb } from '../kernel/index.ts';

type Totals = FlashPurchase['totals'];
/** A purchase with its order. */
export interface FlashPurchaseRow extends Omit<FlashPurchase, 'expiresAt' | 'orderToken' | 'totals'>, Totals {
  readonly expiresAt: Date | null;
  readonly userId: string | null;
  readonly guestTokenHash: string | null;
  readonly archivedAt: Date | null;
}

/** The purchase of an order, in its present state; undefined when the order is not from a sale. */
export const readPurchase = (db: ReadOnlyDb, orderId: OrderId): Promise<FlashPurchaseRow | undefined> =>
  db
    .selectFrom('flash_purchases as f')
    .innerJoin('orders as o', 'o.id', 'f.orderId')
    .innerJoin('order_items as l', 'l.orderId', 'o.id')
    .select([
      'o.id as orderId',
      'o.orderNumber',
      'o.status',
      'f.itemId',
      'f.quantity',
      'l.unitPriceCents',
      'o.currency',
      'o.expiresAt',
      'o.subtotalCents',
      'o.discountCents',
      'o.shippingCents',
      'o.taxCents',
      'o.totalCents',
      'o.taxIncluded',
      'o.userId',
      'o.guestTokenHash',
      'o.archivedAt',
    ])
    .where('f.orderId', '=', orderId)
    .$narrowType<Pick<FlashPurchase, 'orderId' | 'itemId' | 'currency'>>()
    .executeTakeFirst();
