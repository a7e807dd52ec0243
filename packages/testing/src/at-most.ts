import { expect } from 'vitest';

/**
 * Matches a number up to a limit, or a list of up to that many entries: `expect(counts).toEqual([atMost(3), atMost(1)])`.
 * Counts of statements are upper bounds, so that fewer statements never fail a test.
 */
export const atMost = (limit: number): unknown =>
  expect.toSatisfy((seen: number | readonly unknown[]) => (typeof seen === 'number' ? seen : seen.length) <= limit, `at most ${limit}`);
