/** Reads of the event log, and the live feed for staff. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventId, EventName, ShopContract, ShopEventRecord } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, encodeCursor, requireScope, uuidPattern, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['events'];
interface EventRow {
  readonly id: EventId;
  readonly name: EventName;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly payload: Record<string, unknown>;
  readonly occurredAt: Date;
  readonly delivery: 'pending' | 'done' | 'dead';
}

const columns = sql`e.id, e.name, e.aggregate_type as "aggregateType", e.aggregate_id as "aggregateId", e.payload, e.occurred_at as "occurredAt",
  case when exists (select 1 from event_deliveries d where d.event_id = e.id and d.state = 'dead') then 'dead'
       when e.relayed_at is null or exists (select 1 from event_deliveries d where d.event_id = e.id and d.state = 'pending') then 'pending' else 'done' end as delivery`;
const toRecord = (row: EventRow): ShopEventRecord => ({ ...row, occurredAt: row.occurredAt.toISOString() });

/** The log, newest first. */
export const listEvents = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'events:read');
  const after = input.cursor ? decodeCursor(input.cursor, uuidPattern) : null;
  const aggregateId = input.aggregateId && uuidPattern.test(input.aggregateId) ? input.aggregateId : null;
  if (input.aggregateId && !aggregateId) return { items: [], nextCursor: null };
  const { rows } = await sql<EventRow>`
    select ${columns} from outbox_events e
    where (${after}::uuid is null or e.id < ${after}) and (${input.name ?? null}::text is null or e.name = ${input.name ?? null})
      and (${aggregateId}::uuid is null or e.aggregate_id = ${aggregateId})
    order by e.id desc limit ${input.limit + 1}`.execute(core.db);
  const items = rows.slice(0, input.limit).map(toRecord);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null };
};

const everyMs = 500;
/** Transactions may commit this much later than the ids they were given. */
const overlapMs = 10_000;

/** The smallest version-7 id of an instant: ids grow with time. */
const idFloor = (ms: number): string => {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
/** When an event was announced, in ms: its id begins with the time. */
export const timeOfEvent = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/**
 * Events as they are committed, each once per listener, until the signal ends it. `lastEventId` resumes
 * after that event.
 */
export async function* streamEvents(
  core: Core,
  actor: Actor,
  input: z.output<C['live']['input']>,
  signal: AbortSignal,
): AsyncGenerator<[id: string, event: ShopEventRecord]> {
  requireScope(actor, 'events:read');
  const resume = input.lastEventId && uuidPattern.test(input.lastEventId) ? input.lastEventId : null;
  let from = resume ? timeOfEvent(resume) : core.clock.now().getTime();
  const floor = resume ?? idFloor(from);
  const seen = new Set<string>();
  while (!signal.aborted) {
    const { rows } = await sql<EventRow>`
      select ${columns} from outbox_events e where e.id > greatest(${floor}::uuid, ${idFloor(from - overlapMs)}::uuid)
        and (${input.name ?? null}::text is null or e.name = ${input.name ?? null}) order by e.id limit 500`.execute(core.db);
    for (const row of rows) {
      if (seen.has(row.id)) continue;
      seen.add(row.id);
      from = Math.max(from, timeOfEvent(row.id));
      yield [row.id, toRecord(row)];
    }
    for (const id of seen) if (timeOfEvent(id) < from - 2 * overlapMs) seen.delete(id);
    await pause(everyMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
