/** Names of the HTTP headers that are specific to this API, in lower case. */
export const headers = {
  idempotencyKey: 'idempotency-key',
  /** Sent with the stored response of an earlier call with the same key. */
  idempotencyReplayed: 'idempotency-replayed',
  cartToken: 'x-cart-token',
  ifMatch: 'if-match',
  requestId: 'x-request-id',
} as const;
/** 16 to 64 characters of `A-Z a-z 0-9 _ -`. */
export const idempotencyKeyPattern = /^[A-Za-z0-9_-]{16,64}$/;
