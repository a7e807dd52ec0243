/** The only source of identifiers and secrets in domain code. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** Identifiers and secrets. */
export interface Ids {
  /** A UUID of version 7 (RFC 9562): grows with time, so that index pages stay warm. */
  next<T extends string = string>(): T;
  /** 256 random bits, base64url: for tokens that are stored hashed. */
  secret(): string;
}
/** UUIDv7, which grow with time, and secrets of 256 random bits. */
export const randomIds: Ids = {
  next: <T extends string>() => v7() as T,
  secret: () => randomBytes(32).toString('base64url'),
};
