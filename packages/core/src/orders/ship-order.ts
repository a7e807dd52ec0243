import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { counted, DomainError, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readUnitsToShip, type UnitsToShip } from '../read-models/backorders.ts';
import { shipAllUnits, shipUnits } from './order-line.store.ts';
import { exceedsOrder, type LineUnits } from './order.lines.ts';
import { assertNoOpenEdit } from './order.edits.ts';
import { lockOrder } from './order.locks.ts';
import type { OrderRow } from './order.row.ts';
import { assertStillPaid } from './order.money.ts';
import { readOrder } from './order.queries.ts';
import { assertTransition } from './order.state.ts';
import { addShippedCount } from './order-change.store.ts';
import { changeOrderStatus } from './order.store.ts';
import { insertShipment } from './shipment.store.ts';
import { assertAddressReadable } from './update-order-address.ts';

/**
 * Hands units of a paid order to a carrier: the given lines, or all remaining units. The order becomes shipped with its
 * last unit. Throws `INVALID_TRANSITION` unless it is confirmed, `QUANTITY_EXCEEDS_ORDER` when a line has fewer units left, and
 * `UNITS_BACKORDERED` when some of them have not arrived; then nothing is shipped. `ORDER_EDIT_PENDING` while an edit waits for
 * its payment, `ORDER_REFUNDED` when it is fully refunded, `PAYMENT_DISPUTED` while a dispute is open or after it was lost.
 * `UNREADABLE_VALUE` while its address cannot be read.
 */
export const shipOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['ship']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  return transact(core, { once: { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    assertTransition(order, 'shipped');
    await assertNoOpenEdit(tx, order.id);
    await assertStillPaid(tx, order.id);
    await assertAddressReadable(tx, order.id);
    const lines = input.items ? await shipRequested(tx, order, input.items) : await shipRest(tx, order);
    const units = lines.reduce((sum, line) => sum + line.quantity, 0);
    const shipmentId = await insertShipment(tx, order.id, input, lines);
    await addShippedCount(tx, order.id, units);
    const about = { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId, shipmentId };
    tx.outbox.add('order.parcel_sent', order.id, { ...about, units });
    if (order.shippedCount + units === order.itemCount) {
      await changeOrderStatus(tx, order, { to: 'shipped' }, actor);
      tx.outbox.add('order.shipped', order.id, about);
    }
    return readOrder(tx, order.id, actor);
  });
};

/** Counts the requested units as shipped; a line with too few units left, or on hand, refuses the whole parcel. */
const shipRequested = async (tx: Tx, order: OrderRow, wanted: readonly LineUnits[]): Promise<LineUnits[]> => {
  const shipped = await shipUnits(tx, order.id, wanted);
  const missing = wanted.filter((line) => !shipped.some(({ orderItemId }) => orderItemId === line.orderItemId));
  if (missing.length === 0) return shipped;
  const lines = await readUnitsToShip(tx, order.id);
  refuseBackordered(lines, missing);
  if (missing.some(({ orderItemId, quantity }) => !lines.some(({ id, left }) => id === orderItemId && left >= quantity)))
    throw await exceedsOrder(tx, order.id, wanted, shipped, ['quantity', 'shippedQuantity']);
  // They arrived meanwhile: units arrive without the lock of the order.
  return [...shipped, ...(await shipRequested(tx, order, missing))];
};

/** Counts all remaining units as shipped; a line with backordered units refuses the whole parcel. */
const shipRest = async (tx: Tx, order: OrderRow): Promise<LineUnits[]> => {
  const shipped = await shipAllUnits(tx, order.id);
  const shippedCount = shipped.reduce((sum, line) => sum + line.quantity, order.shippedCount);
  if (shippedCount === order.itemCount) return shipped;
  const missing = (await readUnitsToShip(tx, order.id)).filter(({ left }) => left > 0);
  if (missing.length === 0) return shipped;
  refuseBackordered(
    missing,
    missing.map(({ id, left }) => ({ orderItemId: id, quantity: left })),
  );
  return [...shipped, ...(await shipRest(tx, { ...order, shippedCount }))];
};

/** Throws `UNITS_BACKORDERED` for the first of the lines that wants backordered units. */
const refuseBackordered = (lines: readonly UnitsToShip[], wanted: readonly LineUnits[]): void => {
  for (const { orderItemId, quantity } of wanted) {
    const line = lines.find(({ id }) => id === orderItemId);
    if (!line || quantity > line.left || quantity <= line.left - line.backordered) continue;
    const { productName, backordered } = line;
    const left = line.left - backordered;
    throw new DomainError(
      'UNITS_BACKORDERED',
      `${counted(backordered, 'unit')} of ${productName} ${backordered === 1 ? 'is' : 'are'} backordered. ` +
        `At most ${counted(left, 'unit')} of this line can be shipped before stock arrives.`,
      { details: { orderItemId, backordered, left } },
    );
  }
};
