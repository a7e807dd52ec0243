/** Lines of an order whose units the stock ledger counts as sold, or that are backordered, and that were never shipped. */
import type { OrderId, OrderItemId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import { backorderedUnits } from './backorders.ts';

/** Units of a paid line that were never shipped. */
export interface UnshippedSale {
  readonly orderItemId: OrderItemId;
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** The unshipped units of each paid line of an order that a cancellation has not put back into stock before, in the order of variants. */
export const readUnshippedSales = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<UnshippedSale[]> =>
  db
    .selectFrom('order_items as i')
    .select((eb) => ['i.variantId', 'i.id as orderItemId', eb('i.quantity', '-', eb.ref('i.shippedQuantity')).as('quantity')])
    .where('i.orderId', '=', orderId)
    .whereRef('i.quantity', '>', 'i.shippedQuantity')
    .where(({ eb, exists, lit, or, selectFrom }) =>
      or([
        exists(
          selectFrom('stock_movements as m')
            .select(lit(1).as('one'))
            .whereRef('m.orderItemId', '=', 'i.id')
            .where('m.kind', '=', sql.lit('sold')),
        ),
        eb(backorderedUnits, '>', lit(0)),
      ]),
    )
    .where(({ exists, lit, not, selectFrom }) =>
      not(
        exists(
          selectFrom('stock_movements as r')
            .select(lit(1).as('one'))
            .whereRef('r.orderItemId', '=', 'i.id')
            .where('r.kind', '=', sql.lit('restocked'))
            .where('r.changeId', 'is', null),
        ),
      ),
    )
    .orderBy('i.variantId')
    .$narrowType<{ variantId: VariantId; orderItemId: OrderItemId }>()
    .execute();
