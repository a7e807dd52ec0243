import { transact, type Core } from '../kernel/index.ts';
import { lockNextCatchUp } from './consumer.locks.ts';
import { setCaughtUp } from './consumer.store.ts';
import { insertDeliveries } from './delivery.store.ts';
import { lowestId } from './feed.place.ts';

/**
 * Writes the deliveries of events that were relayed before a consumer registered, for consumers that start from the
 * beginning: page by page, in the order of the ids. Events that were relayed later have theirs already. Returns how
 * many it wrote; several workers may run it.
 */
export const catchUpConsumers = async (core: Core, pageSize = 1_000): Promise<number> => {
  for (let written = 0; ;) {
    const page = await catchUpOne(core, pageSize);
    if (page === null) return written;
    written += page;
  }
};

/** One page of one subscription; null when no subscription is left. */
const catchUpOne = (core: Core, pageSize: number): Promise<number | null> =>
  transact(core, async (tx) => {
    const work = await lockNextCatchUp(tx);
    if (!work) return null;
    const { consumer, event } = work;
    const page = await tx.db
      .selectFrom('outbox_events as e')
      .innerJoin('event_subscriptions as s', 's.event', 'e.name')
      .select('e.id')
      .where('s.consumer', '=', consumer)
      .where('s.event', '=', event)
      .where('e.id', '>', work.caughtUpTo ?? lowestId)
      .whereRef('e.relayedAt', '<=', 's.since')
      .orderBy('e.id')
      .limit(pageSize)
      .execute();
    const ids = page.map(({ id }) => id);
    await insertDeliveries(tx, consumer, ids);
    await setCaughtUp(tx, work, { lastId: ids.at(-1) ?? null, finished: ids.length < pageSize });
    return ids.length;
  });
