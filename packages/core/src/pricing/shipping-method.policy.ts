/** Which bands a shipping method may have. */
import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError } from '../kernel/index.ts';

type C = ShopContract['shipping'];

/** What staff decide about a shipping method. */
export type ShippingMethodFields = z.output<C['create']['input']>;

/** Throws `INVALID_PRICE` with the fields for bands that are empty or overlap. */
export const assertSensibleBands = ({ bands }: ShippingMethodFields): void => {
  const fields = bands.flatMap((band, i) => [
    ...(band.maxWeightGrams !== null && band.maxWeightGrams <= band.minWeightGrams
      ? [
          {
            path: `bands.${i}.maxWeightGrams`,
            message: `must be above minWeightGrams, ${band.minWeightGrams} g; ${band.maxWeightGrams} g was given`,
          },
        ]
      : []),
    ...(band.maxSubtotalCents !== null && band.maxSubtotalCents <= band.minSubtotalCents
      ? [
          {
            path: `bands.${i}.maxSubtotalCents`,
            message: `must be above minSubtotalCents, ${band.minSubtotalCents}; ${band.maxSubtotalCents} was given`,
          },
        ]
      : []),
  ]);
  bands.forEach((band, i) => {
    const before = bands.find((other, n) => n < i && overlaps(band, other));
    if (before)
      fields.push({
        path: `bands.${i}.minWeightGrams`,
        message: `overlaps with an earlier band for the same cart values, ${weightsOf(before)}; ${band.minWeightGrams} g was given`,
      });
  });
  const [first] = fields;
  if (first) throw new DomainError('INVALID_PRICE', `${first.path} ${first.message}.`, { fields });
};

type Band = ShippingMethodFields['bands'][number];

const weightsOf = ({ minWeightGrams, maxWeightGrams }: Band): string =>
  maxWeightGrams === null ? `from ${minWeightGrams} g` : `from ${minWeightGrams} g to ${maxWeightGrams} g`;

const overlaps = (a: Band, b: Band): boolean =>
  a.minWeightGrams < (b.maxWeightGrams ?? Infinity) &&
  b.minWeightGrams < (a.maxWeightGrams ?? Infinity) &&
  a.minSubtotalCents < (b.maxSubtotalCents ?? Infinity) &&
  b.minSubtotalCents < (a.maxSubtotalCents ?? Infinity);
