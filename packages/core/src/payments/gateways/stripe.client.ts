/** The client of Stripe's SDK. */
import Stripe from 'stripe';
import { createStripeTransport } from './stripe.transport.ts';

/** The account at Stripe. */
export interface StripeOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** The address of a server other than Stripe's, such as a fake. */
  readonly apiUrl: string | null;
  readonly timeoutMs: number;
}

/** Where the SDK sends its requests. */
const addressOf = (apiUrl: string) => {
  const url = new URL(apiUrl);
  const isPlain = url.protocol === 'http:';
  return { host: url.hostname, port: Number(url.port || (isPlain ? 80 : 443)), protocol: isPlain ? ('http' as const) : ('https' as const) };
};

/** A client that sends each request once: the shop itself decides about retries. */
export const createStripeClient = ({ secretKey, apiUrl, timeoutMs }: StripeOptions): Stripe =>
  new Stripe(secretKey, {
    maxNetworkRetries: 0,
    httpClient: createStripeTransport(),
    telemetry: false,
    timeout: timeoutMs,
    ...(apiUrl && addressOf(apiUrl)),
  });
