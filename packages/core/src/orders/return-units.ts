/** Tx steps on a locked order that count returned units. Each is one guarded statement; the database checks the bounds as well. */
import type { OrderId, OrderLinesInput } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { exceedsOrder, type LineUnits } from './order.lines.ts';
import type { OrderRow } from './order.locks.ts';

/**
 * Claims units for a return, so that no other return can contain them. Throws `QUANTITY_EXCEEDS_ORDER` for units that
 * were not shipped or are in another return.
 */
export const claimReturnUnits = async (tx: Tx, orderId: OrderId, wanted: OrderLinesInput): Promise<void> => {
  const { rows } = await sql<LineUnits>`
    with wanted as (select * from json_to_recordset(${JSON.stringify(wanted)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set claimed_quantity = i.claimed_quantity + w.quantity from wanted w
    where i.id = w."orderItemId" and i.order_id = ${orderId} and i.claimed_quantity + w.quantity <= i.shipped_quantity
    returning i.id as "orderItemId", w.quantity`.execute(tx.db);
  if (rows.length !== wanted.length) throw await exceedsOrder(tx, orderId, wanted, rows, sql`shipped_quantity - claimed_quantity`);
};

/** Claims every shipped unit that is in no return; returns them by line. */
export const claimUnreturnedUnits = async (tx: Tx, orderId: OrderId): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with rest as (select id, shipped_quantity - claimed_quantity as quantity from order_items where order_id = ${orderId} and claimed_quantity < shipped_quantity)
    update order_items i set claimed_quantity = i.shipped_quantity from rest where i.id = rest.id returning i.id as "orderItemId", rest.quantity`.execute(
    tx.db,
  );
  return rows;
};

/** Releases claimed units, which stay with the buyer: the return was refused, or they did not arrive. */
export const releaseReturnUnits = async (tx: Tx, lines: readonly LineUnits[]): Promise<void> => {
  await sql`
    with wanted as (select * from json_to_recordset(${JSON.stringify(lines)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set claimed_quantity = i.claimed_quantity - w.quantity from wanted w where i.id = w."orderItemId"`.execute(tx.db);
};

/** Counts units that have arrived; returns the updated order. */
export const takeBackUnits = async (tx: Tx, order: OrderRow, arrived: readonly LineUnits[]): Promise<OrderRow> => {
  const units = arrived.reduce((sum, line) => sum + line.quantity, 0);
  await sql`
    with arrived as (select * from json_to_recordset(${JSON.stringify(arrived)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set returned_quantity = i.returned_quantity + w.quantity from arrived w where i.id = w."orderItemId"`.execute(
    tx.db,
  );
  await sql`update orders set returned_count = returned_count + ${units}, updated_at = now() where id = ${order.id}`.execute(tx.db);
  return { ...order, returnedCount: order.returnedCount + units };
};
