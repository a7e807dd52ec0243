import type { OrderId, PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { lockFreeCarts } from '../carts/index.ts';
import { findExactHolders } from '../inventory/index.ts';
import { createGroupCommit, DomainError, perCore, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { placeOrders, type OrderDraft } from '../orders/index.ts';
import { findBarredAddresses, insertPayments, tooManyDeclines, type PaymentRequest } from '../payments/index.ts';
import { draftOrder, parseCheckout, type ParsedCheckout, type CheckoutRequest } from './order-cart.ts';
import { prepareCheckouts } from './prepare-checkout.ts';

/** The order of a cart and its payment attempt; null when nothing has to be paid. */
export interface Placed {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId | null;
}
export interface Placement {
  readonly actor: Actor;
  readonly cartId: string;
  readonly checkout: CheckoutRequest;
  readonly payment: PaymentMethodInput;
  readonly request: PaymentRequest;
}
type Answer = Placed | 'alone' | DomainError;

const placementsOf = perCore((core) =>
  createGroupCommit<Placement, Placed | 'alone'>(core, {
    maxBatch: 32,
    maxWaiting: 20_000,
    maxWaitMs: 30_000,
    concurrency: 1,
    write: (_key, placements) => transact(core, (tx) => placePlainCarts(tx, placements)),
  }),
);

/**
 * Places the order of a cart. Concurrent calls share one transaction, with a fixed number of statements. Returns
 * `alone`, for a transaction of its own, for a cart that was ordered before, has a promo code or credit, costs nothing,
 * does not hold its units, or is locked. So one cart never waits for another cart's lock, and a refusal affects only
 * its own buyer. Throws as `orderCart` does, and `TOO_MANY_DECLINES`.
 */
export const placeInBatch = (core: Core, placement: Placement): Promise<Placed | 'alone'> =>
  placementsOf(core).submit('placements', placement);

/** Tx step: takes row locks without waiting (`SKIP LOCKED`), so that a batch never waits for another transaction. */
const placePlainCarts = async (tx: Tx, placements: readonly Placement[]): Promise<Answer[]> => {
  const answers: Answer[] = placements.map(() => 'alone');
  const drafts = await draftPlainCarts(tx, placements, answers);
  if (drafts.size === 0) return answers;
  const exact = await holdersAmong(tx, drafts);
  const barred = await findBarredAddresses(
    tx,
    placements.flatMap(({ request: { ip } }) => ip ?? []),
  );
  const ready = [...drafts].filter(([i, { cart, sums }]) => {
    const ip = placements[i]?.request.ip ?? null;
    if (sums.totals.totalCents === 0 || !exact.has(cart.id)) return false;
    if (ip !== null && barred.has(ip)) answers[i] = tooManyDeclines();
    return answers[i] === 'alone';
  });
  if (ready.length === 0) return answers;
  const orders = await placeOrders(
    tx,
    ready.map(([, draft]) => draft),
  );
  const attempts = ready.flatMap(([i], n) => {
    const [placement, order] = [placements[i], orders[n]];
    return placement && order ? [{ i, order, method: placement.payment, request: placement.request }] : [];
  });
  const paymentIds = await insertPayments(tx, attempts);
  for (const { i, order } of attempts) {
    answers[i] = { orderId: order.id, paymentId: paymentIds.get(order.id) ?? null };
    tx.failpoints.reach('checkout.insidePlace');
  }
  return answers;
};

const holdersAmong = (tx: Tx, drafts: ReadonlyMap<number, OrderDraft>) =>
  findExactHolders(tx, new Map([...drafts.values()].map(({ cart, lines }) => [cart.id, lines])));

/** The order drafts of the plain carts, by index; records why a cart is refused. */
const draftPlainCarts = async (tx: Tx, placements: readonly Placement[], answers: Answer[]): Promise<Map<number, OrderDraft>> => {
  const carts = await lockFreeCarts(tx, placements);
  const parsed = new Map<number, ParsedCheckout>();
  for (const [i, { actor, checkout, request }] of placements.entries()) {
    const cart = carts[i];
    if (cart?.status !== 'active' || cart.promoCode !== null || cart.credits.length > 0) continue;
    await refusing(answers, i, () => parsed.set(i, parseCheckout(tx, actor, cart, checkout, request.requestKey)));
  }
  const prepared = parsed.size > 0 ? await prepareCheckouts(tx, [...parsed.values()]) : [];
  const drafts = new Map<number, OrderDraft>();
  for (const [n, [i, request]] of [...parsed].entries()) {
    const known = prepared[n];
    if (known) await refusing(answers, i, async () => drafts.set(i, await draftOrder(tx, request, known)));
  }
  return drafts;
};

/** A `DomainError` is the result of its own request; any other error fails the batch, which is then retried in halves. */
const refusing = async (answers: Answer[], i: number, step: () => unknown): Promise<void> => {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    answers[i] = error;
  }
};
