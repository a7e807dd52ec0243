/** Writes `outbox_events`: new events, and their order in a restored backup. The relay of `events` marks them as relayed. */
import type { EventName, EventPayload } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type Kysely } from 'kysely';

/** The database handle of a `Tx`, whose type contains the outbox. */
interface Handle {
  readonly db: Kysely<Database>;
}

export interface NewEvent {
  readonly id: string;
  readonly name: EventName;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly payload: EventPayload<EventName>;
}

/** Inserts events in one statement. */
export const insertEvents = async ({ db }: Handle, events: readonly NewEvent[]): Promise<void> => {
  const rows = events.map(({ id, name, aggregateType, aggregateId, payload }) => ({
    id,
    name,
    aggregate_type: aggregateType,
    aggregate_id: aggregateId,
    payload,
  }));
  // One parameter, so that the statement is the same for any number of events and is planned once.
  await sql`
    insert into outbox_events (id, name, aggregate_type, aggregate_id, payload)
    select id, name, aggregate_type, aggregate_id, payload
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as e(id uuid, name text, aggregate_type text, aggregate_id uuid, payload jsonb)`.execute(db);
};

/**
 * Orders up to `limit` events by their ids alone, as if transaction 0 had written them: those with the lowest transaction ids first, none
 * after the event `lastId`. Returns how many.
 */
export const orderEventsByIds = async ({ db }: Handle, lastId: string, limit: number): Promise<number> => {
  const { numUpdatedRows } = await db
    .updateTable('outbox_events')
    .set({ transactionId: '0' })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('outbox_events')
        .select('id')
        .where('transactionId', '>', '0')
        .where('id', '<=', lastId)
        .orderBy('transactionId')
        .orderBy('id')
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
};
