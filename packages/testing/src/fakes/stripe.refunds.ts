/** Refunds of the fake Stripe that the shop requested. */
import { randomUUID } from 'node:crypto';
import type { StripeIntent, StripeRefund } from './stripe.objects.ts';
import { metadataOf, refusal, type Answer } from './stripe.protocol.ts';

/** The refunds of a fake account. */
export interface StripeRefunds {
  /** The refunded amount of each intent. */
  readonly refunds: Map<string, number>;
  /** Every refund, oldest first. */
  readonly refundList: StripeRefund[];
  create(form: URLSearchParams): Answer;
  /** With `true`, new refunds stay pending; with `false`, they succeed at once. */
  delay(on: boolean): void;
}

/** Creates the refunds of a fake account. */
export const createStripeRefunds = (intents: ReadonlyMap<string, StripeIntent>): StripeRefunds => {
  const refunds = new Map<string, number>();
  const refundList: StripeRefund[] = [];
  let isDelayed = false;
  return {
    refunds,
    refundList,
    create: (form) => {
      const id = form.get('payment_intent') ?? '';
      const amount = Number(form.get('amount'));
      const given = refunds.get(id) ?? 0;
      if (given + amount > (intents.get(id)?.amount_received ?? 0)) return refusal(400, 'Refund amount is greater than the charge');
      refunds.set(id, given + amount);
      const made: StripeRefund = {
        id: `re_${randomUUID().replaceAll('-', '')}`,
        object: 'refund',
        amount,
        currency: intents.get(id)?.currency ?? '',
        status: isDelayed ? 'pending' : 'succeeded',
        created: Math.floor(Date.now() / 1000),
        payment_intent: id,
        reason: null,
        failure_reason: null,
        metadata: metadataOf(form),
      };
      refundList.push(made);
      return { status: 200, body: { ...made } };
    },
    delay: (on) => void (isDelayed = on),
  };
};
