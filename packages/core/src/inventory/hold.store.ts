/**
 * Writes `holds`, and the counters of `stock_levels` and `stock_allocations` where the same statement moves units. Holds of carts are
 * also written in `cart-hold.store.ts`.
 */
import type { CartId, OrderEditId, OrderId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { columnsAs, rowsAs, type Tx } from '../kernel/index.ts';
import type { HeldUnits } from './hold.locks.ts';
import { heldByEdit, heldByOrders, variantsHeldBy, type Holder } from './hold.queries.ts';
import { stockToChange } from './stock.locks.ts';

/**
 * SQL: the update that ends the active holds that `which` selects, for larger statements that move their units as well.
 * Only this update writes `holds.state`: an `active` hold ends once, sold (`committed`) or `released`.
 * The alias of the table is `h`; `fromTables` names further tables of the condition. The caller has locked the stock rows.
 */
export const endHolds = (to: 'committed' | 'released', which: RawBuilder<unknown>, fromTables?: string): RawBuilder<unknown> =>
  sql`update holds h set state = ${sql.lit(to)}, ended_at = now()${sql.raw(fromTables ? ` from ${fromTables}` : '')}
      where h.state = 'active' and ${which}`;

/** Moves the holds of carts to their orders, until each `expiresAt`. */
export const passHoldsToOrders = async (
  tx: Tx,
  orders: readonly { readonly cartId: CartId; readonly orderId: OrderId; readonly expiresAt: Date }[],
): Promise<void> => {
  const cartIds = orders.map((o) => o.cartId);
  await sql`
    update holds set cart_id = null, order_id = o.order_id, expires_at = o.expires_at
    from unnest(
      ${cartIds}::uuid[], ${orders.map((o) => o.orderId)}::uuid[], ${orders.map((o) => o.expiresAt)}::timestamptz[]
    ) as o(cart_id, order_id, expires_at)
    where holds.cart_id = o.cart_id and holds.cart_id = any(${cartIds}::uuid[]) and state = 'active'`.execute(tx.db);
};

/** Moves the end of an order's active holds to `expiresAt`. */
export const moveHoldsOfOrder = async ({ db }: Tx, orderId: OrderId, expiresAt: Date): Promise<void> => {
  await db.updateTable('holds').set({ expiresAt }).where('orderId', '=', orderId).where('state', '=', sql.lit('active')).execute();
};

/**
 * Turns free units of a locked allocation into the holds of new orders. The caller has seen that enough are free; the table's CHECK
 * makes sure.
 */
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
    select id, ${allocation.variantId}, quantity, order_id, ${allocation.id}, expires_at
    from ${rowsAs('h', rows, { id: 'uuid', quantity: 'int', orderId: 'uuid', expiresAt: 'timestamptz' })}`.execute(tx.db);
};

/** Inserts the holds of an edit and reserves their units. The caller has locked the stock rows and has seen that enough units are free. */
export const insertEditHolds = async (tx: Tx, editId: OrderEditId, units: readonly HeldUnits[], expiresAt: Date): Promise<void> => {
  const rows = units.map(({ variantId, quantity }) => ({ id: tx.ids.next(), variantId, quantity }));
  await sql`
    with wanted as (select * from ${rowsAs('w', rows, { id: 'uuid', variantId: 'uuid', quantity: 'int' })}),
    held as (
      insert into holds (id, variant_id, quantity, order_edit_id, expires_at)
      select id, variant_id, quantity, ${editId}, ${expiresAt} from wanted)
    update stock_levels s set reserved = s.reserved + w.quantity, updated_at = now()
    from wanted w where s.variant_id = w.variant_id`.execute(tx.db);
};

/** Units that were sold to an order, or to the order of an edit, where `orderId` is null. */
interface CommittedUnits extends HeldUnits {
  readonly orderId: OrderId | null;
  /** Whether the units still count as reserved, because more units of the variant are reserved than are on hand. */
  readonly backordered: boolean;
}

/**
 * Locks the stock rows of the units of a holder, ends its holds as sold and takes the units off the counters. Units of a variant of which
 * more are reserved than are on hand stay on them: the caller backorders these. The units of an allocation were on hand when it was made,
 * and are only backordered when staff forced a lower count. Returns the units, in the order of orders and variants; none when the holds
 * have ended before.
 */
const commitHolds = async <T extends CommittedUnits>(tx: Tx, holder: Holder): Promise<T[]> => {
  // The holds end after the stock rows are locked, in their order: array(select ... from locked) waits for them. Every column of the
  // CHECK is set from the values that the lock read, because it is first tried on the version of the snapshot.
  const { rows } = await sql<T>`
    with locked as materialized (
      ${stockToChange('s.variant_id, s.on_hand, s.reserved, s.backorder_limit, s.forced_short, s.tracked', variantsHeldBy(holder))}),
    ended as (
      ${endHolds('committed', sql`${holder} and h.variant_id = any(array(select variant_id from locked))`)}
      returning order_id, variant_id, quantity, allocation_id is not null as allocated),
    sums as (
      select variant_id, sum(quantity)::int as units, coalesce(sum(quantity) filter (where allocated), 0)::int as allocated
      from ended group by variant_id),
    parts as (
      select k.*, k.reserved <= k.on_hand as covered, e.allocated <= k.on_hand as there,
        case when k.reserved <= k.on_hand then e.units when e.allocated <= k.on_hand then e.allocated else 0 end as units
      from locked k join sums e using (variant_id)),
    sold as (
      update stock_levels s set on_hand = p.on_hand - p.units, reserved = p.reserved - p.units, backorder_limit = p.backorder_limit,
        forced_short = p.forced_short, tracked = p.tracked, version = s.version + 1, updated_at = now()
      from parts p where s.variant_id = p.variant_id and p.units > 0)
    select ${columnsAs<'holds'>('e', ['orderId', 'variantId', 'quantity'])},
      not (p.covered or (e.allocated and p.there)) as backordered
    from ended e join parts p using (variant_id) order by e.order_id, e.variant_id`.execute(tx.db);
  return rows;
};

/** Units that were sold to an order. */
export interface SoldUnits extends HeldUnits {
  readonly orderId: OrderId;
}

/** Turns the units that orders hold into sold units, see `commitHolds`. */
export const commitOrderHolds = (tx: Tx, orderIds: readonly OrderId[]): Promise<(CommittedUnits & SoldUnits)[]> =>
  commitHolds<CommittedUnits & SoldUnits>(tx, heldByOrders(orderIds));

/** Turns the units that an edit holds into sold units, see `commitHolds`. */
export const commitEditHolds = (tx: Tx, editId: OrderEditId): Promise<CommittedUnits[]> => commitHolds(tx, heldByEdit(editId));

/**
 * Releases the holds of a holder: into their allocation while it is open, otherwise into the available stock. The caller has locked the
 * stock rows. Returns the units that went into the available stock.
 */
export const releaseHeldUnits = async (tx: Tx, holder: Holder): Promise<HeldUnits[]> => {
  const { rows } = await sql<HeldUnits>`
    with released as (
      ${endHolds('released', holder)} returning variant_id, quantity, allocation_id
    ), returned as (
      update stock_allocations a set units_free = a.units_free + r.quantity
      from released r where a.id = r.allocation_id and a.closed_at is null returning a.id
    )
    update stock_levels s set reserved = s.reserved - r.quantity, updated_at = now()
    from released r where s.variant_id = r.variant_id and not exists (select 1 from returned where returned.id = r.allocation_id)
    returning ${columnsAs<'holds'>('r', ['variantId', 'quantity'])}`.execute(tx.db);
  return rows;
};
