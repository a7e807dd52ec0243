/** Writes the `holds` of carts, and the counters of `stock_levels` in the same statements. */
import type { CartId, ProductId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { holdsToChange } from './hold.locks.ts';
import { endHolds } from './hold.store.ts';
import { stockToChange, type LockedStock } from './stock.locks.ts';

/** SQL: which holds, with the alias `h`, are expired holds of carts. */
export const lapsedHolds = sql`h.cart_id is not null and h.expires_at <= now()`;

/** The new end of a hold that began at `first` and is renewed now. */
const heldUntil =
  ({ config: { cartHoldMinutes, cartHoldMaxMinutes } }: Pick<Tx, 'config'>) =>
  (first: RawBuilder<unknown>) =>
    sql`least(now() + make_interval(mins => ${cartHoldMinutes}), ${first} + make_interval(mins => ${cartHoldMaxMinutes}))`;

/** SQL: how an insert into `holds` renews an existing hold of the cart. */
const holdAgain = (tx: Pick<Tx, 'config'>) => sql`
      on conflict (cart_id, variant_id) where state = 'active' do update set quantity = excluded.quantity, owner = coalesce(excluded.owner, holds.owner),
        created_at = case when holds.expires_at > now() then holds.created_at else now() end,
        expires_at = case when holds.expires_at > now() then ${heldUntil(tx)(sql`holds.created_at`)} else excluded.expires_at end`;

export interface WantedHold {
  readonly variantId: VariantId;
  /** Units the cart holds afterwards; 0 releases them all. */
  readonly quantity: number;
}

/** What `setCartHolds` found for one variant. */
export interface CartHoldOutcome {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly reorderThreshold: number;
  readonly backorderLimit: number;
  /** What could be sold before this statement, including the units of expired holds. */
  readonly before: number;
  readonly lapsed: number;
  readonly held: number;
  readonly delta: number;
  readonly fits: boolean;
  readonly otherCarts: number;
  readonly otherUnits: number;
}

/**
 * Locks the stock rows of the wanted variants, releases the expired holds of other carts on them and, when all wanted units are free, makes the
 * cart hold exactly these and renews its other holds. The caller has locked the cart. Returns what it found for each variant that has a stock
 * row, and the new end of each changed hold.
 */
export const setCartHolds = async (
  tx: Tx,
  cartId: CartId,
  wanted: readonly WantedHold[],
  owner: string | null,
): Promise<{ readonly outcomes: readonly CartHoldOutcome[]; readonly until: Map<VariantId, Date> }> => {
  const variantIds = wanted.map((w) => w.variantId);
  const until = heldUntil(tx);
  // PostgreSQL first checks the row's CHECK on the version in the statement's snapshot, before it waits for the lock: so every
  // column of the CHECK is set to what the lock read. Holds are read after the stock rows are locked, because array(select ... from stock) waits for them.
  const { rows } = await sql<CartHoldOutcome & { kept: { variantId: VariantId; expiresAt: string }[] | null }>`
    with wanted as (
      select * from unnest(${wanted.map(() => tx.ids.next())}::uuid[], ${variantIds}::uuid[], ${wanted.map((w) => w.quantity)}::int[])
        with ordinality as w(id, variant_id, quantity, n)),
    stock as materialized (
      ${stockToChange(sql`s.variant_id, s.on_hand, s.reserved, s.reorder_threshold, s.backorder_limit, s.forced_short`, sql`${variantIds}::uuid[]`)}),
    lapsed as (
      ${endHolds('released', sql`${lapsedHolds} and h.cart_id <> ${cartId} and h.variant_id = any(array(select variant_id from stock))`)}
      returning variant_id, quantity),
    freed as (select variant_id, sum(quantity)::int as units from lapsed group by variant_id),
    mine as materialized (
      ${holdsToChange(cartId, sql`array(select variant_id from stock)`)}),
    plan as materialized (
      select w.id, w.n, w.variant_id, w.quantity, s.on_hand, s.reserved, s.reorder_threshold, s.backorder_limit, s.forced_short, s.on_hand - s.reserved as before, coalesce(f.units, 0) as lapsed, coalesce(m.quantity, 0) as held,
        w.quantity - coalesce(m.quantity, 0) as delta
      from wanted w join stock s using (variant_id) left join freed f using (variant_id) left join mine m using (variant_id)),
    others as materialized (
      select count(distinct cart_id) filter (where cart_id <> ${cartId})::int as carts, coalesce(sum(quantity), 0)::int as units from holds
      where owner = ${owner} and state = 'active' and cart_id is not null and expires_at > now() and (cart_id <> ${cartId} or variant_id <> all(${variantIds}::uuid[]))),
    verdict as materialized (select bool_and(delta <= 0 or delta <= before + lapsed + backorder_limit) as ok from plan),
    moved as (
      update stock_levels s set reserved = p.reserved - p.lapsed + case when v.ok then p.delta else 0 end, on_hand = p.on_hand, backorder_limit = p.backorder_limit,
        forced_short = p.forced_short, updated_at = now()
      from plan p, verdict v where s.variant_id = p.variant_id and case when v.ok then p.delta else 0 end <> p.lapsed),
    kept as (
      insert into holds (id, variant_id, quantity, cart_id, owner, expires_at)
      select p.id, p.variant_id, p.quantity, ${cartId}, ${owner}, ${until(sql`now()`)} from plan p, verdict v where v.ok and p.quantity > 0
      ${holdAgain(tx)}
      returning variant_id, expires_at),
    dropped as (
      ${endHolds('released', sql`h.cart_id = ${cartId} and h.variant_id = any(array(select p.variant_id from plan p, verdict v where v.ok and p.quantity = 0))`)}),
    extended as (
      update holds h set expires_at = ${until(sql`h.created_at`)}
      where cart_id = ${cartId} and state = 'active' and expires_at > now() and variant_id <> all(${variantIds}::uuid[])
        and expires_at + interval '1 minute' < ${until(sql`h.created_at`)}
      returning variant_id, expires_at)
    select p.variant_id as "variantId", v.product_id as "productId", p.reorder_threshold as "reorderThreshold", p.backorder_limit as "backorderLimit", p.before, p.lapsed, p.held, p.delta,
      p.delta <= 0 or p.delta <= p.before + p.lapsed + p.backorder_limit as fits, o.carts as "otherCarts", o.units as "otherUnits",
      case when p.n = 1 then (select json_agg(json_build_object('variantId', k.variant_id, 'expiresAt', k.expires_at)) from (table kept union all table extended) k) end as kept
    from plan p join variants v on v.id = p.variant_id cross join others o`.execute(tx.db);
  return { outcomes: rows, until: new Map(rows.flatMap((row) => row.kept ?? []).map((k) => [k.variantId, new Date(k.expiresAt)])) };
};

export interface FreeStock extends LockedStock {
  /** Units of expired holds that were released with the lock. */
  readonly lapsed: number;
}

/** Locks the stock rows that nobody else has locked, and releases their expired cart holds; their counters still include these units. Returns the locked rows. */
export const claimFreeStock = async (tx: Tx, variantIds: readonly VariantId[]): Promise<Map<VariantId, FreeStock>> => {
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

export interface HoldRequest {
  readonly cartId: CartId;
  readonly owner: string;
  readonly wanted: readonly WantedHold[];
}

/**
 * Writes the counters and the granted holds, and renews the other holds of the carts. The caller has locked the stock rows. Returns the new end
 * of each changed hold, cart by cart.
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

/** Releases the expired cart holds of variants whose stock rows the caller has locked. Returns the counter of each variant that had any. */
export const releaseLapsedHolds = async (
  tx: Tx,
  variantIds: readonly string[],
): Promise<{ readonly variantId: VariantId; readonly reserved: number }[]> => {
  const { rows } = await sql<{ variantId: VariantId; reserved: number }>`
    with ended as (
      ${endHolds('released', sql`${lapsedHolds} and h.variant_id = any(${variantIds}::uuid[])`)}
      returning variant_id, quantity),
    sums as (select variant_id, sum(quantity)::int as quantity from ended group by variant_id)
    update stock_levels s set reserved = s.reserved - sums.quantity, updated_at = now()
    from sums where s.variant_id = sums.variant_id returning s.variant_id as "variantId", s.reserved`.execute(tx.db);
  return rows;
};

/** What `claimLapsedHolds` released of one variant; `after` is what is free now. */
export interface ReleasedHolds extends Pick<LockedStock, 'variantId' | 'productId' | 'reorderThreshold' | 'backorderLimit'> {
  readonly after: number;
  readonly units: number;
  readonly holds: number;
}

/** Locks the stock rows of the variants that nobody else has locked, and releases their expired cart holds. Returns each variant that had any. */
export const claimLapsedHolds = async (tx: Tx, variantIds: readonly VariantId[]): Promise<ReleasedHolds[]> => {
  // All columns of the CHECK come from the locked row, see `setCartHolds`. Stock rows first, then holds: the same order as every buyer.
  const { rows } = await sql<ReleasedHolds>`
    with stock as (
      ${stockToChange(sql`s.variant_id, s.on_hand, s.reserved, s.backorder_limit, s.forced_short`, sql`${variantIds}::uuid[]`, { skipLocked: true })}),
    ended as (
      ${endHolds('released', sql`h.variant_id = stock.variant_id and ${lapsedHolds}`, sql`stock`)}
      returning h.variant_id, h.quantity),
    sums as (select variant_id, sum(quantity)::int as units, count(*)::int as holds from ended group by variant_id)
    update stock_levels s set reserved = k.reserved - sums.units, on_hand = k.on_hand, backorder_limit = k.backorder_limit, forced_short = k.forced_short, updated_at = now()
    from sums join stock k on k.variant_id = sums.variant_id join variants v on v.id = sums.variant_id where s.variant_id = sums.variant_id
    returning s.variant_id as "variantId", v.product_id as "productId", s.reorder_threshold as "reorderThreshold", s.backorder_limit as "backorderLimit",
      s.on_hand - s.reserved as after, sums.units, sums.holds`.execute(tx.db);
  return rows;
};
