/** One attempt of one call over tRPC's HTTP protocol, by `fetch`. */
import type { Problem } from '@cartwright/contracts';
import { CartwrightError } from './errors.ts';
import type { ShopResponse } from './types.ts';

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

interface Envelope {
  readonly result?: { readonly data: unknown };
  readonly error?: { readonly data?: { readonly problem?: Problem } };
}

/** Sends the call and reads its answer. Throws `CartwrightError`, and nothing else. */
export const sendAttempt = async (attempt: Attempt): Promise<ShopResponse<unknown>> => {
  const { path, kind, input, signal } = attempt;
  const url = `${attempt.baseUrl}/trpc/${path}${kind === 'query' && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''}`;
  const timeout = AbortSignal.timeout(attempt.timeoutMs);
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
    if (signal?.aborted)
      throw new CartwrightError({ code: 'ABORTED', message: 'The call was ended by its caller.', status: 0, retry: 'never', cause });
    if (timeout.aborted)
      throw new CartwrightError({
        code: 'TIMEOUT',
        message: `The shop did not answer within ${attempt.timeoutMs} ms.`,
        status: 0,
        retry: 'safe',
        cause,
      });
    throw new CartwrightError({ code: 'UNREACHABLE', message: 'The shop could not be reached.', status: 0, retry: 'safe', cause });
  }
  const requestId = response.headers.get('x-request-id');
  const envelope = parse(text);
  if (envelope?.result) return { data: envelope.result.data, requestId, replayed: response.headers.get('idempotency-replayed') === 'true' };
  const problem = envelope?.error?.data?.problem;
  const wait = Number(response.headers.get('retry-after'));
  const retryAfterSeconds = Number.isFinite(wait) && wait > 0 ? wait : null;
  if (problem)
    throw new CartwrightError({
      code: problem.code,
      message: problem.detail,
      status: problem.status,
      retry: problem.retry,
      problem,
      retryAfterSeconds,
    });
  throw new CartwrightError({
    code: 'UNEXPECTED_ANSWER',
    message: `The shop answered ${response.status} in a form that is not its own. Is there something else at ${attempt.baseUrl}?`,
    status: response.status,
    retry: response.status >= 500 ? 'safe' : 'never',
    requestId,
    retryAfterSeconds,
  });
};

const parse = (text: string): Envelope | null => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
};
