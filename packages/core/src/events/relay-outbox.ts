import { transact, type Core } from '../kernel/index.ts';
import { lockRegisterForRelay } from './consumer.locks.ts';
import { claimStaleDeliveries, relayEvents, type Delivery, type Relayed } from './delivery.store.ts';
const batch = 200;

/**
 * Creates a delivery of each committed event for each of its registered consumers, and returns the deliveries for the
 * queue. Finds its work by a flag and skips rows that another relay has locked; comparing ids would miss the events of
 * transactions that commit late.
 */
export const relayOutbox = (core: Core): Promise<Relayed> =>
  transact(core, async (tx) => {
    await lockRegisterForRelay(tx);
    const relayed = await relayEvents(tx, batch);
    tx.failpoints.reach('relay.inside');
    return relayed;
  });

/**
 * Deliveries of these consumers that were put on the queue long ago and are still open, and those that never were: the
 * queue lost them, a worker died with them, or nobody handled the consumer at the time. Returns them for the queue, the
 * oldest of each consumer first. Handling twice has no effect.
 */
export const findStaleDeliveries = (core: Core, consumers: readonly string[], olderThanSeconds: number): Promise<Delivery[]> =>
  transact(core, { oneStatement: true }, (tx) => claimStaleDeliveries(tx, consumers, { olderThanSeconds, limit: batch }));
