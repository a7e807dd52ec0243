/** The lines of a return, with what was sold and what came back before. */
import type { OrderItemId, OrderReturnId, VariantId } from '@cartwright/contracts';
import type { Reader } from '../kernel/index.ts';

/** A line of a return. */
export interface ReturnLineRow {
  readonly orderItemId: OrderItemId;
  readonly variantId: VariantId;
  /** Units of the return. */
  readonly wanted: number;
  /** Units of the line of the order. */
  readonly quantity: number;
  readonly returnedBefore: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
  readonly taxIncluded: boolean;
  /** Whether the units were counted when they were sold: only these return into stock. */
  readonly tracked: boolean;
}

/** Reads the lines of a return, in the order of the lines of its order. In a transaction the caller has locked the order. */
export const readReturnLines = ({ db }: Pick<Reader, 'db'>, returnId: OrderReturnId): Promise<ReturnLineRow[]> =>
  db
    .selectFrom('order_return_lines as l')
    .innerJoin('order_items as i', 'i.id', 'l.orderItemId')
    .innerJoin('orders as o', 'o.id', 'i.orderId')
    .select([
      'l.orderItemId',
      'i.variantId',
      'l.quantity as wanted',
      'i.quantity',
      'i.returnedQuantity as returnedBefore',
      'i.lineTotalCents',
      'i.discountCents',
      'i.taxCents',
      'i.tracked',
      'o.taxIncluded',
    ])
    .where('l.returnId', '=', returnId)
    .orderBy('i.position')
    .$narrowType<Pick<ReturnLineRow, 'orderItemId' | 'variantId'>>()
    .execute();
