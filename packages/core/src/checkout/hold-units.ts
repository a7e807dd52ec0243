import type { VariantId } from '@cartwright/contracts';
import { findExactHolders, holdStock, lockStockRows, type HeldUntil } from '../inventory/index.ts';
import { isRefusal, lockedElsewhere, type Answer, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import type { OrderDraft } from '../orders/index.ts';
import { dueOf, type Drafted } from './placement.ts';

/**
 * Tx step: makes sure that carts hold the units of their orders. Answers with the variants whose units are not counted. Carts that hold
 * them already are only locked; the others, such as after the end of their hold, hold them now. The units of orders with nothing to pay are
 * sold in the same transaction, so their stock rows are locked as well. Refuses with `INSUFFICIENT_STOCK`.
 */
export const holdUnits = async (tx: Tx, orders: readonly Drafted[], waitPolicy: LockWaitPolicy): Promise<Answer<Untracked>[]> => {
  if (orders.length === 0) return [];
  const drafts = orders.map(({ draft }) => draft);
  const unlocked = await lockSoldStock(tx, drafts, waitPolicy);
  const answers = new Map<OrderDraft, Answer<HeldUntil>>([...unlocked].map((draft) => [draft, lockedElsewhere]));
  const rest = drafts.filter((draft) => !unlocked.has(draft));
  const exact = await findExactHolders(tx, new Map(rest.map(({ cart, lines }) => [cart.id, lines])), waitPolicy);
  const missing = rest.filter(({ cart }) => !exact.has(cart.id));
  const held = await holdStock(
    tx,
    missing.map(({ cart, lines }) => ({ cartId: cart.id, owner: null, wanted: lines })),
    waitPolicy,
  );
  for (const [n, draft] of missing.entries()) answers.set(draft, held[n] ?? lockedElsewhere);
  return drafts.map((draft) => {
    const answer = answers.get(draft);
    return answer === lockedElsewhere || isRefusal(answer) ? answer : untrackedOf(answer);
  });
};

/** The variants of an order whose units are not counted. */
export type Untracked = ReadonlySet<VariantId>;

/** A cart without an answer held everything already, and only units that are counted can be held. */
const untrackedOf = (held: HeldUntil | undefined): Untracked =>
  new Set([...(held ?? [])].flatMap(([variantId, until]) => (until === null ? variantId : [])));

/** Locks the stock rows of orders with nothing to pay; returns those orders of which another transaction has locked one. */
const lockSoldStock = async (tx: Tx, drafts: readonly OrderDraft[], waitPolicy: LockWaitPolicy): Promise<Set<OrderDraft>> => {
  const sold = drafts.filter((draft) => dueOf(draft) === 0);
  const variantIds = sold.flatMap(({ lines }) => lines.map(({ variantId }) => variantId));
  const locked = await lockStockRows(tx, variantIds, waitPolicy);
  return new Set(waitPolicy.skipLocked ? sold.filter(({ lines }) => !lines.every(({ variantId }) => locked.has(variantId))) : []);
};
