import type { Ids } from './ids.ts';

/** Crockford's Base32: no letter that can be mistaken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code for people to type: 16 characters of Crockford's Base32, 80 random bits. */
export const randomCode = (ids: Ids): string =>
  Array.from(Buffer.from(ids.secret(), 'base64url').subarray(0, 16), (byte) => alphabet[byte % alphabet.length]).join('');
