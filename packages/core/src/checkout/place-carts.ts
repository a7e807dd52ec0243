import { alreadyMerged, alreadyOrdered, lockCarts, type CartRow } from '../carts/index.ts';
import {
  answering,
  DomainError,
  groupedStep,
  isRefusal,
  keyReused,
  lockedElsewhere,
  type Answer,
  type LockWaitPolicy,
  type Tx,
} from '../kernel/index.ts';
import { lockOrderOfCart, placeOrders, type OrderRow } from '../orders/index.ts';
import {
  confirmOrders,
  findBarredAddresses,
  findPaymentByRequest,
  insertPayments,
  tooManyDeclines,
  type NewPayment,
} from '../payments/index.ts';
import { claimDiscounts } from './claim-discounts.ts';
import { holdUnits } from './hold-units.ts';
import { draftOrder, parseCheckout, type ParsedCheckout } from './order-cart.ts';
import { dueOf, goOn, type Drafted, type Placed, type Placement } from './placement.ts';
import { prepareCheckouts } from './prepare-checkout.ts';

/**
 * Tx step: places the orders of carts with their payment attempts; an order with nothing to pay is confirmed at once. The first request of
 * a key places the order, a later one waits for the cart and finds it. A fixed number of statements for any number of carts, plus some for
 * each quote and each country and currency. Refuses as `draftOrder`, `claimDiscounts` and `holdUnits` do, and with `TOO_MANY_DECLINES` and
 * `CART_ALREADY_ORDERED`.
 */
export const placeCarts = async (tx: Tx, placements: readonly Placement[], waitPolicy: LockWaitPolicy): Promise<Answer<Placed>[]> => {
  const answers: Answer<Placed>[] = placements.map(() => lockedElsewhere);
  const carts = await lockPlacedCarts(tx, placements, waitPolicy, answers);
  const drafts = await draftOrders(tx, placements, carts, answers);
  const payable = await withoutRefusedPayments(tx, drafts, answers);
  const go = async (step: typeof holdUnits, requests: readonly Drafted[]): Promise<Drafted[]> => {
    const results = await step(
      tx,
      requests.map(({ draft }) => draft),
      waitPolicy,
    );
    return goOn(answers, requests, results).map(([request]) => request);
  };
  // A batch waits for no lock, so it refuses codes and credits before a hold is written; a cart that waits keeps the order of locks.
  const ready = waitPolicy.skipLocked
    ? await go(holdUnits, await go(claimDiscounts, payable))
    : await go(claimDiscounts, await go(holdUnits, payable));
  if (ready.length > 0) await writeOrders(tx, ready, answers);
  return answers;
};

/** Writes the orders and their payment attempts, and confirms the orders with nothing to pay. */
const writeOrders = async (tx: Tx, ready: readonly Drafted[], answers: Answer<Placed>[]): Promise<void> => {
  const orders = await placeOrders(
    tx,
    ready.map(({ draft }) => draft),
  );
  const placed = ready.flatMap(({ i, placement }, n) => (orders[n] ? [{ i, placement, order: orders[n] }] : []));
  const paymentIds = await insertPayments(tx, placed.flatMap(attemptOf));
  for (const { i, order } of placed) {
    const paymentId = paymentIds.get(order.id) ?? null;
    // The address reached its limit since it was checked: this request is written again, alone, and refused then.
    if (order.dueCents > 0 && paymentId === null) throw tooManyDeclines();
    answers[i] = { orderId: order.id, paymentId };
  }
  const free = placed.flatMap(({ order, placement: { actor } }) => (order.dueCents === 0 ? [{ order, actor }] : []));
  if (free.length > 0) await confirmOrders(tx, free);
  for (const _ of placed) tx.failpoints.reach('checkout.insidePlace');
};

/** Places the order of a cart; concurrent calls share a transaction. */
export const placeCart = groupedStep<Placement, Placed>({
  maxBatch: 32,
  maxWaiting: 20_000,
  maxWaitMs: 30_000,
  concurrency: 1,
  step: placeCarts,
});

