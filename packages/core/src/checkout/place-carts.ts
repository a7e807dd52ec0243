import type { CartId, OrderId, PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { alreadyMerged, alreadyOrdered, lockCarts, type CartRow } from '../carts/index.ts';
import { findExactHolders, holdStock } from '../inventory/index.ts';
import {
  answering,
  DomainError,
  groupedStep,
  isRefusal,
  keyReused,
  lockedElsewhere,
  type Actor,
  type Answer,
  type LockWaitPolicy,
  type Tx,
} from '../kernel/index.ts';
import { lockOrderOfCart, placeOrders, type OrderDraft, type OrderRow } from '../orders/index.ts';
import {
  confirmOrders,
  findBarredAddresses,
  findPaymentByRequest,
  insertPayments,
  tooManyDeclines,
  type NewPayment,
  type PaymentRequest,
} from '../payments/index.ts';
import { claimPromoCodes, codeExhausted, type PromoUse } from '../pricing/index.ts';
import { lockFreeCredits } from '../store-credit/index.ts';
import { draftOrder, parseCheckout, type CheckoutRequest, type ParsedCheckout } from './order-cart.ts';
import { prepareCheckouts } from './prepare-checkout.ts';

/** The order of a cart and its payment attempt; null when nothing has to be paid. */
export interface Placed {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId | null;
}
export interface Placement {
  readonly actor: Actor;
  readonly cartId: CartId;
  readonly checkout: CheckoutRequest;
  readonly payment: PaymentMethodInput | undefined;
  readonly request: PaymentRequest;
}
/** An order that is about to be placed, and the position of its request. */
interface Ready {
  readonly i: number;
  readonly draft: OrderDraft;
  readonly placement: Placement;
}

/**
 * Tx step: places the orders of carts with their payment attempts; an order with nothing to pay is confirmed at once. The first request of
 * a key places the order, a later one waits for the cart and finds it. A fixed number of statements for any number of carts, plus some for
 * each code, quote and credit. Refuses as `draftOrder` and `holdStock` do, and with `TOO_MANY_DECLINES` and `CART_ALREADY_ORDERED`.
 */
export const placeCarts = async (tx: Tx, placements: readonly Placement[], waitPolicy: LockWaitPolicy): Promise<Answer<Placed>[]> => {
  const answers: Answer<Placed>[] = placements.map(() => lockedElsewhere);
  const carts = await lockPlacedCarts(tx, placements, waitPolicy, answers);
  const drafts = await draftOrders(tx, placements, carts, answers);
  const payable = await withoutRefusedPayments(tx, drafts, answers);
  const shared = waitPolicy.skipLocked ? await withoutLockedDiscounts(tx, payable.filter(isToPay), answers) : payable;
  const ready = await withUnits(tx, shared, waitPolicy, answers);
  if (ready.length === 0) return answers;
  const orders = await placeOrders(
    tx,
    ready.map(({ draft }) => draft),
  );
  const placed = ready.flatMap(({ i, placement }, n) => (orders[n] ? [{ i, placement, order: orders[n] }] : []));
  const paymentIds = await insertPayments(tx, placed.flatMap(attemptOf));
  const free = placed.filter(({ order }) => order.dueCents === 0);
  if (free.length > 0)
    await confirmOrders(
      tx,
      free.map(({ order, placement: { actor } }) => ({ order, actor })),
    );
  for (const { i, order } of placed) {
    const paymentId = paymentIds.get(order.id) ?? null;
    // The address reached its limit since it was checked: this request is written again, alone, and refused then.
    if (order.dueCents > 0 && paymentId === null) throw tooManyDeclines();
    answers[i] = { orderId: order.id, paymentId };
    tx.failpoints.reach('checkout.insidePlace');
  }
  return answers;
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
): Promise<Ready[]> => {
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
  const drafts: Ready[] = [];
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
const withoutRefusedPayments = async (tx: Tx, drafts: readonly Ready[], answers: Answer<Placed>[]): Promise<Ready[]> => {
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

const dueOf = ({ sums, credits }: OrderDraft): number => sums.totals.totalCents - credits.reduce((sum, { cents }) => sum + cents, 0);

const needsPayment = (): DomainError =>
  new DomainError('INVALID_INPUT', 'This order needs a payment: gift cards and store credit do not cover the total.', {
    fields: [{ path: 'payment', message: 'is required' }],
  });

const isToPay = ({ draft }: Ready): boolean => dueOf(draft) > 0;

/**
 * Locks the promo codes and credits that orders use, without waiting, and refuses codes that cannot be used any more before anything is
 * written. Leaves out orders whose codes or credits are locked, or are used up by an order before them.
 */
const withoutLockedDiscounts = async (tx: Tx, drafts: readonly Ready[], answers: Answer<Placed>[]): Promise<Ready[]> => {
  const codes = await claimPromoCodes(
    tx,
    drafts.flatMap(({ draft }) => useOf(tx, draft) ?? []),
  );
  const creditIds = drafts.flatMap(({ draft }) => draft.credits.map(({ credit }) => credit.creditId));
  const credits = new Map((creditIds.length > 0 ? await lockFreeCredits(tx, creditIds) : []).map((credit) => [credit.id, { ...credit }]));
  return drafts.filter(({ i, draft }) => {
    const { cart } = draft;
    const use = useOf(tx, draft);
    const verdict = use ? codes.verdict(use) : 'free';
    if (verdict === 'exhausted' && use) answers[i] = codeExhausted(use.code);
    const suffices = draft.credits.every(({ credit: { creditId }, cents }) => {
      const credit = credits.get(creditId);
      const isTheirs = credit && credit.currency === cart.currency && (credit.userId === null || credit.userId === cart.userId);
      return isTheirs && cents <= credit.balanceCents;
    });
    if (verdict !== 'free' || !suffices) return false;
    if (use) codes.take(use);
    for (const {
      credit: { creditId },
      cents,
    } of draft.credits) {
      const credit = credits.get(creditId);
      if (credit) credit.balanceCents -= cents;
    }
    return true;
  });
};

const useOf = (tx: Tx, draft: OrderDraft): PromoUse | null => {
  const code = codeOf(draft);
  return code === null ? null : { code, userId: draft.cart.userId, identity: tx.sealer.index('email', draft.email) };
};

const codeOf = ({ cart, codeUse }: OrderDraft): string | null => codeUse && cart.promoCode;

/** The orders whose carts hold their units. Those that do not, such as after the end of their hold, hold them now. */
const withUnits = async (tx: Tx, drafts: readonly Ready[], waitPolicy: LockWaitPolicy, answers: Answer<Placed>[]): Promise<Ready[]> => {
  if (drafts.length === 0) return [];
  const exact = await findExactHolders(tx, new Map(drafts.map(({ draft: { cart, lines } }) => [cart.id, lines])), waitPolicy);
  const missing = drafts.filter(({ draft }) => !exact.has(draft.cart.id));
  if (missing.length === 0) return [...drafts];
  const held = await holdStock(
    tx,
    missing.map(({ draft: { cart, lines } }) => ({ cartId: cart.id, owner: null, wanted: lines })),
    waitPolicy,
  );
  const without = new Set<number>();
  for (const [n, { i }] of missing.entries()) {
    const answer = held[n];
    if (answer instanceof Map) continue;
    if (isRefusal(answer)) answers[i] = answer;
    without.add(i);
  }
  return drafts.filter(({ i }) => !without.has(i));
};
