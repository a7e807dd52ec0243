import type { CartId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { DomainError, Tx } from '../kernel/index.ts';
import { beyondLimit, heldUntil, holdAgain, notFree, type WantedHold } from './hold-stock.ts';
import { endHolds, lapsedHolds } from './hold.state.ts';
import { announceCrossings } from './stock.events.ts';
import { stockToChange, type LockedStock } from './stock.locks.ts';

export interface HoldRequest {
  readonly cartId: CartId;
  readonly owner: string;
  readonly wanted: readonly WantedHold[];
}
/** The new end of each changed hold, or the refusal, or `alone` for a cart that needs its own transaction. */
export type HoldAnswer = ReadonlyMap<VariantId, Date> | DomainError | 'alone';

/**
 * `holdStock` for several carts whose rows and owners are locked: in three statements, in order of arrival, each cart
 * all or nothing. Never waits for a lock: a cart whose variant is locked gets `alone`.
 */
export const holdInBatch = async (tx: Tx, requests: readonly HoldRequest[]): Promise<HoldAnswer[]> => {
  const stock = await lockFreeStock(
    tx,
    requests.flatMap((request) => request.wanted.map((w) => w.variantId)),
  );
  let holds = await readHolds(tx, requests);
  const free = new Map([...stock].map(([id, row]) => [id, row.onHand - row.reserved + row.lapsed + row.backorderLimit]));
  const answers = requests.map((request): HoldAnswer | null => {
    const refusal = decide(tx, request, holds, free);
    if (refusal) return refusal;
    for (const { variantId, quantity } of request.wanted) {
      const held = unitsOf(holds, request.cartId, variantId);
      free.set(variantId, (free.get(variantId) ?? 0) - quantity + held);
    }
    // The next request may be of the same owner.
    const { cartId, owner, wanted } = request;
    const variants = new Set(wanted.map((w) => w.variantId));
    holds = holds
      .filter((hold) => hold.cartId !== cartId || !variants.has(hold.variantId))
      .concat(wanted.map((w) => ({ variantId: w.variantId, quantity: w.quantity, cartId, owner })));
    return null;
  });
  const granted = requests.filter((_, i) => answers[i] === null);
  const until = await writeHolds(tx, granted, movedBy(tx, stock, free));
  return requests.map(({ cartId }, i) => answers[i] ?? until.get(cartId) ?? new Map<VariantId, Date>());
};

interface FreeStock extends LockedStock {
  /** Units of expired holds that were released with the lock. */
  readonly lapsed: number;
}
interface Held {
  readonly cartId: CartId;
  readonly owner: string | null;
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** Locks the stock rows that nobody else has locked, and releases their expired cart holds. */
const lockFreeStock = async (tx: Tx, variantIds: readonly VariantId[]): Promise<Map<VariantId, FreeStock>> => {
  const { rows } = await sql<FreeStock>`
    with stock as materialized (
      ${stockToChange(sql`s.*`, sql`${[...new Set(variantIds)]}::uuid[]`, { skipLocked: true })}),
    lapsed as (
      ${endHolds('released', sql`${lapsedHolds} and h.variant_id = any(array(select variant_id from stock))`)} returning variant_id, quantity),
    freed as (select variant_id, sum(quantity)::int as units from lapsed group by variant_id)
    select s.variant_id as "variantId", v.product_id as "productId", s.on_hand as "onHand", s.reserved, s.reorder_threshold as "reorderThreshold",
      s.backorder_limit as "backorderLimit", s.version, coalesce(f.units, 0) as lapsed
    from stock s join variants v on v.id = s.variant_id left join freed f on f.variant_id = s.variant_id`.execute(tx.db);
  return new Map(rows.map((row) => [row.variantId, row]));
};

/** The units that the carts hold, and those that their owners hold in other carts. */
const readHolds = async (tx: Tx, requests: readonly HoldRequest[]): Promise<Held[]> => {
  const columns = sql`cart_id as "cartId", owner, variant_id as "variantId", quantity from holds where state = 'active' and cart_id is not null and expires_at > now()`;
  const { rows } = await sql<Held>`
    select ${columns} and cart_id = any(${requests.map((r) => r.cartId)}::uuid[])
    union all
    select ${columns} and owner = any(${requests.map((r) => r.owner)}::text[]) and cart_id <> all(${requests.map((r) => r.cartId)}::uuid[])`.execute(
    tx.db,
  );
  return rows;
};

const unitsOf = (holds: readonly Held[], cartId: CartId, variantId: VariantId): number =>
  holds.find((hold) => hold.cartId === cartId && hold.variantId === variantId)?.quantity ?? 0;

const decide = (tx: Tx, request: HoldRequest, holds: readonly Held[], free: ReadonlyMap<VariantId, number>): HoldAnswer | null => {
  const { cartId, owner, wanted } = request;
  if (wanted.some(({ variantId }) => !free.has(variantId))) return 'alone';
  const deltas = wanted.map(({ variantId, quantity }) => ({ variantId, quantity, delta: quantity - unitsOf(holds, cartId, variantId) }));
  for (const { variantId, quantity, delta } of deltas) {
    const left = free.get(variantId) ?? 0;
    if (delta > 0 && delta > left) return notFree(variantId, quantity, left + quantity - delta);
  }
  if (deltas.every(({ delta }) => delta <= 0)) return null;
  const mine = holds.filter((hold) => hold.cartId === cartId || hold.owner === owner);
  const others = new Set(mine.flatMap((hold) => (hold.cartId === cartId ? [] : hold.cartId)));
  const variants = new Set(wanted.map((w) => w.variantId));
  const kept = mine.filter((hold) => hold.cartId !== cartId || !variants.has(hold.variantId));
  const units = [...kept, ...wanted].reduce((sum, { quantity }) => sum + quantity, 0);
  return beyondLimit(tx, others.size, units);
};

/** The counters of locked rows that differ from `free`; announces crossed thresholds. */
const movedBy = (tx: Tx, stock: ReadonlyMap<VariantId, FreeStock>, free: ReadonlyMap<VariantId, number>) =>
  [...stock.values()].flatMap((row) => {
    const after = (free.get(row.variantId) ?? 0) - row.backorderLimit;
    if (row.onHand - after === row.reserved) return [];
    announceCrossings(tx, row, row.onHand - row.reserved, after);
    return [{ variantId: row.variantId, reserved: row.onHand - after }];
  });

/**
 * Writes the counters and the granted holds, and renews the other holds of the carts. Returns what changed, cart by
 * cart.
 */
const writeHolds = async (
  tx: Tx,
  granted: readonly HoldRequest[],
  moved: readonly { readonly variantId: VariantId; readonly reserved: number }[],
): Promise<Map<CartId, Map<VariantId, Date>>> => {
  if (granted.length === 0 && moved.length === 0) return new Map();
  const wanted = granted.flatMap(({ cartId, owner, wanted: units }) =>
    units.map(({ variantId, quantity }) => ({ id: tx.ids.next(), cartId, owner, variantId, quantity })),
  );
  const until = heldUntil(tx);
  const { rows } = await sql<{ cartId: CartId; variantId: VariantId; expiresAt: Date }>`
    with wanted as materialized (
      select * from json_to_recordset(${JSON.stringify(wanted)}::json) as w(id uuid, "cartId" uuid, owner text, "variantId" uuid, quantity int)),
    moved as (
      update stock_levels s set reserved = m.reserved, updated_at = now()
      from unnest(${moved.map((m) => m.variantId)}::uuid[], ${moved.map((m) => m.reserved)}::int[]) as m(variant_id, reserved)
      where s.variant_id = m.variant_id and s.variant_id = any(${moved.map((m) => m.variantId)}::uuid[])),
    kept as (
      insert into holds (id, variant_id, quantity, cart_id, owner, expires_at)
      select id, "variantId", quantity, "cartId", owner, ${until(sql`now()`)} from wanted ${holdAgain(tx)}
      returning cart_id, variant_id, expires_at),
    extended as (
      update holds h set expires_at = ${until(sql`h.created_at`)}
      where h.cart_id = any(${granted.map((r) => r.cartId)}::uuid[]) and h.state = 'active' and h.expires_at > now()
        and not exists (select 1 from wanted w where w."cartId" = h.cart_id and w."variantId" = h.variant_id)
        and h.expires_at + interval '1 minute' < ${until(sql`h.created_at`)}
      returning cart_id, variant_id, expires_at)
    select cart_id as "cartId", variant_id as "variantId", expires_at as "expiresAt" from (table kept union all table extended) k`.execute(
    tx.db,
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.cartId)].map(([cartId, changed]) => [
      cartId,
      new Map(changed.map((c) => [c.variantId, c.expiresAt])),
    ]),
  );
};
