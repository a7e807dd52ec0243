import { sql } from 'kysely';
import { transact, type Core } from '../kernel/index.ts';
import { lockNextCatchUp } from './consumer.locks.ts';

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
    const page = await sql<{ id: string }>`
      select e.id from outbox_events e join event_subscriptions s on s.consumer = ${consumer} and s.event = e.name
      where e.name = ${event} and e.id > coalesce(${work.after}::uuid, '00000000-0000-0000-0000-000000000000') and e.relayed_at <= s.since
      order by e.id limit ${pageSize}`.execute(tx.db);
    const ids = page.rows.map(({ id }) => id);
    // These deliveries have no enqueue time, so the sweep takes them first.
    await sql`
      insert into event_deliveries (event_id, consumer, enqueued_at) select unnest(${ids}::uuid[]), ${consumer}, '-infinity' on conflict do nothing`.execute(
      tx.db,
    );
    await sql`
      update event_subscriptions set caught_up_to = coalesce(${ids.at(-1) ?? null}::uuid, caught_up_to), caught_up_at = case when ${ids.length < pageSize} then now() end
      where consumer = ${consumer} and event = ${event}`.execute(tx.db);
    return ids.length;
  });
