/** Reads of the event log. */
import type { EventId, ShopContract, ShopEventRecord } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type SelectQueryBuilder } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, encodeCursor, requireScope, uuidPattern, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['events'];
/** The lowest transaction id that this server has not given yet, when the statement begins. */
export const nextTransaction = sql<string>`pg_snapshot_xmax(pg_current_snapshot())`;

/** An event as `selectEvents` reads it. */
interface EventRow extends Omit<ShopEventRecord, 'occurredAt'> {
  readonly occurredAt: Date;
}
/** The events of the log: `e`, each with the state of its deliveries. */
export const selectEvents = (db: Core['db']): SelectQueryBuilder<Database & { e: Database['outbox_events'] }, 'e', EventRow> =>
  db
    .selectFrom('outbox_events as e')
    .select((eb) => {
      const hasDelivery = (state: 'pending' | 'dead') =>
        eb.exists(
          eb
            .selectFrom('event_deliveries as d')
            .select(eb.lit(1).as('one'))
            .whereRef('d.eventId', '=', 'e.id')
            .where('d.state', '=', sql.lit(state)),
        );
      const delivery = eb
        .case()
        .when(hasDelivery('dead'))
        .then(sql.lit('dead' as const))
        .when(eb.or([eb('e.relayedAt', 'is', null), hasDelivery('pending')]))
        .then(sql.lit('pending' as const))
        .else(sql.lit('done' as const))
        .end();
      return ['e.id', 'e.name', 'e.aggregateType', 'e.aggregateId', 'e.payload', 'e.occurredAt', delivery.as('delivery')];
    })
    .$narrowType<{ id: EventId }>();
/** An event as the contract shows it. */
export const toRecord = (row: EventRow): ShopEventRecord => ({ ...row, occurredAt: row.occurredAt.toISOString() });

/** The log, newest first. */
export const listEvents = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'events:read');
  const after = input.cursor ? decodeCursor(input.cursor, uuidPattern) : null;
  const aggregateId = input.aggregateId && uuidPattern.test(input.aggregateId) ? input.aggregateId : null;
  if (input.aggregateId && !aggregateId) return { items: [], nextCursor: null };
  const { name, limit } = input;
  const rows = await selectEvents(core.db)
    .$if(after !== null, (query) => query.where('e.id', '<', after))
    .$if(name !== undefined, (query) => query.where('e.name', '=', name ?? null))
    .$if(aggregateId !== null, (query) => query.where('e.aggregateId', '=', aggregateId))
    .orderBy('e.id', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(toRecord);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null };
};

/** When an event was announced, in ms: its id begins with the time. */
export const timeOfEvent = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
