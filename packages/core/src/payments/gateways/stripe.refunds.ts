/** Refunds of charges at Stripe. */
import Stripe from 'stripe';
import type { RefundOutcome, RefundRequest } from '../../kernel/index.ts';
import { readAnswer } from './read-answer.ts';
import { AmountNotTaken, toStripeAmount } from './stripe.amounts.ts';
import { unavailable } from './stripe.errors.ts';
import { stripeList } from './stripe.objects.ts';
import { outcomeOfRefund, readRefund } from './stripe.outcomes.ts';

/** Refunds a part of a charge. The same key returns the same refund. */
export const refundCharge = async (stripe: Stripe, request: RefundRequest): Promise<RefundOutcome> => {
  const { idempotencyKey, reference, amountCents, currency } = request;
  try {
    const refund = await stripe.refunds.create(
      { payment_intent: reference, amount: toStripeAmount(amountCents, currency), metadata: { refund_id: idempotencyKey } },
      { idempotencyKey },
    );
    return outcomeOfRefund(readRefund(refund));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof AmountNotTaken)
      return { status: 'failed', message: error.message };
    return unavailable(error);
  }
};

/** The outcome of the refund of a key; null when Stripe knows none. */
export const findRefund = async (
  stripe: Stripe,
  { idempotencyKey, reference }: Pick<RefundRequest, 'idempotencyKey' | 'reference'>,
): Promise<RefundOutcome | null> => {
  try {
    const answer = await stripe.refunds.list({ payment_intent: reference, limit: 100 });
    const { data } = readAnswer("Stripe's list of refunds", stripeList, answer);
    const refund = data.map(readRefund).find(({ metadata }) => metadata?.['refund_id'] === idempotencyKey);
    return refund ? outcomeOfRefund(refund) : null;
  } catch (error) {
    return unavailable(error);
  }
};
