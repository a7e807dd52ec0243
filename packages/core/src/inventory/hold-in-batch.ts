import type { CartId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { DomainError, Tx } from '../kernel/index.ts';
import { claimFreeStock, writeGrantedHolds, type FreeStock, type HoldRequest } from './cart-hold.store.ts';
import { beyondLimit, notFree } from './hold.policy.ts';
import { announceCrossings } from './stock.events.ts';

/** The new end of each changed hold, or the refusal, or `alone` for a cart that needs its own transaction. */
export type HoldAnswer = ReadonlyMap<VariantId, Date> | DomainError | 'alone';

/**
 * `holdStock` for several carts whose rows and owners are locked: in three statements, in order of arrival, each cart
 * all or nothing. Never waits for a lock: a cart whose variant is locked gets `alone`.
 */
export const holdInBatch = async (tx: Tx, requests: readonly HoldRequest[]): Promise<HoldAnswer[]> => {
  const stock = await claimFreeStock(
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
  const until = await writeGrantedHolds(tx, granted, movedBy(tx, stock, free));
  return requests.map(({ cartId }, i) => answers[i] ?? until.get(cartId) ?? new Map<VariantId, Date>());
};

interface Held {
  readonly cartId: CartId;
  readonly owner: string | null;
  readonly variantId: VariantId;
  readonly quantity: number;
}

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
