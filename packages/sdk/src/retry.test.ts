import { expect, it } from 'vitest';
import { pauseMs } from './retry.ts';

it('a retry waits a random part of an interval that doubles up to eight seconds', () => {
  expect([0, 1, 2, 10].map((attempt) => pauseMs(attempt, null, () => 1))).toEqual([200, 400, 800, 8_000]);
  expect(pauseMs(3, null, () => 0)).toBe(0);
  expect(pauseMs(3, null, () => 0.5)).toBe(800);
});

it('a retry never waits less than the shop requests', () => {
  expect(pauseMs(0, 7, () => 0)).toBe(7_000);
  expect(pauseMs(0, 7, () => 1)).toBe(7_200);
});
