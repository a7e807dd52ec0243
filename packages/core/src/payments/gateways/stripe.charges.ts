/** Charges at Stripe: a payment intent for a charge with a token, or a page of Stripe on which the buyer pays. */
import Stripe from 'stripe';
import { GatewayResponseInvalid, type ChargeOutcome, type ChargeRequest } from '../../kernel/index.ts';
import { readAnswer } from './read-answer.ts';
import { toStripeAmount } from './stripe.amounts.ts';
import { declinedOr, unavailable } from './stripe.errors.ts';
import { stripeList, type StripeIntent } from './stripe.objects.ts';
import { outcomeOfIntent, readIntent } from './stripe.outcomes.ts';
import { closePage, findPage, isPage } from './stripe.pages.ts';

/** How a charge is looked up: by its reference, or by the key of a request whose answer was lost. */
interface ChargeLookup {
  readonly idempotencyKey: string;
  readonly reference: string | null;
}

/** An intent that was made under another key is no answer about this one. */
const ofKey = (intent: StripeIntent, key: string): StripeIntent => {
  const own = intent.metadata?.['payment_id'];
  if (key && own !== undefined && own !== key)
    throw new GatewayResponseInvalid(`Stripe answered with the charge of payment ${own} (${intent.id}).`);
  return intent;
};

/** Charges the token of a request. The same key returns the same charge. */
export const chargeToken = async (stripe: Stripe, request: ChargeRequest): Promise<ChargeOutcome> => {
  const { idempotencyKey, amountCents, currency, token, returnUrl, orderNumber, orderId } = request;
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: toStripeAmount(amountCents, currency),
        currency: currency.toLowerCase(),
        payment_method: token,
        confirm: true,
        automatic_payment_methods: { enabled: true },
        return_url: returnUrl,
        description: orderNumber,
        metadata: { payment_id: idempotencyKey, order_id: orderId },
      },
      { idempotencyKey },
    );
    return outcomeOfIntent(ofKey(readIntent(intent), idempotencyKey));
  } catch (error) {
    return declinedOr(error);
  }
};

/** The intent of a key or reference. Throws `GatewayResponseInvalid` for one that was made under another key. */
const findIntent = async (stripe: Stripe, { idempotencyKey, reference }: ChargeLookup): Promise<StripeIntent | null> => {
  try {
    if (reference) return ofKey(readIntent(await stripe.paymentIntents.retrieve(reference)), idempotencyKey);
    if (!idempotencyKey) return null;
    const answer = await stripe.paymentIntents.search({ query: `metadata['payment_id']:'${idempotencyKey}'`, limit: 1 });
    const { data } = readAnswer("Stripe's list of payment intents", stripeList, answer);
    return data.length === 0 ? null : ofKey(readIntent(data[0]), idempotencyKey);
  } catch (error) {
    return unavailable(error);
  }
};

/** The outcome of a charge; null when Stripe knows none. */
export const findCharge = async (stripe: Stripe, lookup: ChargeLookup): Promise<ChargeOutcome | null> => {
  if (isPage(lookup.reference)) return findPage(stripe, lookup.reference).catch(unavailable);
  const intent = await findIntent(stripe, lookup);
  return intent && outcomeOfIntent(intent);
};

const cancelIntent = async (stripe: Stripe, { id }: StripeIntent): Promise<StripeIntent> => {
  try {
    return readIntent(await stripe.paymentIntents.cancel(id));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    // It was decided after it was read.
    return readIntent(await stripe.paymentIntents.retrieve(id));
  }
};

/** Cancels a charge unless it was already decided; returns its outcome, null when Stripe knows none. */
export const cancelCharge = async (stripe: Stripe, lookup: ChargeLookup): Promise<ChargeOutcome | null> => {
  if (isPage(lookup.reference)) return closePage(stripe, lookup.reference).catch(unavailable);
  const intent = await findIntent(stripe, lookup);
  if (!intent || intent.status === 'succeeded' || intent.status === 'canceled') return intent && outcomeOfIntent(intent);
  try {
    return outcomeOfIntent(await cancelIntent(stripe, intent));
  } catch (error) {
    return unavailable(error);
  }
};
