/** The used parts of the objects of Stripe's API. Others are invalid: Stripe's own types guarantee nothing at run time. */
import { currency } from '@cartwright/contracts';
import { z } from 'zod';

const id = z.string().min(1).max(255);
const amount = z.int().min(0);
/** A currency as Stripe writes it, in small letters. */
export const stripeCurrency = z
  .string()
  .transform((code) => code.toUpperCase())
  .pipe(currency);
const words = z.string().nullish();
const named = z.union([id, z.object({ id })]).nullish();
const metadata = z.record(z.string(), z.string()).nullish();

/** A Payment Intent. */
export const stripeIntent = z.object({
  id,
  status: z.enum([
    'succeeded',
    'canceled',
    'processing',
    'requires_action',
    'requires_capture',
    'requires_confirmation',
    'requires_payment_method',
  ]),
  currency: stripeCurrency,
  amount,
  amount_received: amount,
  client_secret: z.string().nullish(),
  next_action: z.object({ redirect_to_url: z.object({ url: words }).nullish() }).nullish(),
  last_payment_error: z.object({ code: words, decline_code: words, message: words }).nullish(),
  metadata,
});
/** A Payment Intent. */
export type StripeIntent = z.output<typeof stripeIntent>;

/** A session of Checkout. */
export const stripeSession = z.object({
  id,
  status: z.enum(['open', 'complete', 'expired']),
  url: z.string().nullish(),
  payment_intent: z.union([id, stripeIntent]).nullish(),
});
/** A session of Checkout. */
export type StripeSession = z.output<typeof stripeSession>;

/** A refund. */
export const stripeRefund = z.object({
  id,
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']),
  amount,
  currency: stripeCurrency,
  failure_reason: words,
  reason: words,
  payment_intent: named,
  charge: named,
  metadata,
});
/** A refund. */
export type StripeRefund = z.output<typeof stripeRefund>;

/** A dispute. */
export const stripeDispute = z.object({
  id,
  status: z.string().min(1),
  amount,
  currency: stripeCurrency,
  reason: words,
  payment_intent: named,
  charge: named,
  /** Withdrawals are negative, returns positive. */
  balance_transactions: z.array(z.object({ amount: z.int() })),
});
/** A dispute. */
export type StripeDispute = z.output<typeof stripeDispute>;

/** The references of a refund, a dispute or a charge in an event. The rest is queried from Stripe. */
export const stripeRecord = z.object({
  id,
  amount: amount.optional().catch(undefined),
  currency: stripeCurrency.optional().catch(undefined),
  payment_intent: named,
  charge: named,
  metadata: metadata.catch(null),
});
/** The object of an event. */
export type StripeRecord = z.output<typeof stripeRecord>;
/** The id of an object that is given in full or by its id. */
export const idOf = (value: z.output<typeof named>): string | null => (typeof value === 'string' ? value : (value?.id ?? null));

/** A page of a list; its entries are read one by one. */
export const stripeList = z.object({ data: z.array(z.unknown()).max(1_000), has_more: z.boolean() });
/** An event of a webhook or of the event list. */
export const stripeEvent = z.object({
  id,
  type: z.string().min(1).max(100),
  created: z.int(),
  livemode: z.boolean(),
  account: z.string().optional(),
  data: z.object({ object: z.unknown() }),
});
