import { expect, it } from 'vitest';
import { createSealer } from '../kernel/index.ts';
import { placeIdOf, readPlaceId, signPlace } from './feed.place-id.ts';

const at = Date.UTC(2026, 11, 1);
const server = '6b0bf4a5c2d1e8f7-1-19ad4ee0f2b';
const sealer = createSealer('a secret for one test of places');

it.each([
  ['no open transaction', 1_000n, []],
  ['open transactions', 9_000_000_000n, [8_999_999_999n, 8_999_999_000n, 3n]],
  ['the highest transaction of PostgreSQL', 2n ** 64n - 1n, [1n]],
] as const)('a place with %s is read as it was written', (_what, end, open) => {
  const moment = { at, end, open: new Set(open), server };
  expect(readPlaceId(sealer, placeIdOf(sealer, moment))).toEqual(moment);
});

it('a place of a server that cannot be told from others names none', () => {
  const moment = { at: 0x1_23, end: 0x45n, open: new Set([0x44n]), server: null };
  expect(placeIdOf(sealer, moment)).toBe(signPlace(sealer, 'at-123.45.1'));
  expect(readPlaceId(sealer, placeIdOf(sealer, moment))).toEqual(moment);
});

it('a place of a busy shop stays short, and that of too many open transactions is the place of the oldest', () => {
  const end = 9_000_000_000n;
  const some = new Set(Array.from({ length: 250 }, (_, i) => end - BigInt(10 * i + 10)));
  expect(placeIdOf(sealer, { at, end, open: some, server }).length).toBeLessThan(1_000);
  expect(readPlaceId(sealer, placeIdOf(sealer, { at, end, open: some, server }))).toEqual({ at, end, open: some, server });
  const many = new Set(Array.from({ length: 1_000 }, (_, i) => end - BigInt(10 * i + 10)));
  expect(readPlaceId(sealer, placeIdOf(sealer, { at, end, open: many, server }))).toEqual({
    at,
    end: end - 10_000n,
    open: new Set(),
    server,
  });
});

it('a place that was changed, has no signature or was signed by another shop is not read', () => {
  const id = placeIdOf(sealer, { at, end: 1_000n, open: new Set([999n]), server });
  const other = createSealer('a secret of another shop, for this test');
  const forged = [
    id.replace('.3e8.', '.3e7.'),
    id.slice(0, id.lastIndexOf('-')),
    `${id}0`,
    `${id} `,
    signPlace(other, 'at-123.45.1'),
    'at-1.1',
    '',
  ];
  expect(forged.map((one) => readPlaceId(sealer, one))).toEqual(forged.map(() => null));
});
