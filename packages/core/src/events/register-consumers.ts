import { sql } from 'kysely';
import { transact, type Core, writeStatement } from '../kernel/index.ts';
import { lockRegister } from './consumer.locks.ts';
import type { EventConsumer } from './event.consumers.ts';

/**
 * Registers consumers in the database with the events that each subscribes to. A worker does this at its start; a
 * repeat changes nothing.
 *
 * No relay runs meanwhile, so it is exact where a new consumer starts: it gets each event that was not relayed when it
 * registered, and with `from: 'beginning'` also each event that was. Events are only added here: another worker, of an
 * older or a newer version, may handle those that this one does not know. `retireConsumer` takes them away.
 */
export const registerConsumers = (core: Core, consumers: readonly EventConsumer[]): Promise<void> => {
  const wanted = consumers.flatMap(({ name, events, from = 'registration' }) => events.map((event) => ({ consumer: name, event, from })));
  return transact(core, async (tx) => {
    await lockRegister(tx);
    await sql`
      insert into event_consumers (name) select unnest(${consumers.map((c) => c.name)}::text[])
      on conflict (name) do update set last_seen_at = now()`.execute(tx.db);
    await sql`
      insert into event_subscriptions (consumer, event, "from")
      select consumer, event, "from" from json_to_recordset(${JSON.stringify(wanted)}::json) as w(consumer text, event text, "from" text)
      on conflict do nothing`.execute(tx.db);
  });
};

/** Records that a running worker handles these consumers. Returns the names that are no longer registered. */
export const markConsumersSeen = async (core: Core, names: readonly string[]): Promise<string[]> => {
  const { rows } = await writeStatement(core, (tx) =>
    sql<{ name: string }>`
      update event_consumers set last_seen_at = now() where name = any(${names}::text[]) returning name`.execute(tx.db),
  );
  const seen = new Set(rows.map((row) => row.name));
  return names.filter((name) => !seen.has(name));
};
