/** Repeats of failed work: the one type of their settings, and the one function that decides about the next attempt. */
export interface RetryPolicy {
  /** Number of attempts. Work that fails in the last one has failed for good. */
  readonly attempts: number;
  /** Pause after the first failed attempt, in milliseconds. It doubles after each further one. */
  readonly firstPauseMs: number;
  /** Longest pause, in milliseconds. */
  readonly longestPauseMs: number;
  /** Random part of a pause, from 0 to 1, so that attempts that failed together do not run together again. */
  readonly jitter: number;
}

/**
 * Returns the pause before the next attempt in milliseconds; null when the work has failed for good.
 * @param failed - number of failed attempts so far, including the present one
 */
export const nextAttempt = ({ attempts, firstPauseMs, longestPauseMs, jitter }: RetryPolicy, failed: number): number | null => {
  if (failed >= attempts) return null;
  const pauseMs = Math.min(firstPauseMs * 2 ** (failed - 1), longestPauseMs);
  return Math.floor(pauseMs * (1 - jitter * Math.random()));
};
