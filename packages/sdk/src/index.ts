/** Typed client of a Cartwright shop. */
export { createCartwright, type Cartwright, type CartwrightOptions } from './create-cartwright.ts';
export { CartwrightError, type ClientErrorCode } from './errors.ts';
export { memoryStore, type StoredTokens, type TokenStore } from './session.ts';
export type { CallOptions, ShopApi, ShopCall, ShopResponse, ShopRouter } from './types.ts';
