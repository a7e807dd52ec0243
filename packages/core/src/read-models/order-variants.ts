/** The variants whose stock a change of an order can touch. */
import type { OrderId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';

/** The variants of an order's lines, and of the units that the order and its edits hold. */
export const readVariantsOfOrder = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<VariantId[]> => {
  const rows = await db
    .selectFrom('order_items')
    .select('variantId')
    .where('orderId', '=', orderId)
    .union((eb) =>
      eb
        .selectFrom('holds as h')
        .leftJoin('order_edits as e', 'e.id', 'h.orderEditId')
        .select('h.variantId')
        .where('h.state', '=', sql.lit('active'))
        .where(({ eb: is, or }) => or([is('h.orderId', '=', orderId), is('e.orderId', '=', orderId)])),
    )
    .$narrowType<{ variantId: VariantId }>()
    .execute();
  return rows.map(({ variantId }) => variantId);
};
