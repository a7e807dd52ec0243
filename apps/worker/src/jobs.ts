/** The queue jobs: their ids and payloads, and the functions that run them. */
import { deliverEvents, timeOfEvent, type Delivery, type EventConsumer } from '@cartwright/core/events';
import { queues as settings, type JobPayload, type QueueName } from '@cartwright/core/jobs';
import type { Core } from '@cartwright/core/kernel';
import { failNotification, sendNotification } from '@cartwright/core/notifications';
import { HandledByAnotherWorker } from './bull-queues.ts';
import type { Metrics } from './metrics.ts';
import type { JobFunction, Queues } from './queues.ts';

const slices = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const toEventJob = (consumer: string, deliveries: readonly Delivery[]) => ({
  id: `${deliveries[0]?.eventId}.${consumer}.${deliveries[0]?.attempts}.${deliveries.length}`,
  data: { consumer, eventIds: deliveries.map((d) => d.eventId) },
});
/** Jobs for deliveries, each of one consumer. */
export const toEventJobs = (deliveries: readonly Delivery[]) =>
  [...Map.groupBy(deliveries, (d) => d.consumer)].flatMap(([consumer, all]) =>
    slices(all, settings.events.perJob).map((some) => toEventJob(consumer, some)),
  );
/** Jobs for mails. */
export const toMailJobs = (ids: readonly string[]) =>
  slices(ids, settings.mail.perJob).map((some) => ({ id: `${some[0]}.${some.length}`, data: { notificationIds: some } }));

/** What the jobs of a worker need. */
export interface JobContext {
  readonly core: Core;
  readonly queues: Pick<Queues, 'add'>;
  readonly metrics: Metrics;
  readonly consumers: readonly EventConsumer[];
  readonly runTask: (name: string) => Promise<void>;
}

/** Handles the events of a job. An event that fails is queued again as a job of its own, so that its retries do not delay the others. */
const handleEvents = async (
  { core, queues, metrics, consumers }: JobContext,
  { consumer, eventIds }: JobPayload<'events'>,
): Promise<void> => {
  const { followUps, handled, left, failed } = await deliverEvents(core, consumers, consumer, eventIds);
  const now = core.clock.now().getTime();
  for (const eventId of handled) metrics.eventHandled(now - timeOfEvent(eventId));
  core.failpoints.reach('delivery.afterCommit');
  await queues.add('mail', toMailJobs(followUps.map(({ id }) => id)));
  if (eventIds.length === 1) {
    for (const { error } of failed) throw error;
    if (left.length > 0) throw new HandledByAnotherWorker(`This worker does not handle this event for ${consumer}; another one does.`);
  }
  await queues.add(
    'events',
    [...failed.map(({ eventId }) => eventId), ...left].map((eventId) => toEventJob(consumer, [{ eventId, consumer, attempts: 1 }])),
  );
};

const sendMails = async ({ core, queues }: JobContext, { notificationIds }: JobPayload<'mail'>, isLastTry: boolean): Promise<void> => {
  const failed: string[] = [];
  const send = async (id: string): Promise<void> => {
    try {
      await sendNotification(core, id);
    } catch (error) {
      if (notificationIds.length === 1) {
        if (isLastTry) await failNotification(core, id, error instanceof Error ? error.message : String(error));
        throw error;
      }
      core.log.warn({ err: error, notificationId: id }, 'a mail could not be sent; it is retried as a job of its own');
      failed.push(id);
    }
  };
  await Promise.all(notificationIds.map(send));
  await queues.add(
    'mail',
    failed.flatMap((id) => toMailJobs([id])),
  );
};

/** The function of each queue. A queue of the catalogue without a function does not compile, nor does a function without an entry. */
export const jobFunctions = (context: JobContext): { readonly [N in QueueName]: JobFunction<N> } => ({
  events: (payload) => handleEvents(context, payload),
  mail: (payload, isLastTry) => sendMails(context, payload, isLastTry),
  schedule: ({ task }) => context.runTask(task),
});
