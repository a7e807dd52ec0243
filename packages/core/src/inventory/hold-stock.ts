import type { CartId, ProductId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { DomainError, notFound, type Tx } from '../kernel/index.ts';
import { holdsToChange, lockFreeHolds, lockHoldsOfCart } from './hold.locks.ts';
import { endHolds, lapsedHolds } from './hold.state.ts';
import { announceCrossings } from './stock.events.ts';
import { stockToChange } from './stock.locks.ts';

export interface WantedHold {
  readonly variantId: VariantId;
  /** Units the cart holds afterwards; 0 releases them all. */
  readonly quantity: number;
}

interface Outcome {
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

/** The new end of a hold that began at `first` and is renewed now. */
export const heldUntil =
  ({ config: { cartHoldMinutes, cartHoldMaxMinutes } }: Pick<Tx, 'config'>) =>
  (first: RawBuilder<unknown>) =>
    sql`least(now() + make_interval(mins => ${cartHoldMinutes}), ${first} + make_interval(mins => ${cartHoldMaxMinutes}))`;

/** SQL: how an insert into `holds` renews an existing hold of the cart. */
export const holdAgain = (tx: Pick<Tx, 'config'>) => sql`
      on conflict (cart_id, variant_id) where state = 'active' do update set quantity = excluded.quantity, owner = coalesce(excluded.owner, holds.owner),
        created_at = case when holds.expires_at > now() then holds.created_at else now() end,
        expires_at = case when holds.expires_at > now() then ${heldUntil(tx)(sql`holds.created_at`)} else excluded.expires_at end`;

/**
 * Makes a cart hold exactly the wanted units of each variant, and renews all of its holds, up to `cartHoldMaxMinutes`
 * after the first. Releases expired holds of other carts first, so that an expired hold never blocks a buyer. One
 * statement, all or nothing: throws `INSUFFICIENT_STOCK` with what is available, and `HOLD_LIMIT` when the given
 * `owner` would exceed the limit of one buyer. Returns the new end of each changed hold. The caller has locked the cart
 * (and the owner, see `lockCart`).
 */
export const holdStock = async (
  tx: Tx,
  cartId: CartId,
  wanted: readonly WantedHold[],
  owner: string | null = null,
): Promise<Map<VariantId, Date>> => {
  if (wanted.length === 0) return new Map();
  const variantIds = wanted.map((w) => w.variantId);
  const until = heldUntil(tx);
  // PostgreSQL first checks the row's CHECK on the version in the statement's snapshot, before it waits for the lock: so every
  // column of the CHECK is set to what the lock read. Holds are read after the stock rows are locked, because array(select ... from stock) waits for them.
  const { rows } = await sql<Outcome & { kept: { variantId: VariantId; expiresAt: string }[] | null }>`
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
  if (rows.length !== new Set(variantIds).size) throw notFound('A variant');
  for (const row of rows) refuseUnlessFree(row, wanted);
  if (owner !== null) refuseBeyondLimit(tx, rows, wanted);
  for (const row of rows) announceCrossings(tx, row, row.before, row.before + row.lapsed - row.delta);
  return new Map(rows.flatMap((row) => row.kept ?? []).map((k) => [k.variantId, new Date(k.expiresAt)]));
};

/**
 * Whether a locked cart holds exactly these units already, and still will when this transaction commits. Then
 * `holdStock` is not needed, and the stock row, which every buyer of the variant needs, is not locked.
 */
export const holdsExactly = async (tx: Tx, cartId: CartId, wanted: readonly WantedHold[]): Promise<boolean> => {
  return isSame(await lockHoldsOfCart(tx, cartId), wanted);
};

const isSame = (held: readonly WantedHold[], wanted: readonly WantedHold[]): boolean => {
  const units = new Map(held.map((row) => [row.variantId, row.quantity]));
  return units.size === wanted.length && wanted.every(({ variantId, quantity }) => units.get(variantId) === quantity);
};

/** `holdsExactly` for several locked carts, without waiting: a locked hold counts as missing. Returns the carts that hold exactly. */
export const findExactHolders = async (tx: Tx, carts: ReadonlyMap<CartId, readonly WantedHold[]>): Promise<Set<CartId>> => {
  const held = Map.groupBy(await lockFreeHolds(tx, [...carts.keys()]), (row) => row.cartId);
  return new Set([...carts].flatMap(([cartId, wanted]) => (isSame(held.get(cartId) ?? [], wanted) ? [cartId] : [])));
};

const refuseUnlessFree = ({ variantId, fits, before, lapsed, held, backorderLimit }: Outcome, wanted: readonly WantedHold[]): void => {
  if (!fits) throw notFree(variantId, wanted.find((w) => w.variantId === variantId)?.quantity, before + lapsed + held + backorderLimit);
};

/** The error for unavailable units; `free` includes what the cart already holds. */
export const notFree = (variantId: VariantId, requested: number | undefined, free: number): DomainError => {
  const available = Math.max(0, free);
  return new DomainError(
    'INSUFFICIENT_STOCK',
    available > 0 ? `Only ${available} units are available right now.` : 'This item is sold out right now.',
    {
      details: { variantId, requested, available },
    },
  );
};

const refuseBeyondLimit = (tx: Tx, rows: readonly Outcome[], wanted: readonly WantedHold[]): void => {
  const [first] = rows;
  if (!first || !rows.some((row) => row.delta > 0)) return;
  const refusal = beyondLimit(tx, first.otherCarts, first.otherUnits + wanted.reduce((sum, w) => sum + w.quantity, 0));
  if (refusal) throw refusal;
};

/** The error for exceeding the hold limits of one buyer; null within the limits. */
export const beyondLimit = ({ config }: Pick<Tx, 'config'>, otherCarts: number, holding: number): DomainError | null => {
  const { holdLimitCarts: carts, holdLimitUnits: units } = config;
  if (otherCarts + 1 > carts)
    return new DomainError('HOLD_LIMIT', `${otherCarts} other carts of this buyer already hold units. Order or empty one of them first.`, {
      details: { limit: carts, carts: otherCarts },
    });
  if (holding > units)
    return new DomainError('HOLD_LIMIT', `One buyer can hold at most ${units} units at once.`, {
      details: { limit: units, requested: holding },
    });
  return null;
};
