/** The edit of an order that waits for its payment: the condition, for orders and for their edits. */
import type { OrderEditId, OrderEditStatus, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';

/** Selects the pending edit of an order, which has at most one. */
export const selectOpenEdit = ({ db }: Pick<Reader, 'db'>, orderId: OrderId) =>
  db
    .selectFrom('order_edits')
    .select('id')
    .where('orderId', '=', orderId)
    .where('status', '=', sql.lit<OrderEditStatus>('awaiting_payment'))
    .$narrowType<{ id: OrderEditId }>();
