/**
 * Writes `holds`, and the counters of `stock_levels` and `stock_allocations` where the same statement moves units. Holds of carts are also written
 * in `cart-hold.store.ts`.
 */
import type { CartId, OrderEditId, OrderId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import type { HeldUnits } from './hold.locks.ts';
import { stockToChange, variantsOfHolds } from './stock.locks.ts';

/**
 * SQL: the update that ends the active holds that `which` selects, for larger statements that move their units as well.
 * Only this update writes `holds.state`: an `active` hold ends once, sold (`committed`) or `released`.
 * The alias of the table is `h`; `beside` are further tables of the condition. The caller has locked the stock rows.
 */
export const endHolds = (to: 'committed' | 'released', which: RawBuilder<unknown>, beside?: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`update holds h set state = ${sql.lit(to)}, ended_at = now() ${beside ? sql`from ${beside}` : sql``} where h.state = 'active' and ${which}`;

/** Moves the holds of carts to their orders, until each `expiresAt`. */
export const passHoldsToOrders = async (
  tx: Tx,
  orders: readonly { readonly cartId: CartId; readonly orderId: OrderId; readonly expiresAt: Date }[],
): Promise<void> => {
  const cartIds = orders.map((o) => o.cartId);
  await sql`
    update holds set cart_id = null, order_id = o.order_id, expires_at = o.expires_at
    from unnest(${cartIds}::uuid[], ${orders.map((o) => o.orderId)}::uuid[], ${orders.map((o) => o.expiresAt)}::timestamptz[]) as o(cart_id, order_id, expires_at)
    where holds.cart_id = o.cart_id and holds.cart_id = any(${cartIds}::uuid[]) and state = 'active'`.execute(tx.db);
};

/** Moves the end of an order's active holds to `expiresAt`. */
export const moveHoldsOfOrder = async (tx: Tx, orderId: OrderId, expiresAt: Date): Promise<void> => {
  await sql`update holds set expires_at = ${expiresAt} where order_id = ${orderId} and state = 'active'`.execute(tx.db);
};

/** Turns free units of a locked allocation into the holds of new orders. The caller has seen that enough are free; the table's CHECK makes sure. */
export const holdFromAllocation = async (
  tx: Tx,
  allocation: { id: string; variantId: VariantId },
  holds: readonly { orderId: OrderId; quantity: number; expiresAt: Date }[],
): Promise<void> => {
  const units = holds.reduce((sum, hold) => sum + hold.quantity, 0);
  const rows = holds.map((hold) => ({ ...hold, id: tx.ids.next() }));
  await sql`
    with taken as (update stock_allocations set units_free = units_free - ${units} where id = ${allocation.id})
    insert into holds (id, variant_id, quantity, order_id, allocation_id, expires_at)
    select id, ${allocation.variantId}, quantity, "orderId", ${allocation.id}, "expiresAt"
    from json_to_recordset(${JSON.stringify(rows)}::json) as h(id uuid, quantity int, "orderId" uuid, "expiresAt" timestamptz)`.execute(
    tx.db,
  );
};

/** Inserts the holds of an edit and reserves their units. The caller has locked the stock rows and has seen that enough units are free. */
export const insertEditHolds = async (tx: Tx, editId: OrderEditId, units: readonly HeldUnits[], expiresAt: Date): Promise<void> => {
  const rows = units.map(({ variantId, quantity }) => ({ id: tx.ids.next(), variantId, quantity }));
  await sql`
    with wanted as (select * from json_to_recordset(${JSON.stringify(rows)}::json) as w(id uuid, "variantId" uuid, quantity int)),
    held as (insert into holds (id, variant_id, quantity, order_edit_id, expires_at) select id, "variantId", quantity, ${editId}, ${expiresAt} from wanted)
    update stock_levels s set reserved = s.reserved + w.quantity, updated_at = now() from wanted w where s.variant_id = w."variantId"`.execute(
    tx.db,
  );
};

/**
 * Locks the stock rows of the units that an edit holds, ends its holds as sold and takes the units off the counters. Returns the units; none
 * when the holds have ended before.
 */
export const commitEditHolds = async (tx: Tx, editId: OrderEditId): Promise<HeldUnits[]> => {
  // The holds end after the stock rows are locked, in their order: array(select ... from locked) waits for them.
  const { rows } = await sql<HeldUnits>`
    with locked as materialized (
      ${stockToChange(sql`s.variant_id`, variantsOfHolds(sql`order_edit_id = ${editId}`))}),
    ended as (
      ${endHolds('committed', sql`h.order_edit_id = ${editId} and h.variant_id = any(array(select variant_id from locked))`)}
      returning variant_id, quantity),
    sold as (
      update stock_levels s set on_hand = s.on_hand - e.quantity, reserved = s.reserved - e.quantity, version = s.version + 1, updated_at = now()
      from ended e where s.variant_id = e.variant_id)
    select variant_id as "variantId", quantity from ended`.execute(tx.db);
  return rows;
};

export interface SoldUnits extends HeldUnits {
  readonly orderId: OrderId;
}

/**
 * Locks the stock rows of the units that orders hold, ends their holds as sold and takes the units off the counters. Returns the units, in
 * the order of orders and variants; none when the holds have ended before.
 */
export const commitOrderHolds = async (tx: Tx, orderIds: readonly OrderId[]): Promise<SoldUnits[]> => {
  // The holds end after the stock rows are locked, in their order: array(select ... from locked) waits for them.
  const { rows } = await sql<SoldUnits>`
    with locked as materialized (
      ${stockToChange(sql`s.variant_id`, variantsOfHolds(sql`order_id = any(${orderIds}::uuid[])`))}),
    ended as (
      ${endHolds('committed', sql`h.order_id = any(${orderIds}::uuid[]) and h.variant_id = any(array(select variant_id from locked))`)}
      returning order_id, variant_id, quantity),
    sums as (select variant_id, sum(quantity)::int as quantity from ended group by variant_id),
    sold as (
      update stock_levels s set on_hand = s.on_hand - e.quantity, reserved = s.reserved - e.quantity, version = s.version + 1, updated_at = now()
      from sums e where s.variant_id = e.variant_id)
    select order_id as "orderId", variant_id as "variantId", quantity from ended order by order_id, variant_id`.execute(tx.db);
  return rows;
};

/**
 * Releases the holds that `holder`, a condition that names one order or one edit, selects: into their allocation while it is open, otherwise
 * into the available stock. The caller has locked the stock rows. Returns the units that went into the available stock.
 */
export const releaseHeldUnits = async (tx: Tx, holder: RawBuilder<unknown>): Promise<HeldUnits[]> => {
  const { rows } = await sql<HeldUnits>`
    with released as (
      ${endHolds('released', holder)} returning variant_id, quantity, allocation_id
    ), returned as (
      update stock_allocations a set units_free = a.units_free + r.quantity from released r where a.id = r.allocation_id and a.closed_at is null returning a.id
    )
    update stock_levels s set reserved = s.reserved - r.quantity, updated_at = now()
    from released r where s.variant_id = r.variant_id and not exists (select 1 from returned where returned.id = r.allocation_id)
    returning s.variant_id as "variantId", r.quantity`.execute(tx.db);
  return rows;
};
