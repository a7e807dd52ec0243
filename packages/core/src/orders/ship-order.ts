import type { Order, OrderLinesInput, ShipmentId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { exceedsOrder, type LineUnits } from './order.lines.ts';
import { assertNoOpenEdit } from './order.edits.ts';
import { lockOrder, type OrderRow } from './order.locks.ts';
import { assertStillPaid } from './order.money.ts';
import { readOrder } from './order.queries.ts';
import { assertTransition, changeOrderStatus } from './order.state.ts';
import { assertAddressReadable } from './update-order-address.ts';

/**
 * Hands units of a paid order to a carrier: the given lines, or all remaining units. The order becomes shipped with its
 * last unit. Throws `INVALID_TRANSITION` unless it is confirmed, and `QUANTITY_EXCEEDS_ORDER` when a line has fewer
 * units left; then nothing is shipped. `ORDER_EDIT_PENDING` while an edit waits for its payment, `ORDER_REFUNDED` when
 * it is fully refunded, `PAYMENT_DISPUTED` while a dispute is open or after it was lost. `UNREADABLE_VALUE` while its
 * address cannot be read.
 */
export const shipOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['ship']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  return transactOnce(core, { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    assertTransition(order.status, 'shipped');
    await assertNoOpenEdit(tx, order.id);
    await assertStillPaid(tx, order.id);
    await assertAddressReadable(tx, order.id);
    const lines = input.items ? await takeUnits(tx, order, input.items) : await takeAllUnits(tx, order);
    const units = lines.reduce((sum, line) => sum + line.quantity, 0);
    const shipmentId = await insertParcel(tx, order, input, lines);
    await sql`update orders set shipped_count = shipped_count + ${units}, updated_at = now() where id = ${order.id}`.execute(tx.db);
    const about = { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId, shipmentId };
    tx.outbox.add('order.parcel_sent', order.id, { ...about, units });
    if (order.shippedCount + units === order.itemCount) {
      await changeOrderStatus(tx, order, { to: 'shipped' }, actor);
      tx.outbox.add('order.shipped', order.id, about);
    }
    return readOrder(tx, order.id, actor);
  });
};

/** Counts the units as shipped, each line by one guarded statement; a line with too few units left refuses the whole parcel. */
const takeUnits = async (tx: Tx, order: OrderRow, wanted: OrderLinesInput): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with wanted as (select * from json_to_recordset(${JSON.stringify(wanted)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set shipped_quantity = i.shipped_quantity + w.quantity from wanted w
    where i.id = w."orderItemId" and i.order_id = ${order.id} and i.shipped_quantity + w.quantity <= i.quantity
    returning i.id as "orderItemId", w.quantity`.execute(tx.db);
  if (rows.length !== wanted.length) throw await exceedsOrder(tx, order.id, wanted, rows, sql`quantity - shipped_quantity`);
  return rows;
};

const takeAllUnits = async (tx: Tx, order: OrderRow): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with rest as (select id, quantity - shipped_quantity as quantity from order_items where order_id = ${order.id} and shipped_quantity < quantity)
    update order_items i set shipped_quantity = i.quantity from rest where i.id = rest.id returning i.id as "orderItemId", rest.quantity`.execute(
    tx.db,
  );
  return rows;
};

const insertParcel = async (
  tx: Tx,
  order: OrderRow,
  label: { carrier: string; trackingNumber: string; trackingUrl?: string | undefined },
  lines: readonly LineUnits[],
): Promise<ShipmentId> => {
  const id = tx.ids.next<ShipmentId>();
  const { carrier, trackingNumber, trackingUrl = null } = label;
  await tx.db
    .insertInto('shipments')
    .values({ id, order_id: order.id, carrier, tracking_number: trackingNumber, tracking_url: trackingUrl })
    .execute();
  await tx.db
    .insertInto('shipment_lines')
    .values(lines.map((line) => ({ shipment_id: id, order_item_id: line.orderItemId, quantity: line.quantity })))
    .execute();
  return id;
};
