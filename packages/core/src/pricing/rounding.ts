/** Exact integer arithmetic on minor units: half up, and parts that add up to the whole. */

import { DomainError } from '../kernel/index.ts';

/** Returns the amount; throws `INVALID_PRICE` when it is not a safe integer. */
export const safe = (amount: number): number => {
  if (Number.isSafeInteger(amount)) return amount;
  throw new DomainError('INVALID_PRICE', 'This amount is too large to be calculated exactly.');
};

/** The sum of minor units. Throws when it exceeds the safe integers. */
export const sum = (parts: readonly number[]): number => safe(parts.reduce((a, b) => a + b, 0));

/** `amount * numerator / denominator`, rounded half up; exact for every safe integer. */
export const portionOf = (amount: number, numerator: number, denominator: number): number => {
  const scaled = BigInt(amount) * BigInt(numerator) * 2n + BigInt(denominator);
  return Number(scaled / (BigInt(denominator) * 2n));
};

/**
 * Splits `amount` over weights so that the parts add up to it exactly: each gets its share rounded
 * down, and the units left over go to the largest remainders, earlier ones first.
 */
export const prorate = (amount: number, weights: readonly number[]): number[] => {
  const total = weights.reduce((sum, w) => sum + BigInt(w), 0n);
  if (total === 0n) return weights.map(() => 0);
  const shares = weights.map((w, index) => {
    const exact = BigInt(amount) * BigInt(w);
    return { index, part: Number(exact / total), rest: exact % total };
  });
  let left = amount - shares.reduce((sum, s) => sum + s.part, 0);
  for (const share of shares.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest < b.rest ? 1 : -1))) {
    if (left === 0) break;
    share.part += 1;
    left -= 1;
  }
  return shares.map((s) => s.part);
};
