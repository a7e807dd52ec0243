export { deliverEvents, maxAttempts, type EventConsumer, type FollowUp, type ShopEvent } from './event.consumers.ts';
export { listEvents, streamEvents, timeOfEvent, type FeedOptions } from './event.queries.ts';
export { findStaleDeliveries, relayOutbox, type Delivery } from './relay-outbox.ts';
