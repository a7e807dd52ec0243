/** The request to place the order of a cart, and its way through the steps of a batch. */
import type { CartId, OrderId, PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { isRefusal, lockedElsewhere, type Actor, type Answer } from '../kernel/index.ts';
import type { OrderDraft } from '../orders/index.ts';
import type { PaymentRequest } from '../payments/index.ts';
import type { OrderPageRow } from '../read-models/order-page.ts';
import type { CheckoutRequest } from './draft-orders.ts';

/** The order of a cart. */
export interface Placed {
  readonly orderId: OrderId;
  /** Its payment attempt; null when nothing has to be paid. */
  readonly paymentId: PaymentId | null;
  /** Its page as this request has written it; null when an earlier request placed the order. */
  readonly page: OrderPageRow | null;
}

/** The request to place the order of a cart. */
export interface Placement {
  readonly actor: Actor;
  readonly cartId: CartId;
  readonly checkout: CheckoutRequest;
  readonly payment: PaymentMethodInput | undefined;
  readonly request: PaymentRequest;
}

/** A request of a batch, and its position in it. */
export interface Positioned {
  readonly i: number;
  readonly placement: Placement;
}

/** An order that is about to be placed. */
export interface Drafted extends Positioned {
  readonly draft: OrderDraft;
}

/** What an order leaves for a payment. */
export const dueOf = ({ sums, credits }: Pick<OrderDraft, 'sums' | 'credits'>): number =>
  sums.totals.totalCents - credits.reduce((sum, { cents }) => sum + cents, 0);

/** Keeps the requests that a step has accepted, each with its result. `answers` gets the refusals of the others. */
export const keepAccepted = <T extends Positioned, R>(
  answers: Answer<unknown>[],
  requests: readonly T[],
  results: readonly Answer<R>[],
): (readonly [request: T, result: R])[] =>
  requests.flatMap((request, n) => {
    const result = results[n] ?? lockedElsewhere;
    if (result !== lockedElsewhere && !isRefusal(result)) return [[request, result] as const];
    answers[request.i] = result;
    return [];
  });
