import type { CartId, VariantId } from '@cartwright/contracts';
import { DomainError, lockedElsewhere, notFound, onlyAnswer, type Answer, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import {
  claimStockToHold,
  writeGrantedHolds,
  type FreeStock,
  type HeldByCart,
  type HoldRequest,
  type WantedHold,
} from './cart-hold.store.ts';
import { lockHoldsOfCarts } from './hold.locks.ts';
import { beyondLimit } from './hold.policy.ts';
import { announceCrossings } from './stock.events.ts';
import { refuseShortages, type Shortage } from './stock.shortage.ts';

/** The new end of each changed hold of a cart; null for an untracked variant, of which a cart needs no hold. */
export type HeldUntil = ReadonlyMap<VariantId, Date | null>;

/**
 * Makes carts hold exactly the wanted units of each variant, in order of arrival, each cart all or nothing, and renews their other holds,
 * up to `cartHoldMaxMinutes` after the first. Releases expired holds first, so that an expired hold never blocks a buyer. Units of
 * untracked variants are granted without a hold, and no counter moves for them. Two statements for any number of carts. Answers each
 * request with the new end of each changed hold, or with `INSUFFICIENT_STOCK` and what is available, `HOLD_LIMIT` when the owner would
 * exceed the limit of one buyer, or `NOT_FOUND`. The caller has locked the carts, and their owners where they are given.
 */
export const holdStock = async (tx: Tx, requests: readonly HoldRequest[], waitPolicy: LockWaitPolicy): Promise<Answer<HeldUntil>[]> => {
  if (requests.every(({ wanted }) => wanted.length === 0)) return requests.map(() => new Map());
  const { stock, holds } = await claimStockToHold(tx, requests, waitPolicy);
  const isUntracked = ({ variantId }: WantedHold) => stock.get(variantId)?.tracked === false;
  const counted = requests.map((request) => ({ ...request, wanted: request.wanted.filter((wanted) => !isUntracked(wanted)) }));
  const held = new HeldUnits(holds);
  const free = new Map([...stock].map(([id, row]) => [id, row.onHand - row.reserved + row.lapsed + row.backorderLimit]));
  const refusals = counted.map((request) => {
    const refusal = refusalOf(tx, request, held, free, waitPolicy);
    if (refusal) return refusal;
    for (const { variantId, quantity } of request.wanted)
      free.set(variantId, (free.get(variantId) ?? 0) - quantity + held.unitsOf(request.cartId, variantId));
    // The next request may be of the same owner.
    held.set(request);
    return null;
  });
  const granted = counted.filter((_, i) => refusals[i] === null);
  const until = await writeGrantedHolds(tx, granted, changedCounters(tx, stock, free));
  const shortages = refusals.filter(isShortage);
  const errors = new Map((await refuseShortages(tx, shortages)).map((error, n) => [shortages[n], error]));
  return requests.map(({ cartId, wanted }, i): Answer<HeldUntil> => {
    const refusal = refusals[i] ?? null;
    if (isShortage(refusal)) return errors.get(refusal) ?? lockedElsewhere;
    const untracked = wanted.filter(isUntracked).map(({ variantId }) => [variantId, null] as const);
    return refusal ?? new Map<VariantId, Date | null>([...untracked, ...(until.get(cartId) ?? [])]);
  });
};

type Refusal = DomainError | Shortage | typeof lockedElsewhere;
const isShortage = (refusal: Refusal | null): refusal is Shortage =>
  refusal !== null && refusal !== lockedElsewhere && !(refusal instanceof DomainError);

/** `holdStock` for one cart, waiting for the stock rows. Throws the refusal. */
export const holdForCart = async (tx: Tx, request: HoldRequest): Promise<HeldUntil> =>
  onlyAnswer(await holdStock(tx, [request], { skipLocked: false }));

/** The units that carts hold, while requests are decided one after the other. A cart that holds nothing is not in it. */
class HeldUnits {
  readonly #carts = new Map<CartId, Map<VariantId, number>>();
  readonly #cartsOf = new Map<string, Set<CartId>>();

  constructor(holds: readonly HeldByCart[]) {
    for (const { cartId, owner, variantId, quantity } of holds) this.#put(cartId, owner, variantId, quantity);
  }

  unitsOf(cartId: CartId, variantId: VariantId): number {
    return this.#carts.get(cartId)?.get(variantId) ?? 0;
  }

  /** All units that a cart holds. */
  unitsIn(cartId: CartId): number {
    let units = 0;
    for (const quantity of this.#carts.get(cartId)?.values() ?? []) units += quantity;
    return units;
  }

  /** The other carts of an owner that hold units. */
  otherCarts(owner: string, cartId: CartId): CartId[] {
    return [...(this.#cartsOf.get(owner) ?? [])].filter((other) => other !== cartId && this.unitsIn(other) > 0);
  }

  set({ cartId, owner, wanted }: HoldRequest): void {
    for (const { variantId, quantity } of wanted) this.#put(cartId, owner, variantId, quantity);
  }

  #put(cartId: CartId, owner: string | null, variantId: VariantId, quantity: number): void {
    const units = this.#carts.get(cartId) ?? new Map<VariantId, number>();
    if (quantity > 0) units.set(variantId, quantity);
    else units.delete(variantId);
    this.#carts.set(cartId, units);
    if (owner !== null) this.#cartsOf.set(owner, (this.#cartsOf.get(owner) ?? new Set()).add(cartId));
  }
}

const refusalOf = (
  tx: Tx,
  { cartId, owner, wanted }: HoldRequest,
  held: HeldUnits,
  free: ReadonlyMap<VariantId, number>,
  { skipLocked }: LockWaitPolicy,
): Refusal | null => {
  if (wanted.some(({ variantId }) => !free.has(variantId)))
    return skipLocked ? lockedElsewhere : notFound('This variant', wanted.find(({ variantId }) => !free.has(variantId))?.variantId);
  const deltas = wanted.map(({ variantId, quantity }) => ({ variantId, quantity, delta: quantity - held.unitsOf(cartId, variantId) }));
  for (const { variantId, quantity, delta } of deltas) {
    const left = free.get(variantId) ?? 0;
    // What the cart already holds is available to it.
    if (delta > 0 && delta > left) return { variantId, requested: quantity, available: left + quantity - delta };
  }
  if (owner === null || deltas.every(({ delta }) => delta <= 0)) return null;
  const others = held.otherCarts(owner, cartId);
  const more = deltas.reduce((sum, { delta }) => sum + delta, 0);
  const units = [cartId, ...others].reduce((sum, id) => sum + held.unitsIn(id), more);
  return beyondLimit(tx, others.length, units);
};

/** The counters of locked rows that differ from `free`; announces crossed thresholds. */
const changedCounters = (tx: Tx, stock: ReadonlyMap<VariantId, FreeStock>, free: ReadonlyMap<VariantId, number>) =>
  [...stock.values()].flatMap((row) => {
    const after = (free.get(row.variantId) ?? 0) - row.backorderLimit;
    if (row.onHand - after === row.reserved) return [];
    announceCrossings(tx, row, row.onHand - row.reserved, after);
    return [{ variantId: row.variantId, reserved: row.onHand - after }];
  });

/**
 * Of several locked carts, those that hold exactly these units already, and still will when this transaction commits: all are of tracked
 * variants, which stay tracked while their units are held. They need no `holdStock`, and the stock row, which every buyer of the variant
 * needs, is not locked.
 */
export const findExactHolders = async (
  tx: Tx,
  carts: ReadonlyMap<CartId, readonly WantedHold[]>,
  waitPolicy: LockWaitPolicy,
): Promise<Set<CartId>> => {
  const held = Map.groupBy(await lockHoldsOfCarts(tx, [...carts.keys()], waitPolicy), (row) => row.cartId);
  return new Set([...carts].flatMap(([cartId, wanted]) => (isSame(held.get(cartId) ?? [], wanted) ? [cartId] : [])));
};

const isSame = (held: readonly WantedHold[], wanted: readonly WantedHold[]): boolean => {
  const units = new Map(held.map((row) => [row.variantId, row.quantity]));
  return units.size === wanted.length && wanted.every(({ variantId, quantity }) => units.get(variantId) === quantity);
};
