import type { CartId, VariantId } from '@cartwright/contracts';
import { notFound, type Tx } from '../kernel/index.ts';
import { setCartHolds, type WantedHold } from './cart-hold.store.ts';
import { lockFreeHolds, lockHoldsOfCart } from './hold.locks.ts';
import { refuseBeyondLimit, refuseUnlessFree } from './hold.policy.ts';
import { announceCrossings } from './stock.events.ts';

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
  const { outcomes, until } = await setCartHolds(tx, cartId, wanted, owner);
  if (outcomes.length !== new Set(wanted.map((w) => w.variantId)).size) throw notFound('A variant');
  for (const row of outcomes) refuseUnlessFree(row, wanted);
  if (owner !== null) refuseBeyondLimit(tx, outcomes, wanted);
  for (const row of outcomes) announceCrossings(tx, row, row.before, row.before + row.lapsed - row.delta);
  return until;
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
