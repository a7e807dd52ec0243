/** Actions in the dashboard of the fake Stripe, and of banks: refunds, disputes and cancellations that the shop did not request. */
import { randomUUID } from 'node:crypto';
import type { SignedEvent, StripeDispute, StripeIntent, StripeRefund } from './stripe.objects.ts';

/** Events in the order in which they happened; a test can deliver them in another order. */
export interface WithEvents<T> {
  readonly object: T;
  readonly events: readonly SignedEvent[];
}
export interface StripeDashboard {
  /** Refunds the rest, or an amount. `status` is the status of the new refund. */
  refund(intentId: string, options?: { amount?: number; status?: 'pending' | 'succeeded' }): WithEvents<StripeRefund>;
  /** Makes a pending refund succeed. */
  completeRefund(refundId: string): WithEvents<StripeRefund>;
  /** Makes a pending or succeeded refund fail. */
  failRefund(refundId: string): WithEvents<StripeRefund>;
  /** Opens a dispute that withdraws the money, or with `inquiry` an inquiry. */
  dispute(intentId: string, options?: { amount?: number; inquiry?: boolean }): WithEvents<StripeDispute>;
  /** Turns an inquiry into a dispute that withdraws the money. */
  escalate(disputeId: string): WithEvents<StripeDispute>;
  /** Closes a dispute. A won dispute returns the money; an inquiry ends as `warning_closed`. */
  closeDispute(disputeId: string, status: 'won' | 'lost' | 'warning_closed'): WithEvents<StripeDispute>;
  /** Cancels an unpaid intent. */
  cancel(intentId: string): WithEvents<StripeIntent>;
}

interface Records {
  readonly intents: ReadonlyMap<string, StripeIntent>;
  /** The refunded amount of each intent. */
  readonly refunds: Map<string, number>;
  readonly refundList: StripeRefund[];
  readonly disputes: StripeDispute[];
  readonly sign: (event: { type: string; object: unknown }) => SignedEvent;
}

const copyOf = <T extends object>(object: T): T => structuredClone(object);

export const createStripeDashboard = ({ intents, refunds, refundList, disputes, sign }: Records): StripeDashboard => {
  const find = <T>(found: T | undefined, id: string): T => {
    if (!found) throw new Error(`The fake Stripe has no ${id}`);
    return found;
  };
  const intentOf = (id: string) => find(intents.get(id), id);
  const refundOf = (id: string) =>
    find(
      refundList.find((one) => one.id === id),
      id,
    );
  const disputeOf = (id: string) =>
    find(
      disputes.find((one) => one.id === id),
      id,
    );
  const withEvents = <T extends object>(object: T, types: readonly string[]): WithEvents<T> => ({
    object,
    events: types.map((type) => sign({ type, object: copyOf(object) })),
  });
  /** A charge in an event: it names the intent and contains no refunds. */
  const chargeEvent = (type: string, intentId: string): SignedEvent =>
    sign({
      type,
      object: { object: 'charge', id: `ch_${intentId}`, payment_intent: intentId, amount_refunded: refunds.get(intentId) ?? 0 },
    });

  return {
    refund: (intentId, { amount, status = 'succeeded' } = {}) => {
      const intent = intentOf(intentId);
      const given = refunds.get(intentId) ?? 0;
      const sum = amount ?? intent.amount_received - given;
      if (sum <= 0 || given + sum > intent.amount_received) throw new Error(`Nobody can refund ${sum} of ${intentId}`);
      refunds.set(intentId, given + sum);
      const refund: StripeRefund = {
        id: `re_${randomUUID().replaceAll('-', '')}`,
        object: 'refund',
        amount: sum,
        currency: intent.currency,
        status,
        created: Math.floor(Date.now() / 1000),
        payment_intent: intentId,
        reason: 'requested_by_customer',
        failure_reason: null,
        metadata: {},
      };
      refundList.push(refund);
      return { object: refund, events: [...withEvents(refund, ['refund.created']).events, chargeEvent('charge.refunded', intentId)] };
    },
    completeRefund: (refundId) =>
      withEvents(Object.assign(refundOf(refundId), { status: 'succeeded' }), ['refund.updated', 'charge.refund.updated']),
    failRefund: (refundId) => {
      const refund = Object.assign(refundOf(refundId), { status: 'failed', failure_reason: 'expired_or_canceled_card' });
      refunds.set(refund.payment_intent, (refunds.get(refund.payment_intent) ?? 0) - refund.amount);
      return withEvents(refund as StripeRefund, ['refund.failed', 'refund.updated', 'charge.refund.updated']);
    },
    dispute: (intentId, { amount, inquiry = false } = {}) => {
      const intent = intentOf(intentId);
      const sum = amount ?? intent.amount_received;
      const dispute: StripeDispute = {
        id: `dp_${randomUUID().replaceAll('-', '')}`,
        object: 'dispute',
        amount: sum,
        currency: intent.currency,
        status: inquiry ? 'warning_needs_response' : 'needs_response',
        reason: 'product_not_received',
        created: Math.floor(Date.now() / 1000),
        payment_intent: intentId,
        balance_transactions: inquiry ? [] : [{ amount: -sum }],
      };
      disputes.push(dispute);
      return withEvents(dispute, ['charge.dispute.created', ...(inquiry ? [] : ['charge.dispute.funds_withdrawn'])]);
    },
    escalate: (disputeId) => {
      const dispute = disputeOf(disputeId);
      dispute.status = 'needs_response';
      dispute.balance_transactions.push({ amount: -dispute.amount });
      return withEvents(dispute, ['charge.dispute.updated', 'charge.dispute.funds_withdrawn']);
    },
    closeDispute: (disputeId, status) => {
      const dispute = Object.assign(disputeOf(disputeId), { status });
      if (status === 'won') dispute.balance_transactions.push({ amount: dispute.amount });
      return withEvents(dispute as StripeDispute, [
        'charge.dispute.closed',
        ...(status === 'won' ? ['charge.dispute.funds_reinstated'] : []),
      ]);
    },
    cancel: (intentId) => {
      const intent = intentOf(intentId);
      if (intent.status === 'succeeded') throw new Error(`Intent ${intentId} is paid`);
      return withEvents(Object.assign(intent, { status: 'canceled' as const }), ['payment_intent.canceled']);
    },
  };
};
