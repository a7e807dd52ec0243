/** Writes `shipments` and `shipment_lines`, the parcels of orders. */
import type { OrderId, ShipmentId } from '@cartwright/contracts';
import { now, type Tx } from '../kernel/index.ts';
import type { LineUnits } from './order.lines.ts';

/** The data on the label of a parcel. */
export interface ShipmentLabel {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl?: string | undefined;
}

/** Tx step on a locked order: inserts a parcel with its units; returns its id. */
export const insertShipment = async (tx: Tx, orderId: OrderId, label: ShipmentLabel, lines: readonly LineUnits[]): Promise<ShipmentId> => {
  const id = tx.ids.next<ShipmentId>();
  const { carrier, trackingNumber, trackingUrl = null } = label;
  await tx.db.insertInto('shipments').values({ id, orderId, carrier, trackingNumber, trackingUrl }).execute();
  await tx.db
    .insertInto('shipment_lines')
    .values(lines.map((line) => ({ shipmentId: id, orderItemId: line.orderItemId, quantity: line.quantity })))
    .execute();
  return id;
};

/** Tx step on a locked order: marks one parcel, or all of them, as delivered. Returns those that had not arrived before. */
export const markShipmentsDelivered = async (tx: Tx, orderId: OrderId, shipmentId: ShipmentId | null): Promise<ShipmentId[]> => {
  const parcels = tx.db.updateTable('shipments').set({ deliveredAt: now }).where('orderId', '=', orderId).where('deliveredAt', 'is', null);
  const marked = shipmentId === null ? parcels : parcels.where('id', '=', shipmentId);
  const rows = await marked.returning('id').$narrowType<{ id: ShipmentId }>().execute();
  return rows.map(({ id }) => id);
};
