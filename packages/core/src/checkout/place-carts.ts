import { findRefusal, lockCartsWithLines, type CartRow, type CartWithLines } from '../carts/index.ts';
import {
  groupedStep,
  keyReused,
  lockedElsewhere,
  notFound,
  type Answer,
  type DomainError,
  type LockWaitPolicy,
  type Tx,
  patientQueue,
} from '../kernel/index.ts';
import { confirmedPage, lockOrderOfCart, pageWithPayment, placeOrders, type PlacedOrder } from '../orders/index.ts';
import { confirmOrders, findPaymentByRequest, insertPayments, tooManyDeclines, type NewPayment } from '../payments/index.ts';
import { checkPayments } from './check-payments.ts';
import { claimDiscounts } from './claim-discounts.ts';
import { draftOrders, type CartToOrder } from './draft-orders.ts';
import { holdUnits, type Untracked } from './hold-units.ts';
import { keepAccepted, type Drafted, type Placed, type Placement, type Positioned } from './placement.ts';

/**
 * Tx step: places the orders of carts with their payment attempts; an order with nothing to pay is confirmed at once. The first request of
 * a key places the order, a later one waits for the cart and finds it. A fixed number of statements for any number of carts, and one for
 * each country and currency. Refuses as its steps do, and with `CART_ALREADY_ORDERED`.
 */
export const placeCarts = async (tx: Tx, placements: readonly Placement[], waitPolicy: LockWaitPolicy): Promise<Answer<Placed>[]> => {
  const answers: Answer<Placed>[] = placements.map(() => lockedElsewhere);
  const open = await lockOpenCarts(tx, placements, waitPolicy, answers);
  const drafts = keepAccepted(answers, open, await draftOrders(tx, open.map(toOrder))).map(([request, draft]) => ({ ...request, draft }));
  // A batch waits for no lock, so it refuses codes and credits before a hold is written; a cart that waits keeps the order of locks.
  const steps: readonly Step[] = waitPolicy.skipLocked
    ? [checkPayments, claimDiscounts, holdUnits]
    : [checkPayments, holdUnits, claimDiscounts];
  let ready = drafts;
  for (const step of steps)
    ready = keepAccepted(answers, ready, await step(tx, ready, waitPolicy)).map(([request, result]) =>
      result === true ? request : { ...request, draft: { ...request.draft, untracked: result } },
    );
  if (ready.length > 0) await writeOrders(tx, ready, answers);
  return answers;
};

/** A step answers for each order; the one that holds the units names the variants whose units are not counted. */
type Step = (tx: Tx, orders: readonly Drafted[], waitPolicy: LockWaitPolicy) => Promise<Answer<true | Untracked>[]>;

/** Writes the orders and their payment attempts, and confirms the orders with nothing to pay. */
const writeOrders = async (tx: Tx, ready: readonly Drafted[], answers: Answer<Placed>[]): Promise<void> => {
  const orders = await placeOrders(
    tx,
    ready.map(({ draft }) => draft),
  );
  const placed = ready.flatMap((request, n) => (orders[n] ? [{ ...request, ...orders[n] }] : []));
  const payments = await insertPayments(tx, placed.flatMap(attemptOf));
  const free = placed.filter(({ order }) => order.dueCents === 0);
  const confirmations = await confirmOrders(
    tx,
    free.map(({ order, placement: { actor } }) => ({ order, actor })),
  );
  for (const { i, order, page } of placed) {
    const [payment, confirmation] = [payments.get(order.id), confirmations.get(order)];
    // The address reached its limit since it was checked: this request is written again, alone, and refused then.
    if (!payment && !confirmation) throw tooManyDeclines('address');
    const written = payment ? pageWithPayment(page, payment) : confirmation ? confirmedPage(page, confirmation) : page;
    answers[i] = { orderId: order.id, paymentId: payment?.id ?? null, page: written };
    tx.failpoints.reach('checkout.insidePlace');
  }
};

/** Places the order of a cart; concurrent calls share a transaction. */
export const placeCart = groupedStep<Placement, Placed>({
  maxBatch: 32,
  ...patientQueue,
  step: placeCarts,
});

const attemptOf = ({ placement: { payment: method, request }, order }: Positioned & PlacedOrder): NewPayment[] =>
  method && order.dueCents > 0 ? [{ order, method, request }] : [];

interface Opened extends Positioned, CartWithLines {}

const toOrder = ({ placement: { actor, checkout, request }, cart, lines }: Opened): CartToOrder => ({
  actor,
  checkout,
  checkoutKey: request.requestKey,
  cart,
  lines,
});

/** Locks the carts; returns the open ones. A cart that was ordered is answered with its order, which is waited for. */
const lockOpenCarts = async (
  tx: Tx,
  placements: readonly Placement[],
  waitPolicy: LockWaitPolicy,
  answers: Answer<Placed>[],
): Promise<Opened[]> => {
  const requests = placements.map((placement, i) => ({ i, placement }));
  const locked = keepAccepted(answers, requests, await lockCartsWithLines(tx, placements, waitPolicy));
  if (!waitPolicy.skipLocked)
    for (const [{ i, placement }, { cart }] of locked) if (cart.status !== 'active') answers[i] = await resume(tx, cart, placement);
  return locked.flatMap(([request, found]) => (found.cart.status === 'active' ? [{ ...request, ...found }] : []));
};

/** What an earlier request with the same key placed. */
const resume = async (tx: Tx, cart: CartRow, { actor, checkout, request: { requestKey } }: Placement): Promise<Placed | DomainError> => {
  const order = await lockOrderOfCart(tx, cart.id);
  if (order?.checkoutKey !== requestKey) return (await findRefusal(tx, cart)) ?? notFound('This cart', cart.id, actor);
  if (order.checkoutFingerprint !== null && order.checkoutFingerprint !== checkout.fingerprint) return keyReused();
  if (order.archivedAt !== null) return notFound('This order', null, actor);
  const payment = await findPaymentByRequest(tx, requestKey);
  return { orderId: order.id, paymentId: order.paid ? null : (payment?.id ?? null), page: null };
};
