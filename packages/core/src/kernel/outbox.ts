/** Domain events of one transaction, written with it or not at all. */
import { eventPayloads, type EventName, type EventPayload } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type Transaction } from 'kysely';
import type { Ids } from './ids.ts';

export interface Outbox {
  /** Announces an event. A payload that does not fit its contract is a defect and throws. */
  add<N extends EventName>(name: N, aggregateId: string, payload: EventPayload<N>): void;
}
export interface PendingOutbox extends Outbox {
  /** Writes everything added since the last flush in one statement; returns the event names. */
  flush(): Promise<readonly EventName[]>;
}

/** The outbox of one transaction, empty at first. */
export const createOutbox = (db: Transaction<Database>, ids: Ids): PendingOutbox => {
  let waiting: { id: string; name: EventName; aggregate_type: string; aggregate_id: string; payload: EventPayload<EventName> }[] = [];
  return {
    add: (name, aggregateId, payload) => {
      const checked = eventPayloads[name].parse(payload);
      waiting.push({
        id: ids.next(),
        name,
        aggregate_type: name.split('.')[0] ?? name,
        aggregate_id: aggregateId,
        payload: checked,
      });
    },
    flush: async () => {
      if (waiting.length === 0) return [];
      const rows = waiting;
      waiting = [];
      // One parameter, so that the statement is the same for any number of events and is planned once.
      await sql`
        insert into outbox_events (id, name, aggregate_type, aggregate_id, payload)
        select id, name, aggregate_type, aggregate_id, payload
        from json_to_recordset(${JSON.stringify(rows)}::json) as e(id uuid, name text, aggregate_type text, aggregate_id uuid, payload jsonb)`.execute(
        db,
      );
      return rows.map((row) => row.name);
    },
  };
};
