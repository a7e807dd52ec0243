/** The register of consumers, for staff and for alerts. */
import type { EventName, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { requireScope, rowCount, type Actor, type Core } from '../kernel/index.ts';

type Output = z.output<ShopContract['system']['consumers']['output']>;

/** A consumer that no worker has handled for this time is absent. Workers report every ten seconds. */
const absentAfterSeconds = 60;

/** SQL: whether no live worker handles the consumer whose row is `c`. */
export const isAbsent: RawBuilder<boolean> = sql`c.last_seen_at < now() - make_interval(secs => ${sql.lit(absentAfterSeconds)})`;

/** Every registered consumer with its open deliveries. */
export const listConsumers = async (core: Core, actor: Actor): Promise<Output> => {
  requireScope(actor, 'system:read');
  const rows = await core.db
    .selectFrom('event_consumers as c')
    .select((eb) => {
      const deliveries = (state: 'pending' | 'dead') =>
        eb.selectFrom('event_deliveries as d').whereRef('d.consumer', '=', 'c.name').where('d.state', '=', sql.lit(state));
      return [
        'c.name',
        'c.registeredAt',
        'c.lastSeenAt',
        isAbsent.as('absent'),
        eb
          .selectFrom('event_subscriptions as s')
          .select(({ fn }) => fn.agg<EventName[]>('array_agg', ['s.event']).orderBy('s.event').as('events'))
          .whereRef('s.consumer', '=', 'c.name')
          .as('events'),
        deliveries('pending').select(rowCount.as('count')).$asScalar().as('pendingCount'),
        deliveries('dead').select(rowCount.as('count')).$asScalar().as('deadCount'),
        deliveries('pending')
          .innerJoin('outbox_events as e', 'e.id', 'd.eventId')
          .select(({ fn }) => fn.min('e.occurredAt').as('oldest'))
          .as('oldestPendingAt'),
      ];
    })
    .orderBy('c.name')
    .execute();
  return {
    items: rows.map((row) => ({
      ...row,
      events: row.events ?? [],
      registeredAt: row.registeredAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      oldestPendingAt: row.oldestPendingAt?.toISOString() ?? null,
    })),
  };
};
