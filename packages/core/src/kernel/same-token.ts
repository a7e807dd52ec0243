import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a token is the expected one, compared in constant time. */
export const isSameToken = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

/** Whether a network address is this machine itself. */
export const isLoopback = (address: string | undefined): boolean =>
  address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
