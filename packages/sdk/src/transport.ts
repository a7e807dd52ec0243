/** Sends one attempt of a call over tRPC's HTTP protocol with `fetch`. */
import type { Problem } from '@cartwright/contracts';
import { aborted, CartwrightError, refusal } from './errors.ts';
import { headers as names } from './procedures.gen.ts';
import type { ShopResponse } from './types.ts';

/** One request of a call. */
export interface Attempt {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly path: string;
  readonly kind: 'query' | 'mutation';
  readonly input: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** An error in tRPC's wire format. */
export interface WireError {
  readonly message: string;
  readonly data?: { readonly problem?: Problem };
}
interface Envelope {
  readonly result?: { readonly data: unknown };
  readonly error?: WireError;
}

/** Seconds of a `Retry-After` header, which is a number or a date; null if there is none. */
export const readRetryAfter = (response: Response): number | null => {
  const text = response.headers.get('retry-after');
  if (!text) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
};

/** Whether a retry may help, by the status alone: for responses of proxies between client and shop. */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 408;

/** Creates the error of a failed response. */
export const readFailure = (response: Response, text: string, baseUrl: string): CartwrightError => {
  const error = parse(text)?.error;
  const retryAfterSeconds = readRetryAfter(response);
  if (error?.data?.problem) return refusal(error.data.problem, { retryAfterSeconds, cause: error });
  return new CartwrightError({
    code: 'UNEXPECTED_ANSWER',
    message: `The response with status ${response.status} is not from a Cartwright shop. Check that ${baseUrl} is the address of the shop.`,
    status: response.status,
    retry: isPassing(response.status) ? 'safe' : 'never',
    requestId: response.headers.get(names.requestId),
    retryAfterSeconds,
  });
};

/** Sends the call and reads its response. Throws only `CartwrightError`. */
export const sendAttempt = async (attempt: Attempt): Promise<ShopResponse<unknown>> => {
  const { baseUrl, path, kind, input, signal, timeoutMs } = attempt;
  const query = kind === 'query' && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const url = `${baseUrl}/trpc/${path}${query}`;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await attempt.fetch(url, {
      method: kind === 'query' ? 'GET' : 'POST',
      headers: { ...attempt.headers, ...(kind === 'mutation' && { 'content-type': 'application/json' }) },
      ...(kind === 'mutation' && { body: JSON.stringify(input ?? {}) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal);
    const [code, message] = timeout.aborted
      ? (['TIMEOUT', `The shop at ${baseUrl} did not answer within ${timeoutMs} ms.`] as const)
      : (['UNREACHABLE', `The shop could not be reached at ${baseUrl}. Check the address and that the shop is running.`] as const);
    throw new CartwrightError({ code, message, status: 0, retry: 'safe', cause });
  }
  const result = response.ok ? parse(text)?.result : undefined;
  if (!result) throw readFailure(response, text, baseUrl);
  return {
    data: result.data,
    requestId: response.headers.get(names.requestId),
    replayed: response.headers.get(names.idempotencyReplayed) === 'true',
  };
};

const parse = (text: string): Envelope | null => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    // Not JSON, so not from the shop: the caller creates the error.
    return null;
  }
};
