import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextAttempt, type RetryPolicy } from './retry-policy.ts';

const policy: RetryPolicy = { attempts: 5, firstPauseMs: 1_000, longestPauseMs: 5_000, jitter: 0 };

it('the pause before the next attempt doubles up to its limit, and the last attempt has no next one', () => {
  expect([1, 2, 3, 4, 5, 6].map((failed) => nextAttempt(policy, failed))).toEqual([1_000, 2_000, 4_000, 5_000, null, null]);
});

it('work without a limit of attempts always has a next one', () => {
  expect(nextAttempt({ ...policy, attempts: Number.POSITIVE_INFINITY }, 10_000)).toBe(5_000);
});

it('jitter shortens a pause by its share at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.double({ min: 0, max: 1, noNaN: true }), (failed, jitter) => {
      const longest = nextAttempt(policy, failed) ?? 0;
      const pause = nextAttempt({ ...policy, jitter }, failed) ?? -1;
      expect(pause).toBeLessThanOrEqual(longest);
      expect(pause).toBeGreaterThanOrEqual(Math.floor(longest * (1 - jitter)));
    }),
  );
});
