import type { Ids } from './ids.ts';

/** Crockford's Base32: no letter that can be mistaken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const length = 16;

/** A code for people to type: 16 characters of Crockford's Base32, 80 random bits. */
export const randomCode = (ids: Ids): string =>
  Array.from(Buffer.from(ids.secret(), 'base64url').subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');

/** Normalises a typed random code: lower case, missing or other hyphens, O for 0, I or L for 1. */
export const plainCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');

/** Letters that a random code may lack when it is typed with a slip. */
const slip = 2;

/**
 * How messages name a typed code that may be secret: `SAVE10`, but only `ending in 3F7K` for what is nearly as long as a random code or
 * longer. A gift card is spent by its code, and buyers also type it where promo codes are asked for.
 */
export const nameTypedCode = (typed: string): string => {
  const letters = typed.replaceAll(/[^\p{L}\p{N}]/gu, '');
  return letters.length < length - slip ? typed.trim() : `ending in ${letters.slice(-4)}`;
};
