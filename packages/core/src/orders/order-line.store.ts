/** Writes `order_items`, the lines of orders; `insertOrders` in `order.store.ts` writes those of new orders. */
import type { OrderId, OrderItemId, ProductId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import type { LineUnits } from './order.lines.ts';

/** A line as it is after a change of its order. */
export interface ChangedLine {
  readonly orderItemId: OrderItemId;
  /** Whether the order gets this line by the change. */
  readonly isNew: boolean;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
}

/** Tx step on a locked order: writes its changed lines, new ones after the others. */
export const changeOrderLines = async (tx: Tx, orderId: OrderId, lines: readonly ChangedLine[]): Promise<void> => {
  const rows = sql`json_to_recordset(${JSON.stringify(lines)}::json) as l("orderItemId" uuid, "isNew" boolean, "variantId" uuid, "productId" uuid, sku text, "productName" text,
    "variantTitle" text, quantity int, "unitPriceCents" bigint, "lineTotalCents" bigint, "discountCents" bigint, "taxCents" bigint)`;
  await sql`
    update order_items i set quantity = l.quantity, unit_price_cents = l."unitPriceCents", line_total_cents = l."lineTotalCents", discount_cents = l."discountCents", tax_cents = l."taxCents"
    from ${rows} where i.id = l."orderItemId" and not l."isNew"`.execute(tx.db);
  await sql`
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, unit_price_cents, line_total_cents, discount_cents, tax_cents, position)
    select l."orderItemId", ${orderId}, l."productId", l."variantId", l."productName", l."variantTitle", l.sku, l.quantity, l."unitPriceCents", l."lineTotalCents", l."discountCents", l."taxCents",
      (select max(position) from order_items where order_id = ${orderId}) + row_number() over ()
    from ${rows} where l."isNew"`.execute(tx.db);
};

/** Tx step on a locked order: counts units as shipped. Returns the lines that had enough units left; the others stay as they are. */
export const shipUnits = async (tx: Tx, orderId: OrderId, wanted: readonly LineUnits[]): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with wanted as (select * from json_to_recordset(${JSON.stringify(wanted)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set shipped_quantity = i.shipped_quantity + w.quantity from wanted w
    where i.id = w."orderItemId" and i.order_id = ${orderId} and i.shipped_quantity + w.quantity <= i.quantity
    returning i.id as "orderItemId", w.quantity`.execute(tx.db);
  return rows;
};

/** Tx step on a locked order: counts every unit as shipped that was not; returns these units by line. */
export const shipAllUnits = async (tx: Tx, orderId: OrderId): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with rest as (select id, quantity - shipped_quantity as quantity from order_items where order_id = ${orderId} and shipped_quantity < quantity)
    update order_items i set shipped_quantity = i.quantity from rest where i.id = rest.id returning i.id as "orderItemId", rest.quantity`.execute(
    tx.db,
  );
  return rows;
};

/**
 * Tx step on a locked order: claims shipped units for a return. Returns the lines that had enough units in no return; the
 * others stay as they are.
 */
export const claimUnits = async (tx: Tx, orderId: OrderId, wanted: readonly LineUnits[]): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with wanted as (select * from json_to_recordset(${JSON.stringify(wanted)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set claimed_quantity = i.claimed_quantity + w.quantity from wanted w
    where i.id = w."orderItemId" and i.order_id = ${orderId} and i.claimed_quantity + w.quantity <= i.shipped_quantity
    returning i.id as "orderItemId", w.quantity`.execute(tx.db);
  return rows;
};

/** Tx step on a locked order: claims every shipped unit that is in no return; returns them by line. */
export const claimUnreturnedUnits = async (tx: Tx, orderId: OrderId): Promise<LineUnits[]> => {
  const { rows } = await sql<LineUnits>`
    with rest as (select id, shipped_quantity - claimed_quantity as quantity from order_items where order_id = ${orderId} and claimed_quantity < shipped_quantity)
    update order_items i set claimed_quantity = i.shipped_quantity from rest where i.id = rest.id returning i.id as "orderItemId", rest.quantity`.execute(
    tx.db,
  );
  return rows;
};

/** Tx step on a locked order: releases claimed units, which stay with the buyer: the return was refused, or they did not arrive. */
export const releaseReturnUnits = async (tx: Tx, lines: readonly LineUnits[]): Promise<void> => {
  await sql`
    with wanted as (select * from json_to_recordset(${JSON.stringify(lines)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set claimed_quantity = i.claimed_quantity - w.quantity from wanted w where i.id = w."orderItemId"`.execute(tx.db);
};

/** Tx step on a locked order: counts units of its lines as returned. */
export const returnUnits = async (tx: Tx, arrived: readonly LineUnits[]): Promise<void> => {
  await sql`
    with arrived as (select * from json_to_recordset(${JSON.stringify(arrived)}::json) as w("orderItemId" uuid, quantity int))
    update order_items i set returned_quantity = i.returned_quantity + w.quantity from arrived w where i.id = w."orderItemId"`.execute(
    tx.db,
  );
};
