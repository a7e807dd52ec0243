export { catchUpConsumers } from './catch-up-consumers.ts';
export { listConsumers } from './consumer.queries.ts';
export { deliverEvents, maxAttempts, type EventConsumer, type FollowUp, type ShopEvent } from './event.consumers.ts';
export { listEvents, streamEvents, timeOfEvent, type FeedOptions } from './event.queries.ts';
export { orderRestoredEvents } from './order-restored-events.ts';
export { markConsumersSeen, registerConsumers } from './register-consumers.ts';
export { findStaleDeliveries, relayOutbox, type Delivery, type Relayed } from './relay-outbox.ts';
export { retireConsumer, type RetireConsumer, type RetiredConsumer } from './retire-consumer.ts';
