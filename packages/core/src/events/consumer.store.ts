/** Writes `event_consumers` and `event_subscriptions`: the register of consumers, which changes under `lockRegister`. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Inserts consumers; those that are registered count as seen now. */
export const upsertConsumers = async ({ db }: Pick<Tx, 'db'>, names: readonly string[]): Promise<void> => {
  await sql`
      insert into event_consumers (name) select unnest(${names}::text[])
      on conflict (name) do update set last_seen_at = now()`.execute(db);
};

/** Marks the registered ones of some consumers as seen now. Returns their names. */
export const setConsumersSeen = async ({ db }: Pick<Tx, 'db'>, names: readonly string[]): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
      update event_consumers set last_seen_at = now() where name = any(${names}::text[]) returning name`.execute(db);
  return rows.map(({ name }) => name);
};

/** Deletes a consumer with its subscriptions. */
export const deleteConsumer = async ({ db }: Pick<Tx, 'db'>, name: string): Promise<void> => {
  await sql`delete from event_consumers where name = ${name}`.execute(db);
};

export interface Subscription {
  readonly consumer: string;
  readonly event: string;
  readonly from: 'registration' | 'beginning';
}

/** Inserts subscriptions; one that exists stays unchanged. */
export const insertSubscriptions = async ({ db }: Pick<Tx, 'db'>, subscriptions: readonly Subscription[]): Promise<void> => {
  await sql`
      insert into event_subscriptions (consumer, event, "from")
      select consumer, event, "from" from json_to_recordset(${JSON.stringify(subscriptions)}::json) as w(consumer text, event text, "from" text)
      on conflict do nothing`.execute(db);
};

/** Stores how far a subscription has caught up: to the event `lastId`, or no further for null; `finished` ends it. */
export const setCaughtUp = async (
  { db }: Pick<Tx, 'db'>,
  { consumer, event }: Pick<Subscription, 'consumer' | 'event'>,
  { lastId, finished }: { readonly lastId: string | null; readonly finished: boolean },
): Promise<void> => {
  await sql`
      update event_subscriptions set caught_up_to = coalesce(${lastId}::uuid, caught_up_to), caught_up_at = case when ${finished} then now() end
      where consumer = ${consumer} and event = ${event}`.execute(db);
};

/** Deletes the subscriptions of a consumer to some events. */
export const deleteSubscriptions = async ({ db }: Pick<Tx, 'db'>, consumer: string, events: readonly string[]): Promise<void> => {
  await sql`delete from event_subscriptions where consumer = ${consumer} and event = any(${events}::text[])`.execute(db);
};