const attemptOf = ({ placement: { payment: method, request }, order }: { placement: Placement; order: OrderRow }): NewPayment[] =>
  method && order.dueCents > 0 ? [{ order, method, request }] : [];

/** The open carts by position. A cart that was ordered is answered with its order, which is waited for. */
const lockPlacedCarts = async (
  tx: Tx,
  placements: readonly Placement[],
  waitPolicy: LockWaitPolicy,
  answers: Answer<Placed>[],
): Promise<ReadonlyMap<number, CartRow>> => {
  const open = new Map<number, CartRow>();
  for (const [i, cart] of (await lockCarts(tx, placements, waitPolicy)).entries()) {
    const placement = placements[i];
    if (isRefusal(cart)) answers[i] = cart;
    if (cart === lockedElsewhere || isRefusal(cart) || !placement) continue;
    if (cart.status === 'active') open.set(i, cart);
    else if (!waitPolicy.skipLocked) answers[i] = await resume(tx, cart, placement);
  }
  return open;
};

/** What an earlier request with the same key placed. */
const resume = async (tx: Tx, cart: CartRow, { checkout, request: { requestKey } }: Placement): Promise<Placed | DomainError> => {
  const order = await lockOrderOfCart(tx, cart.id);
  if (!order) return alreadyMerged(cart.mergedInto);
  if (order.checkoutKey !== requestKey) return alreadyOrdered(order);
  if (order.checkoutFingerprint !== null && order.checkoutFingerprint !== checkout.fingerprint) return keyReused();
  const payment = await findPaymentByRequest(tx, requestKey);
  return { orderId: order.id, paymentId: order.paid ? null : (payment?.id ?? null) };
};

/** The orders of the open carts at the current prices. */
const draftOrders = async (
  tx: Tx,
  placements: readonly Placement[],
  carts: ReadonlyMap<number, CartRow>,
  answers: Answer<Placed>[],
): Promise<Drafted[]> => {
  const parsed: { i: number; placement: Placement; checkout: ParsedCheckout }[] = [];
  for (const [i, cart] of carts) {
    const placement = placements[i];
    if (!placement) continue;
    const { actor, checkout, request } = placement;
    const answer = answering(() => parseCheckout(tx, actor, cart, checkout, request.requestKey));
    if (isRefusal(answer)) answers[i] = answer;
    else parsed.push({ i, placement, checkout: answer });
  }
  const prepared = await prepareCheckouts(
    tx,
    parsed.map(({ checkout }) => checkout),
  );
  const drafts: Drafted[] = [];
  for (const [n, { i, placement, checkout }] of parsed.entries()) {
    const known = prepared[n];
    if (!known) throw new Error('The cart was not prepared');
    const draft = await draftOrder(tx, checkout, known).catch(refusalOnly);
    if (isRefusal(draft)) answers[i] = draft;
    else drafts.push({ i, placement, draft });
  }
  return drafts;
};

const refusalOnly = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  throw error;
};

/** Refuses orders that need a payment and have none, and payments from network addresses with too many declines. */
const withoutRefusedPayments = async (tx: Tx, drafts: readonly Drafted[], answers: Answer<Placed>[]): Promise<Drafted[]> => {
  const toPay = drafts.filter(({ draft }) => dueOf(draft) > 0);
  const barred = await findBarredAddresses(
    tx,
    toPay.flatMap(({ placement }) => placement.request.ip ?? []),
  );
  return drafts.filter(({ i, draft, placement: { payment, request } }) => {
    if (dueOf(draft) === 0) return true;
    if (!payment) answers[i] = needsPayment();
    else if (request.ip !== null && barred.has(request.ip)) answers[i] = tooManyDeclines();
    else return true;
    return false;
  });
};

const needsPayment = (): DomainError =>
  new DomainError('INVALID_INPUT', 'This order needs a payment: gift cards and store credit do not cover the total.', {
    fields: [{ path: 'payment', message: 'is required' }],
  });
