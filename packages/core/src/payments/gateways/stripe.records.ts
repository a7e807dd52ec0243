/** Stripe's own lists of refunds and disputes, whoever made them. */
import type { DisputeStatus } from '@cartwright/contracts';
import type Stripe from 'stripe';
import { z } from 'zod';
import {
  GatewayResponseInvalid,
  type ProviderDispute,
  type ProviderPage,
  type ProviderRefund,
  type RecordQuery,
} from '../../kernel/index.ts';
import { fromStripeAmount } from './stripe.amounts.ts';
import { readAnswer } from './read-answer.ts';
import { idOf, stripeDispute, stripeList } from './stripe.objects.ts';
import { outcomeOfRefund, readRefund } from './stripe.outcomes.ts';

const pageSize = 100;

const toParams = (query: RecordQuery) => ({
  limit: pageSize,
  ...('since' in query ? { created: { gte: Math.floor(query.since.getTime() / 1000) } } : { payment_intent: query.chargeReference }),
  ...(query.from && { starting_after: query.from }),
});

const entry = z.object({ id: z.string().min(1).max(255) });

/**
 * A page whose entries are read one by one. An entry without an id makes the page unreadable, because the start of the next page is then
 * unknown.
 */
const toPage = <R>(what: string, answer: unknown, map: (item: unknown) => R): ProviderPage<R> => {
  const { data, has_more: more } = readAnswer(`Stripe's list of ${what}`, stripeList, answer);
  const ids = data.map((value) => readAnswer(`Stripe's list of ${what}`, entry, value).id);
  const items: R[] = [];
  const unread = data.flatMap((value, i) => {
    try {
      items.push(map(value));
      return [];
    } catch (error) {
      if (!(error instanceof GatewayResponseInvalid)) throw error;
      return [{ reference: ids[i] ?? '', problem: error.message }];
    }
  });
  return { items, unread, next: more ? (ids.at(-1) ?? null) : null };
};

/** A refund without a payment intent names only its charge; no payment of this shop has such a charge. */
const toRefund = (value: unknown): ProviderRefund => {
  const refund = readRefund(value);
  const { currency } = refund;
  const { status } = outcomeOfRefund(refund);
  return {
    reference: refund.id,
    chargeReference: idOf(refund.payment_intent) ?? idOf(refund.charge) ?? refund.id,
    refundId: refund.metadata?.['refund_id'] ?? null,
    amountCents: fromStripeAmount(refund.amount, currency),
    currency,
    status,
    detail: (status === 'failed' ? refund.failure_reason : refund.reason) ?? null,
  };
};

const statuses: Readonly<Record<string, DisputeStatus>> = {
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  warning_closed: 'inquiry_closed',
  needs_response: 'open',
  under_review: 'open',
  appeal_needs_response: 'open',
  appeal_under_review: 'open',
  won: 'won',
  lost: 'lost',
};

/** Each withdrawal and each return of the money is a balance transaction; their sum shows who has it. */
const toDispute = (value: unknown): ProviderDispute => {
  const dispute = readAnswer("Stripe's dispute", stripeDispute, value);
  const { currency } = dispute;
  const fundsWithdrawn = dispute.balance_transactions.reduce((sum, { amount }) => sum + amount, 0) < 0;
  return {
    reference: dispute.id,
    chargeReference: idOf(dispute.payment_intent) ?? idOf(dispute.charge) ?? dispute.id,
    amountCents: fromStripeAmount(dispute.amount, currency),
    currency,
    // A status newer than this code, such as `prevented`: the balance shows whether it is a dispute.
    status: statuses[dispute.status] ?? (fundsWithdrawn ? 'open' : 'inquiry_closed'),
    fundsWithdrawn,
    reason: dispute.reason || null,
  };
};

/** A page of the refunds at Stripe. */
export const listStripeRefunds = async (stripe: Stripe, query: RecordQuery): Promise<ProviderPage<ProviderRefund>> =>
  toPage('refunds', await stripe.refunds.list(toParams(query)), toRefund);

/** A page of the disputes at Stripe. */
export const listStripeDisputes = async (stripe: Stripe, query: RecordQuery): Promise<ProviderPage<ProviderDispute>> =>
  toPage('disputes', await stripe.disputes.list(toParams(query)), toDispute);
