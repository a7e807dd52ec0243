/** Tx steps that turn an order's held units into sold ones, or return them. The caller has locked the order. */
import type { CartId, OrderId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { system, type Tx } from '../kernel/index.ts';
import { endHolds } from './hold.state.ts';
import { restockLines, type RestockedLine } from './restock-lines.ts';
import { announceReturns } from './stock.events.ts';
import { writeSales } from './stock.ledger.ts';
import { takeByPriority, type UnitsAt } from './stock.locations.ts';
import { lockStock, stockToChange, variantsOfHolds } from './stock.locks.ts';

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

/** Which holds: a condition that names one order or one edit. */
type Holder = RawBuilder<unknown>;
interface HeldUnits {
  readonly variantId: VariantId;
  readonly quantity: number;
}

interface SoldUnits {
  readonly orderId: OrderId;
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** Splits units into parts that name each variant once, as `takeByPriority` requires: one part, unless orders share a variant. */
const onePerVariant = (held: readonly SoldUnits[]): SoldUnits[][] => {
  const parts: SoldUnits[][] = [];
  const places = new Map<VariantId, number>();
  for (const units of held) {
    const place = places.get(units.variantId) ?? 0;
    places.set(units.variantId, place + 1);
    (parts[place] ??= []).push(units);
  }
  return parts;
};

/**
 * Turns the holds of orders into sales: on hand and reserved go down together, the locations that serve the orders are
 * chosen, and the ledger gets a row per line and location. Does nothing the second time.
 */
export const commitOrderStock = async (tx: Tx, orderIds: readonly OrderId[]): Promise<void> => {
  // The holds end after the stock rows are locked, in their order: array(select ... from locked) waits for them.
  const { rows: held } = await sql<SoldUnits>`
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
  if (held.length === 0) return;
  const taken: (UnitsAt & { orderId: OrderId })[] = [];
  for (const part of onePerVariant(held)) {
    const orderOf = new Map(part.map(({ variantId, orderId }) => [variantId, orderId]));
    for (const units of await takeByPriority(tx, part)) {
      const orderId = orderOf.get(units.variantId);
      if (orderId) taken.push({ ...units, orderId });
    }
  }
  await writeSales(tx, taken);
  for (const [orderId, items] of Map.groupBy(held, (units) => units.orderId))
    tx.outbox.add('stock.committed', orderId, { orderId, items: items.map(({ variantId, quantity }) => ({ variantId, quantity })) });
};

/**
 * Tx step: releases held units into their allocation while it is open, otherwise into the available stock. Does nothing
 * the second time.
 */
export const releaseHolds = async (tx: Tx, holder: Holder): Promise<void> => {
  const { rows: held } = await sql<HeldUnits>`
    select variant_id as "variantId", quantity from holds where ${holder} and state = 'active' order by variant_id`.execute(tx.db);
  if (held.length === 0) return;
  const stock = await lockStock(
    tx,
    held.map((h) => h.variantId),
  );
  const { rows } = await sql<HeldUnits>`
    with released as (
      ${endHolds('released', holder)} returning variant_id, quantity, allocation_id
    ), returned as (
      update stock_allocations a set units_free = a.units_free + r.quantity from released r where a.id = r.allocation_id and a.closed_at is null returning a.id
    )
    update stock_levels s set reserved = s.reserved - r.quantity, updated_at = now()
    from released r where s.variant_id = r.variant_id and not exists (select 1 from returned where returned.id = r.allocation_id)
    returning s.variant_id as "variantId", r.quantity`.execute(tx.db);
  announceReturns(tx, stock, rows);
};

/** Releases the units of an unpaid order. */
export const releaseOrderStock = (tx: Tx, orderId: OrderId): Promise<void> => releaseHolds(tx, sql`order_id = ${orderId}`);

/** Puts the units of a sold order that were never shipped back into stock, each line once. Shipped units come back by returns. */
export const restockOrder = async (tx: Tx, orderId: OrderId, reason: string): Promise<void> => {
  const { rows } = await sql<RestockedLine>`
    select i.variant_id as "variantId", i.id as "orderItemId", i.quantity - i.shipped_quantity as quantity
    from order_items i where i.order_id = ${orderId} and i.quantity > i.shipped_quantity
      and exists (select 1 from stock_movements m where m.order_item_id = i.id and m.kind = 'sold')
      and not exists (select 1 from stock_movements r where r.order_item_id = i.id and r.kind = 'restocked' and r.change_id is null)
    order by i.variant_id`.execute(tx.db);
  await restockLines(tx, rows, { reason, changeId: null, actor: system('restock') });
};
