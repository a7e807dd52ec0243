/** Counts in error messages. */

/** A number with its noun: `1 unit`, `3 units`. */
export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** The same as the subject of a sentence: `1 unit is`, `3 units are`. */
export const countedAre = (n: number, noun: string): string => `${counted(n, noun)} ${n === 1 ? 'is' : 'are'}`;
