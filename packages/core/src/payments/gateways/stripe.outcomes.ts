import type Stripe from 'stripe';
import type { ChargeOutcome } from '../../kernel/index.ts';
import { fromStripeAmount } from './stripe.amounts.ts';

/** How a payment intent stands. */
export const outcomeOfIntent = (intent: Stripe.PaymentIntent): ChargeOutcome => {
  const reference = intent.id;
  if (intent.status === 'succeeded') {
    const currency = intent.currency.toUpperCase();
    return { status: 'captured', reference, capturedCents: fromStripeAmount(intent.amount_received, currency), currency };
  }
  if (intent.status === 'canceled') return { status: 'voided', reference };
  if (intent.status === 'requires_action')
    return { status: 'action', reference, url: intent.next_action?.redirect_to_url?.url ?? null, clientSecret: intent.client_secret };
  if (intent.status === 'requires_payment_method') {
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
