/** Writes `event_consumers` and `event_subscriptions`: the register of consumers, which changes under `lockRegister`. */
import { sql } from 'kysely';
import { anyText, now, rowsAs, type Tx } from '../kernel/index.ts';

/** Inserts consumers; those that are registered count as seen now. */
export const upsertConsumers = async ({ db }: Pick<Tx, 'db'>, names: readonly string[]): Promise<void> => {
  const consumers = names.map((name) => ({ name }));
  await db
    .insertInto('event_consumers')
    .columns(['name'])
    .expression((eb) => eb.selectFrom(rowsAs('c', consumers, { name: 'text' })).select('c.name'))
    .onConflict((oc) => oc.column('name').doUpdateSet({ lastSeenAt: now }))
    .execute();
};

/** Marks the registered ones of some consumers as seen now. Returns their names. */
export const setConsumersSeen = async ({ db }: Pick<Tx, 'db'>, names: readonly string[]): Promise<string[]> => {
  const seen = await db
    .updateTable('event_consumers')
    .set({ lastSeenAt: now })
    .where('name', '=', anyText(names))
    .returning('name')
    .execute();
  return seen.map(({ name }) => name);
};

/** Deletes a consumer with its subscriptions. */
export const deleteConsumer = async ({ db }: Pick<Tx, 'db'>, name: string): Promise<void> => {
  await db.deleteFrom('event_consumers').where('name', '=', name).execute();
};

/** The subscription of a consumer to an event. */
export interface Subscription {
  readonly consumer: string;
  readonly event: string;
  readonly from: 'registration' | 'beginning';
}

/** Inserts subscriptions; one that exists stays unchanged. */
export const insertSubscriptions = async ({ db }: Pick<Tx, 'db'>, subscriptions: readonly Subscription[]): Promise<void> => {
  const wanted = rowsAs('w', subscriptions, { consumer: 'text', event: 'text', from: 'text' });
  await db
    .insertInto('event_subscriptions')
    .columns(['consumer', 'event', 'from'])
    .expression((eb) => eb.selectFrom(wanted).select(['w.consumer', 'w.event', 'w.from']))
    .onConflict((oc) => oc.doNothing())
    .execute();
};

/** Stores how far a subscription has caught up: to the event `lastId`, or no further for null; `finished` ends it. */
export const setCaughtUp = async (
  { db }: Pick<Tx, 'db'>,
  { consumer, event }: Pick<Subscription, 'consumer' | 'event'>,
  { lastId, finished }: { readonly lastId: string | null; readonly finished: boolean },
): Promise<void> => {
  await db
    .updateTable('event_subscriptions')
    .set((eb) => ({ caughtUpTo: eb.fn.coalesce(sql.val(lastId), 'caughtUpTo'), caughtUpAt: finished ? now : null }))
    .where('consumer', '=', consumer)
    .where('event', '=', event)
    .execute();
};

/** Deletes the subscriptions of a consumer to some events. */
export const deleteSubscriptions = async ({ db }: Pick<Tx, 'db'>, consumer: string, events: readonly string[]): Promise<void> => {
  await db.deleteFrom('event_subscriptions').where('consumer', '=', consumer).where('event', '=', anyText(events)).execute();
};
