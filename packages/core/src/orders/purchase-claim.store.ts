/**
 * Writes `purchase_claims` and `purchase_counts`, for purchase limits that hold across orders: what an identity has claimed
 * within a scope, such as one item of a sale, is a counter row. The caller holds a lock that all buyers of the scope share.
 */
import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { rowsAs, type Tx } from '../kernel/index.ts';

/** Units that count against the limit of a buyer. */
export interface PurchaseClaim {
  readonly orderId: OrderId;
  /** Keyed hash of the data that identify one buyer. */
  readonly identity: string;
  readonly units: number;
}

/** The units that each identity has claimed; identities without claims are omitted. */
export const readPurchaseCounts = async (tx: Tx, scopeId: string, identities: readonly string[]): Promise<Map<string, number>> => {
  const { rows } = await sql<{ identity: string; units: number }>`
    select identity, units from purchase_counts where scope_id = ${scopeId} and identity = any(${identities}::text[])`.execute(tx.db);
  return new Map(rows.map((row) => [row.identity, row.units]));
};

/** Adds the claims of new orders to the counters. */
export const claimPurchases = async (tx: Tx, scopeId: string, claims: readonly PurchaseClaim[]): Promise<void> => {
  if (claims.length === 0) return;
  await sql`
    with claims as (select * from ${rowsAs('c', claims, { orderId: 'uuid', identity: 'text', units: 'int' })}),
    kept as (
      insert into purchase_claims (order_id, scope_id, identity, units) select order_id, ${scopeId}, identity, units from claims)
    insert into purchase_counts as n (scope_id, identity, units) select ${scopeId}, identity, sum(units) from claims group by identity
    on conflict (scope_id, identity) do update set units = n.units + excluded.units`.execute(tx.db);
};

/**
 * Releases the claims of an order that ended unpaid. Does nothing the second time. In the lock order it comes after the
 * units of the order.
 */
export const releasePurchases = async (tx: Tx, orderId: OrderId): Promise<void> => {
  await sql`
    with gone as (delete from purchase_claims where order_id = ${orderId} returning scope_id, identity, units)
    update purchase_counts n set units = n.units - gone.units from gone
    where n.scope_id = gone.scope_id and n.identity = gone.identity`.execute(tx.db);
};
