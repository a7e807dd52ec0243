import type { CartId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, type Tx } from '../kernel/index.ts';
import { announceCrossings } from './stock.events.ts';
import { lockStock } from './stock.locks.ts';

export interface WantedHold {
  readonly variantId: VariantId;
  /** Units the cart shall hold afterwards; 0 lets them all go. */
  readonly quantity: number;
}

/**
 * Makes a cart hold exactly the wanted units of each variant and starts the hold's time anew. Holds of
 * other carts that have run out give way first, so an expired hold never refuses a buyer.
 * All or nothing: throws `INSUFFICIENT_STOCK` with what is available. The caller has locked the cart.
 */
export const holdStock = async (tx: Tx, cartId: CartId, wanted: readonly WantedHold[]): Promise<void> => {
  if (wanted.length === 0) return;
  const variantIds = wanted.map((w) => w.variantId);
  let stock = await lockStock(tx, variantIds);
  const held = await sql<{ variantId: string; quantity: number }>`
    select variant_id as "variantId", quantity from holds where cart_id = ${cartId} and state = 'active' and variant_id = any(${variantIds}::uuid[])`.execute(
    tx.db,
  );
  const current = new Map(held.rows.map((h) => [h.variantId, h.quantity]));
  const deltas = wanted.map((w) => ({ ...w, delta: w.quantity - (current.get(w.variantId) ?? 0) }));
  const free = (id: string) => (stock.get(id)?.onHand ?? 0) - (stock.get(id)?.reserved ?? 0);

  const short = deltas.filter((d) => d.delta > free(d.variantId)).map((d) => d.variantId);
  if (short.length > 0 && (await releaseExpiredOf(tx, short, cartId))) stock = await lockStock(tx, variantIds);
  for (const d of deltas) {
    const available = free(d.variantId);
    if (d.delta > available)
      throw new DomainError(
        'INSUFFICIENT_STOCK',
        available > 0 ? `Only ${available + (current.get(d.variantId) ?? 0)} can be had right now.` : 'This is sold out right now.',
        {
          details: { variantId: d.variantId, requested: d.quantity, available: available + (current.get(d.variantId) ?? 0) },
        },
      );
  }

  const changed = deltas.filter((d) => d.delta !== 0);
  if (changed.length > 0)
    await sql`
      update stock_levels s set reserved = s.reserved + w.delta, version = s.version + 1, updated_at = now()
      from unnest(${changed.map((d) => d.variantId)}::uuid[], ${changed.map((d) => d.delta)}::int[]) as w(variant_id, delta)
      where s.variant_id = w.variant_id`.execute(tx.db);
  const kept = deltas.filter((d) => d.quantity > 0);
  if (kept.length > 0)
    await sql`
      insert into holds (id, variant_id, quantity, cart_id, expires_at)
      select w.id, w.variant_id, w.quantity, ${cartId}, now() + make_interval(mins => ${tx.config.cartHoldMinutes})
      from unnest(${kept.map(() => tx.ids.next())}::uuid[], ${kept.map((d) => d.variantId)}::uuid[], ${kept.map((d) => d.quantity)}::int[]) as w(id, variant_id, quantity)
      on conflict (cart_id, variant_id) where state = 'active' do update set quantity = excluded.quantity, expires_at = excluded.expires_at`.execute(
      tx.db,
    );
  const dropped = deltas.filter((d) => d.quantity === 0);
  if (dropped.length > 0)
    await sql`
      update holds set state = 'released', ended_at = now()
      where cart_id = ${cartId} and state = 'active' and variant_id = any(${dropped.map((d) => d.variantId)}::uuid[])`.execute(tx.db);
  for (const d of changed) {
    const row = stock.get(d.variantId);
    if (row) announceCrossings(tx, row, row.onHand - row.reserved, row.onHand - row.reserved - d.delta);
  }
};

/** Ends the holds of other carts that have run out on locked variants; answers whether there were any. */
const releaseExpiredOf = async (tx: Tx, variantIds: readonly string[], exceptCart: CartId): Promise<boolean> => {
  const { rows } = await sql<{ variantId: string }>`
    with ended as (
      update holds set state = 'released', ended_at = now()
      where state = 'active' and cart_id is not null and cart_id <> ${exceptCart} and expires_at <= now() and variant_id = any(${variantIds}::uuid[])
      returning variant_id, quantity),
    sums as (select variant_id, sum(quantity)::int as quantity from ended group by variant_id)
    update stock_levels s set reserved = s.reserved - sums.quantity, version = s.version + 1, updated_at = now()
    from sums where s.variant_id = sums.variant_id returning s.variant_id as "variantId"`.execute(tx.db);
  return rows.length > 0;
};
