/** When a call is sent again, and how long to wait before. */
import { aborted, type CartwrightError } from './errors.ts';
import type { ProcedureFacts } from './procedures.gen.ts';

const firstPauseMs = 200;
const longestPauseMs = 8_000;
/** A shop that asks for more patience than this gets none: the caller is told at once. */
const longestWaitSeconds = 60;

/** Whether trying again soon may help. */
export const mayPass = (error: CartwrightError): boolean => error.retry === 'safe' && (error.retryAfterSeconds ?? 0) <= longestWaitSeconds;

/** Whether the same call may be sent again: the shop says so, and doing it twice cannot be two things done. */
export const mayRepeat = (facts: ProcedureFacts, key: string | undefined, error: CartwrightError): boolean =>
  (facts.kind === 'query' || facts.repeatable === true || key !== undefined) && mayPass(error);

/**
 * Milliseconds to wait after attempt 0, 1, 2 ...: a random part of a growing span, so that many clients
 * do not come back at once; and never less than the shop asked for.
 */
export const pauseMs = (attempt: number, retryAfterSeconds: number | null, random: () => number = Math.random): number =>
  (retryAfterSeconds ?? 0) * 1_000 + random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);

/** Waits; throws `ABORTED` as soon as the signal says so. */
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
