/** The edit of an order that waits for its payment. */
import type { OrderEditId, OrderEditStatus, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';

/** The pending edit of an order; null when it has none. */
export const findOpenEditId = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<OrderEditId | null> => {
  const row = await db
    .selectFrom('order_edits')
    .select('id')
    .where('orderId', '=', orderId)
    .where('status', '=', sql.lit<OrderEditStatus>('awaiting_payment'))
    .$narrowType<{ id: OrderEditId }>()
    .executeTakeFirst();
  return row?.id ?? null;
};
