/** When to retry a call, and how long to wait before. */
import { aborted, type CartwrightError } from './errors.ts';
import type { ProcedureFacts } from './procedures.gen.ts';

const firstPauseMs = 200;
const longestPauseMs = 8_000;
/** If the shop requests a longer wait, the call fails at once. */
const longestWaitSeconds = 60;

/** Whether a retry within a minute may help. */
export const isTemporary = (error: CartwrightError): boolean =>
  error.retry === 'safe' && (error.retryAfterSeconds ?? 0) <= longestWaitSeconds;

/** Whether the call may be retried: the shop allows it, and a repeat cannot have a second effect. */
export const mayRetry = (facts: ProcedureFacts, key: string | undefined, error: CartwrightError): boolean =>
  (facts.kind === 'query' || facts.repeatable === true || key !== undefined) && isTemporary(error);

/**
 * Milliseconds to wait after attempt 0, 1, 2 ...: a random part of an increasing interval, so that clients do not
 * retry at the same moment, and never less than the shop requested.
 */
export const pauseMs = (attempt: number, retryAfterSeconds: number | null, random: () => number = Math.random): number =>
  (retryAfterSeconds ?? 0) * 1_000 + random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);

/** Waits; throws `ABORTED` when the signal aborts. */
export const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const end = (): void => {
      clearTimeout(timer);
      if (signal) reject(aborted(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
