/** Domain events of one transaction, written with it or not at all. */
import { eventPayloads, type EventName, type EventPayload } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import type { Transaction } from 'kysely';
import type { Ids } from './ids.ts';
import { insertEvents, type NewEvent } from './outbox.store.ts';

/** The events of a transaction, as its steps see them. */
export interface Outbox {
  /** Announces an event. A payload that does not fit its contract is a defect and throws. */
  add<N extends EventName>(name: N, aggregateId: string, payload: EventPayload<N>): void;
}
/** The events of a transaction, as its opener sees them. */
export interface PendingOutbox extends Outbox {
  /** Writes everything added since the last flush in one statement; returns the event names. */
  flush(): Promise<readonly EventName[]>;
}

/** The outbox of one transaction, empty at first. */
export const createOutbox = (db: Transaction<Database>, ids: Ids): PendingOutbox => {
  let waiting: NewEvent[] = [];
  return {
    add: (name, aggregateId, payload) => {
      const checked = eventPayloads[name].parse(payload);
      waiting.push({
        id: ids.next(),
        name,
        aggregateType: name.split('.')[0] ?? name,
        aggregateId,
        payload: checked,
      });
    },
    flush: async () => {
      if (waiting.length === 0) return [];
      const rows = waiting;
      waiting = [];
      await insertEvents({ db }, rows);
      return rows.map((row) => row.name);
    },
  };
};
