/** Conversion of the errors of Stripe's SDK. */
import Stripe from 'stripe';
import { z } from 'zod';
import { GatewayResponseInvalid, GatewayUnavailable, type ChargeOutcome } from '../../kernel/index.ts';
import { AmountNotTaken } from './stripe.amounts.ts';

/** The fault of an answer that `stripe.transport.ts` found; the SDK wraps it. */
const wrapped = z.object({ raw: z.object({ exception: z.instanceof(GatewayResponseInvalid) }) });

/** Converts an error of the SDK into `GatewayUnavailable` or `GatewayResponseInvalid` and throws it. */
export const unavailable = (error: unknown): never => {
  if (error instanceof GatewayUnavailable) throw error;
  const broken = wrapped.safeParse(error).data?.raw.exception;
  const status = error instanceof Stripe.errors.StripeError ? error.statusCode : undefined;
  if (broken && !(status && status >= 500)) throw broken;
  const silent =
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeIdempotencyError;
  if (silent) throw new GatewayUnavailable(`stripe: ${error.message}`, { cause: error });
  // A wrong key or missing right, or an object that Stripe does not know under this key: the charge may still exist.
  if (error instanceof Stripe.errors.StripeError)
    throw new GatewayResponseInvalid(`Stripe refused the request: ${error.message}`, { cause: error });
  throw error;
};

const intentId = z.string().min(1).max(255).nullable().catch(null);

/** Distinguishes a decline, after which no money was charged, from an unclear answer of Stripe. */
export const declinedOr = (error: unknown): ChargeOutcome => {
  if (error instanceof Stripe.errors.StripeCardError)
    return {
      status: 'declined',
      reference: intentId.parse(error.payment_intent?.id ?? null),
      code: String(error.decline_code ?? error.code ?? 'declined'),
      message: error.message,
    };
  if (error instanceof AmountNotTaken) return { status: 'declined', reference: null, code: 'amount_not_taken', message: error.message };
  // Stripe refused the request itself, such as an amount below its minimum or an unknown token.
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 400)
    return { status: 'declined', reference: null, code: error.code ?? 'invalid_request', message: error.message };
  return unavailable(error);
};
