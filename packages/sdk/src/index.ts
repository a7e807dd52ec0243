/** Typed client of a Cartwright shop. */
export { createCartwright, type Cartwright, type CartwrightOptions } from './create-cartwright.ts';
export type { Download, DownloadFilters } from './download.ts';
export { CartwrightError, type ClientErrorCode } from './errors.ts';
export { memoryStore, type Auth, type StoredTokens, type TokenStore } from './session.ts';
export type { ShopRouter } from './router.types.ts';
export type {
  CallOptions,
  FeedHandlers,
  FeedOptions,
  FeedSubscription,
  Iterate,
  ShopApi,
  ShopCall,
  ShopFeed,
  ShopInputs,
  ShopOutputs,
  ShopResponse,
} from './types.ts';
export type { Admission, WaitingRoom, WaitOptions } from './waiting-room.ts';
export { verifyWebhook, type WebhookHeaders, type WebhookMessage, type WebhookRequest } from './webhooks.ts';
