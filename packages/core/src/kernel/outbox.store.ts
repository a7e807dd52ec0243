/** Writes `outbox_events`: new events, and their order in a restored backup. The relay of `events` marks them as relayed. */
import type { EventName, EventPayload } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type Kysely } from 'kysely';
import { columnNames, rowsAs } from './statement.ts';

/** The database handle of a `Tx`, whose type contains the outbox. */
interface Handle {
  readonly db: Kysely<Database>;
}

/** An event to write. */
export interface NewEvent {
  readonly id: string;
  readonly name: EventName;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly payload: EventPayload<EventName>;
}

const eventColumns = { id: 'uuid', name: 'text', aggregateType: 'text', aggregateId: 'uuid', payload: 'jsonb' } as const;

/** Inserts events in one statement. */
export const insertEvents = async ({ db }: Handle, events: readonly NewEvent[]): Promise<void> => {
  await sql`
    insert into outbox_events (${columnNames(eventColumns)})
    select ${columnNames(eventColumns)} from ${rowsAs('e', events, eventColumns)}`.execute(db);
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
