/** Actions in the dashboard of the fake Stripe, and of banks: refunds, disputes and cancellations that the shop did not request. */
import { randomUUID } from 'node:crypto';
import type { SignedEvent, StripeDispute, StripeIntent, StripeRefund } from './stripe.objects.ts';

/** Events in the order in which they happened; a test can deliver them in another order. */
export interface WithEvents<T> {
  readonly object: T;
  readonly events: readonly SignedEvent[];
}
/** What staff and banks do at the fake Stripe. */
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

const find = <T extends { readonly id: string }>(objects: Iterable<T>, id: string): T => {
  const found = [...objects].find((one) => one.id === id);
  if (!found) throw new Error(`The fake Stripe has no ${id}`);
  return found;
};

/** An object with a signed event for each type; each event has a copy of the object. */
const withEvents = <T extends object>({ sign }: Records, object: T, types: readonly string[]): WithEvents<T> => ({
  object,
  events: types.map((type) => sign({ type, object: structuredClone(object) })),
});

const createRefundActions = (records: Records): Pick<StripeDashboard, 'refund' | 'completeRefund' | 'failRefund'> => {
  const { intents, refunds, refundList, sign } = records;
  /** A charge in an event: it names the intent and contains no refunds. */
  const chargeEvent = (type: string, intentId: string): SignedEvent =>
    sign({
      type,
      object: { object: 'charge', id: `ch_${intentId}`, payment_intent: intentId, amount_refunded: refunds.get(intentId) ?? 0 },
    });
  return {
    refund: (intentId, { amount, status = 'succeeded' } = {}) => {
      const intent = find(intents.values(), intentId);
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
      const { events } = withEvents(records, refund, ['refund.created']);
      return { object: refund, events: [...events, chargeEvent('charge.refunded', intentId)] };
    },
    completeRefund: (refundId) =>
      withEvents(records, Object.assign(find(refundList, refundId), { status: 'succeeded' as const }), [
        'refund.updated',
        'charge.refund.updated',
      ]),
    failRefund: (refundId) => {
      const refund = Object.assign(find(refundList, refundId), {
        status: 'failed' as const,
        failure_reason: 'expired_or_canceled_card',
      });
      refunds.set(refund.payment_intent, (refunds.get(refund.payment_intent) ?? 0) - refund.amount);
      return withEvents(records, refund, ['refund.failed', 'refund.updated', 'charge.refund.updated']);
    },
  };
};

const createDisputeActions = (records: Records): Pick<StripeDashboard, 'dispute' | 'escalate' | 'closeDispute'> => {
  const { intents, disputes } = records;
  return {
    dispute: (intentId, { amount, inquiry = false } = {}) => {
      const intent = find(intents.values(), intentId);
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
      return withEvents(records, dispute, ['charge.dispute.created', ...(inquiry ? [] : ['charge.dispute.funds_withdrawn'])]);
    },
    escalate: (disputeId) => {
      const dispute = find(disputes, disputeId);
      dispute.status = 'needs_response';
      dispute.balance_transactions.push({ amount: -dispute.amount });
      return withEvents(records, dispute, ['charge.dispute.updated', 'charge.dispute.funds_withdrawn']);
    },
    closeDispute: (disputeId, status) => {
      const dispute = Object.assign(find(disputes, disputeId), { status });
      if (status === 'won') dispute.balance_transactions.push({ amount: dispute.amount });
      return withEvents(records, dispute, ['charge.dispute.closed', ...(status === 'won' ? ['charge.dispute.funds_reinstated'] : [])]);
    },
  };
};

/** Creates the dashboard over the records of the fake. */
export const createStripeDashboard = (records: Records): StripeDashboard => ({
  ...createRefundActions(records),
  ...createDisputeActions(records),
  cancel: (intentId) => {
    const intent = find(records.intents.values(), intentId);
    if (intent.status === 'succeeded') throw new Error(`Intent ${intentId} is paid`);
    return withEvents(records, Object.assign(intent, { status: 'canceled' as const }), ['payment_intent.canceled']);
  },
});
