import { expect, it } from 'vitest';
import { placeIdOf, readPlaceId } from './feed.place-id.ts';

const at = Date.UTC(2026, 11, 1);

it.each([
  ['no open transaction', 1_000n, []],
  ['open transactions', 9_000_000_000n, [8_999_999_999n, 8_999_999_000n, 3n]],
  ['the highest transaction of PostgreSQL', 2n ** 64n - 1n, [1n]],
] as const)('a place id with %s is read as it was written', (_what, end, open) => {
  const moment = { at, end, open: new Set(open) };
  expect(readPlaceId(placeIdOf(moment))).toEqual(moment);
});

it('a place id stays short, and one with too many open transactions is the place of the oldest', () => {
  const end = 9_000_000_000n;
  const some = new Set(Array.from({ length: 250 }, (_, i) => end - BigInt(10 * i + 10)));
  expect(placeIdOf({ at, end, open: some }).length).toBeLessThan(1_000);
  expect(readPlaceId(placeIdOf({ at, end, open: some }))).toEqual({ at, end, open: some });
  const many = new Set(Array.from({ length: 1_000 }, (_, i) => end - BigInt(10 * i + 10)));
  expect(readPlaceId(placeIdOf({ at, end, open: many }))).toEqual({ at, end: end - 10_000n, open: new Set() });
});
