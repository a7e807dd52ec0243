/** Reads of the event log. */
import type { EventId, EventName, ShopContract, ShopEventRecord } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, encodeCursor, requireScope, uuidPattern, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['events'];
/** An event as `eventColumns` read it. */
export interface EventRow {
  readonly id: EventId;
  readonly name: EventName;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly payload: Record<string, unknown>;
  readonly occurredAt: Date;
  readonly delivery: 'pending' | 'done' | 'dead';
}

/** SQL: the columns of an event whose row is `e`. */
export const eventColumns = sql`e.id, e.name, e.aggregate_type as "aggregateType", e.aggregate_id as "aggregateId", e.payload, e.occurred_at as "occurredAt",
  case when exists (select 1 from event_deliveries d where d.event_id = e.id and d.state = 'dead') then 'dead'
       when e.relayed_at is null or exists (select 1 from event_deliveries d where d.event_id = e.id and d.state = 'pending') then 'pending' else 'done' end as delivery`;
/** An event as the contract shows it. */
export const toRecord = (row: EventRow): ShopEventRecord => ({ ...row, occurredAt: row.occurredAt.toISOString() });

/** The log, newest first. */
export const listEvents = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'events:read');
  const after = input.cursor ? decodeCursor(input.cursor, uuidPattern) : null;
  const aggregateId = input.aggregateId && uuidPattern.test(input.aggregateId) ? input.aggregateId : null;
  if (input.aggregateId && !aggregateId) return { items: [], nextCursor: null };
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from outbox_events e
    where (${after}::uuid is null or e.id < ${after}) and (${input.name ?? null}::text is null or e.name = ${input.name ?? null})
      and (${aggregateId}::uuid is null or e.aggregate_id = ${aggregateId})
    order by e.id desc limit ${input.limit + 1}`.execute(core.db);
  const items = rows.slice(0, input.limit).map(toRecord);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null };
};

/** When an event was announced, in ms: its id begins with the time. */
export const timeOfEvent = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
