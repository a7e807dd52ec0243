import type { ChargeOutcome, RefundOutcome } from '../../kernel/index.ts';
import { readAnswer } from './read-answer.ts';
import { fromStripeAmount } from './stripe.amounts.ts';
import { stripeIntent, stripeRefund, type StripeIntent, type StripeRefund } from './stripe.objects.ts';

/** Parses a payment intent from Stripe. Throws `GatewayResponseInvalid`. */
export const readIntent = (value: unknown): StripeIntent => readAnswer("Stripe's payment intent", stripeIntent, value);
/** Parses a refund from Stripe. Throws `GatewayResponseInvalid`. */
export const readRefund = (value: unknown): StripeRefund => readAnswer("Stripe's refund", stripeRefund, value);

/** The outcome of a payment intent. */
export const outcomeOfIntent = (intent: StripeIntent): ChargeOutcome => {
  const { id: reference, status, currency } = intent;
  if (status === 'succeeded')
    return { status: 'captured', reference, capturedCents: fromStripeAmount(intent.amount_received, currency), currency };
  if (status === 'canceled') return { status: 'voided', reference };
  if (status === 'requires_action')
    return {
      status: 'action',
      reference,
      url: intent.next_action?.redirect_to_url?.url ?? null,
      clientSecret: intent.client_secret ?? null,
    };
  if (status === 'requires_payment_method') {
    const error = intent.last_payment_error;
    return {
      status: 'declined',
      reference,
      code: error?.decline_code ?? error?.code ?? 'declined',
      message: error?.message ?? 'The payment was declined.',
    };
  }
  return { status: 'pending', reference };
};

/** The outcome of a refund. */
export const outcomeOfRefund = (refund: StripeRefund): RefundOutcome => {
  const { id: reference, status, currency } = refund;
  if (status === 'succeeded') return { status: 'processed', reference, amountCents: fromStripeAmount(refund.amount, currency), currency };
  if (status === 'failed' || status === 'canceled')
    return { status: 'failed', message: refund.failure_reason ?? 'Stripe refused the refund.' };
  return { status: 'pending', reference };
};
