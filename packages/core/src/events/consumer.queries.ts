/** The register of consumers, for staff and for alerts. */
import type { EventName, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';

type Output = z.output<ShopContract['system']['consumers']['output']>;

/** A consumer that no worker has handled for this time is absent. Workers report every ten seconds. */
const absentAfterSeconds = 60;

/** SQL: whether no live worker handles the consumer whose row is `c`. */
export const isAbsent: RawBuilder<boolean> = sql`c.last_seen_at < now() - make_interval(secs => ${sql.lit(absentAfterSeconds)})`;

interface ConsumerRow {
  readonly name: string;
  readonly events: EventName[];
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
  readonly absent: boolean;
  readonly pendingCount: number;
  readonly deadCount: number;
  readonly oldestPendingAt: Date | null;
}

/** Every registered consumer with its open deliveries. */
export const listConsumers = async (core: Core, actor: Actor): Promise<Output> => {
  requireScope(actor, 'system:read');
  const { rows } = await sql<ConsumerRow>`
    select c.name, c.registered_at as "registeredAt", c.last_seen_at as "lastSeenAt", ${isAbsent} as absent,
      coalesce((select array_agg(s.event order by s.event) from event_subscriptions s where s.consumer = c.name), '{}')::text[] as events,
      (select count(*)::int from event_deliveries d where d.consumer = c.name and d.state = 'pending') as "pendingCount",
      (select count(*)::int from event_deliveries d where d.consumer = c.name and d.state = 'dead') as "deadCount",
      (select min(e.occurred_at) from event_deliveries d join outbox_events e on e.id = d.event_id where d.consumer = c.name and d.state = 'pending') as "oldestPendingAt"
    from event_consumers c order by c.name`.execute(core.db);
  return {
    items: rows.map((row) => ({
      ...row,
      registeredAt: row.registeredAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      oldestPendingAt: row.oldestPendingAt?.toISOString() ?? null,
    })),
  };
};
