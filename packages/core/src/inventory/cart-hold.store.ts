/** Writes the `holds` of carts, and the counters of `stock_levels` in the same statements. */
import type { CartId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, columnsAs, rowsAs, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { lapsedHold, liveHold } from '../read-models/stock-levels.ts';
import { holdsToChange } from './hold.locks.ts';
import { endHolds } from './hold.store.ts';
import { stockToChange, type LockedStock } from './stock.locks.ts';

/** SQL: the new end of a hold that began at `first`, a column or a function, and is renewed now. */
const heldUntil = ({ config: { cartHoldMinutes, cartHoldMaxMinutes } }: Pick<Tx, 'config'>, first: string): RawBuilder<unknown> =>
  sql`least(now() + make_interval(mins => ${cartHoldMinutes}), ${sql.raw(first)} + make_interval(mins => ${cartHoldMaxMinutes}))`;

/** The hold that a cart wants of a variant. */
export interface WantedHold {
  readonly variantId: VariantId;
  /** Units the cart holds afterwards; 0 releases them all. */
  readonly quantity: number;
}

/** The units that a cart is to hold. */
export interface HoldRequest {
  readonly cartId: CartId;
  /** Whose limits apply, as `ownerOf` names it; null for none. */
  readonly owner: string | null;
  readonly wanted: readonly WantedHold[];
}

/** A locked stock row, and the units of its expired cart holds, which were released with the lock. */
export interface FreeStock extends LockedStock {
  /** Released units that `reserved` still includes. */
  readonly lapsed: number;
}

/** An active hold of a cart. */
export interface HeldByCart extends WantedHold {
  readonly cartId: CartId;
  readonly owner: string | null;
}

/**
 * Locks the stock rows of the wanted variants and releases the expired cart holds on them; their counters still include these units.
 * Returns the locked rows, what the carts hold, and what their owners hold in other carts. With `skipLocked`, rows that another
 * transaction has locked are left out.
 */
export const claimStockToHold = async (
  tx: Tx,
  requests: readonly HoldRequest[],
  { skipLocked }: LockWaitPolicy,
): Promise<{ readonly stock: ReadonlyMap<VariantId, FreeStock>; readonly holds: readonly HeldByCart[] }> => {
  const variantIds = [...new Set(requests.flatMap(({ wanted }) => wanted.map((w) => w.variantId)))];
  const cartIds = requests.map(({ cartId }) => cartId);
  const owners = requests.flatMap(({ owner }) => owner ?? []);
  const columns = 'cart_id, owner, variant_id, quantity';
  // Holds on these variants end and change under the lock of the stock row: they are read after it, because array(select ... from stock)
  // waits.
  const { rows } = await sql<{ stock: FreeStock[] | null; holds: HeldByCart[] | null }>`
    with stock as materialized (
      ${stockToChange('s.*', anyId(variantIds), { skipLocked })}),
    lapsed as (
      ${endHolds('released', sql`${lapsedHold} and h.variant_id = any(array(select variant_id from stock))`)}
      returning variant_id, quantity),
    freed as (select variant_id, sum(quantity)::int as units from lapsed group by variant_id),
    own as materialized (
      ${holdsToChange(columns, cartIds, sql.raw('array(select variant_id from stock)'))}),
    held as (
      table own
      union all
      select ${sql.raw(columns)} from holds h
      where ${liveHold} and cart_id is not null and cart_id = any(${cartIds}::uuid[])
        and variant_id <> all(array(select variant_id from stock))
      union all
      select ${sql.raw(columns)} from holds h
      where ${liveHold} and cart_id is not null and owner = any(${owners}::text[])
        and cart_id <> all(${cartIds}::uuid[]))
    select
      (select json_agg(json_build_object(
          'variantId', s.variant_id, 'productId', v.product_id, 'onHand', s.on_hand, 'reserved', s.reserved,
          'reorderThreshold', s.reorder_threshold, 'backorderLimit', s.backorder_limit, 'tracked', s.tracked, 'version', s.version,
          'lapsed', coalesce(f.units, 0)))
        from stock s join variants v on v.id = s.variant_id left join freed f on f.variant_id = s.variant_id) as stock,
      (select json_agg(json_build_object(
          'cartId', cart_id, 'owner', owner, 'variantId', variant_id, 'quantity', quantity)) from held) as holds`.execute(tx.db);
  const [found] = rows;
  return { stock: new Map(found?.stock?.map((row) => [row.variantId, row])), holds: found?.holds ?? [] };
};

/**
 * Writes the counters and the granted holds, and renews the other holds of the carts. The caller has locked the stock rows. Returns the
 * new end of each changed hold, cart by cart.
 */
export const writeGrantedHolds = async (
  tx: Tx,
  granted: readonly HoldRequest[],
  moved: readonly { readonly variantId: VariantId; readonly reserved: number }[],
): Promise<Map<CartId, Map<VariantId, Date>>> => {
  if (granted.length === 0 && moved.length === 0) return new Map();
  const wanted = granted.flatMap(({ cartId, owner, wanted: units }) =>
    units.map(({ variantId, quantity }) => ({ id: tx.ids.next(), cartId, owner, variantId, quantity })),
  );
  const wantedColumns = { id: 'uuid', cartId: 'uuid', owner: 'text', variantId: 'uuid', quantity: 'int' } as const;
  const cartIds = granted.map((r) => r.cartId);
  const movedIds = moved.map((m) => m.variantId);
  const dropped = sql`,
    dropped as (
      ${endHolds(
        'released',
        sql`h.cart_id = w.cart_id and h.cart_id = any(${cartIds}::uuid[]) and h.variant_id = w.variant_id and w.quantity = 0`,
        'wanted w',
      )})`;
  const { rows } = await sql<{ cartId: CartId; variantId: VariantId; expiresAt: Date }>`
    with wanted as materialized (select * from ${rowsAs('w', wanted, wantedColumns)}),
    moved as (
      update stock_levels s set reserved = m.reserved, updated_at = now()
      from unnest(${movedIds}::uuid[], ${moved.map((m) => m.reserved)}::int[]) as m(variant_id, reserved)
      where s.variant_id = m.variant_id and s.variant_id = any(${movedIds}::uuid[])),
    kept as (
      insert into holds (id, variant_id, quantity, cart_id, owner, expires_at)
      select id, variant_id, quantity, cart_id, owner, ${heldUntil(tx, 'now()')} from wanted where quantity > 0
      on conflict (cart_id, variant_id) where state = 'active' do update
      set quantity = excluded.quantity, owner = coalesce(excluded.owner, holds.owner),
        created_at = case when holds.expires_at > now() then holds.created_at else now() end,
        expires_at = case when holds.expires_at > now() then ${heldUntil(tx, 'holds.created_at')} else excluded.expires_at end
      returning cart_id, variant_id, expires_at)${wanted.some(({ quantity }) => quantity === 0) ? dropped : sql.raw('')},
    extended as (
      update holds h set expires_at = ${heldUntil(tx, 'h.created_at')}
      where h.cart_id = any(${cartIds}::uuid[]) and ${liveHold}
        and not exists (select 1 from wanted w where w.cart_id = h.cart_id and w.variant_id = h.variant_id)
        and h.expires_at + interval '1 minute' < ${heldUntil(tx, 'h.created_at')}
      returning cart_id, variant_id, expires_at)
    select ${columnsAs<'holds'>('k', ['cartId', 'variantId', 'expiresAt'])}
    from (table kept union all table extended) k`.execute(tx.db);
  return new Map(
    [...Map.groupBy(rows, (row) => row.cartId)].map(([cartId, changed]) => [
      cartId,
      new Map(changed.map((c) => [c.variantId, c.expiresAt])),
    ]),
  );
};

/**
 * Releases holds of carts on variants whose stock rows the caller has locked: the expired ones, or all. Returns the counter of each variant
 * that had any.
 */
export const releaseCartHolds = async (
  tx: Tx,
  variantIds: readonly string[],
  which: 'lapsed' | 'all',
): Promise<{ readonly variantId: VariantId; readonly reserved: number }[]> => {
  const ofCarts = which === 'all' ? sql.raw('h.cart_id is not null') : lapsedHold;
  const { rows } = await sql<{ variantId: VariantId; reserved: number }>`
    with ended as (
      ${endHolds('released', sql`${ofCarts} and h.variant_id = ${anyId(variantIds)}`)}
      returning variant_id, quantity),
    sums as (select variant_id, sum(quantity)::int as quantity from ended group by variant_id)
    update stock_levels s set reserved = s.reserved - sums.quantity, updated_at = now()
    from sums where s.variant_id = sums.variant_id returning ${columnsAs<'stock_levels'>('s', ['variantId', 'reserved'])}`.execute(tx.db);
  return rows;
};

/** What `claimLapsedHolds` released of one variant; `after` is what is free now. */
export interface ReleasedHolds extends Pick<LockedStock, 'variantId' | 'productId' | 'reorderThreshold' | 'backorderLimit' | 'tracked'> {
  readonly after: number;
  readonly units: number;
  readonly holds: number;
}

/**
 * Locks the stock rows of the variants that nobody else has locked, and releases their expired cart holds. Returns each variant that had
 * any.
 */
export const claimLapsedHolds = async (tx: Tx, variantIds: readonly VariantId[]): Promise<ReleasedHolds[]> => {
  const columns = 's.variant_id, s.on_hand, s.reserved, s.backorder_limit, s.forced_short, s.tracked';
  // PostgreSQL first checks the row's CHECK on the version in the statement's snapshot, before it waits for the lock: so every column of
  // the CHECK is set to what the lock read. Stock rows first, then holds: the same order as every buyer.
  const { rows } = await sql<ReleasedHolds>`
    with stock as (
      ${stockToChange(columns, anyId(variantIds), { skipLocked: true })}),
    ended as (
      ${endHolds('released', sql`h.variant_id = stock.variant_id and ${lapsedHold}`, 'stock')}
      returning h.variant_id, h.quantity),
    sums as (select variant_id, sum(quantity)::int as units, count(*)::int as holds from ended group by variant_id)
    update stock_levels s set reserved = k.reserved - sums.units, on_hand = k.on_hand, backorder_limit = k.backorder_limit,
      forced_short = k.forced_short, tracked = k.tracked, updated_at = now()
    from sums join stock k on k.variant_id = sums.variant_id join variants v on v.id = sums.variant_id
    where s.variant_id = sums.variant_id
    returning ${columnsAs<'stock_levels'>('s', ['variantId', 'reorderThreshold', 'backorderLimit', 'tracked'])},
      ${columnsAs<'variants'>('v', ['productId'])}, s.on_hand - s.reserved as after, sums.units, sums.holds`.execute(tx.db);
  return rows;
};
