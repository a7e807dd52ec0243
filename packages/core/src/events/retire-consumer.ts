import { writeAudit } from '../audit/index.ts';
import { DomainError, InternalRefusal, notFound, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockConsumer, lockRegister } from './consumer.locks.ts';
import { deleteConsumer, deleteSubscriptions } from './consumer.store.ts';
import { deleteOpenDeliveries } from './delivery.store.ts';
import type { EventConsumer } from './event.consumers.ts';

/** The consumer, or the events of it, to retire. */
export interface RetireConsumer {
  readonly name: string;
  /** The events to retire; without it, all of them and the consumer itself. */
  readonly events?: readonly string[] | undefined;
  /** The consumers of this version. An event that they handle cannot be retired from a consumer that a running worker handles. */
  readonly current?: readonly EventConsumer[] | undefined;
}
/** What was retired. */
export interface RetiredConsumer {
  readonly name: string;
  /** Open deliveries, which are dropped. */
  readonly droppedDeliveries: number;
}

/**
 * Removes a consumer that no worker handles any more, or some of its events, with its open deliveries. Handled events
 * stay in the log. Writes the change to the audit log. For the command line and migrations.
 *
 * @throws {NOT_FOUND} for a name that is not registered, or an event that the consumer is not subscribed to.
 * @throws {CONSUMER_ACTIVE} for a whole consumer that a running worker handles, and for an event of it that this
 *   version handles: stop that worker first. It would lose events without a sign until its next start.
 */
export const retireConsumer = async (
  core: Core,
  actor: Actor,
  { name, events, current = [] }: RetireConsumer,
): Promise<RetiredConsumer> => {
  if (actor.kind !== 'system') throw new DomainError('FORBIDDEN', 'A consumer can only be retired from the command line of the server.');
  return transact(core, async (tx) => {
    await lockRegister(tx);
    const consumer = await lockConsumer(tx, name);
    if (!consumer) throw notFound(`The consumer ${name}`);
    const unknown = events?.find((event) => !consumer.events.includes(event));
    if (unknown !== undefined) throw notFound(`The event ${unknown} of the consumer ${name}`);
    const handled = new Set<string>(current.filter((one) => one.name === name).flatMap((one) => one.events));
    const inUse = events?.find((event) => handled.has(event));
    if (!consumer.absent && (!events || inUse !== undefined))
      throw new InternalRefusal(
        'CONSUMER_ACTIVE',
        `A running worker handles ${inUse === undefined ? '' : `${inUse} for `}the consumer ${name} ` +
          `(last seen ${consumer.lastSeenAt.toISOString()}). Stop that worker, wait a minute and try again.`,
      );
    const only = events ?? null;
    const droppedDeliveries = await deleteOpenDeliveries(tx, name, only);
    await (only ? deleteSubscriptions(tx, name, only) : deleteConsumer(tx, name));
    await writeAudit(tx, actor, {
      action: 'consumer.retire',
      subjectType: 'event_consumer',
      subjectId: name,
      before: { events: consumer.events },
      after: { events: only ? consumer.events.filter((event) => !only.includes(event)) : null, droppedDeliveries },
    });
    return { name, droppedDeliveries };
  });
};
