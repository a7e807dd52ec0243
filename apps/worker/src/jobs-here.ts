/** Jobs that this process runs itself while the queue does not accept them. PostgreSQL holds their work, so a lost one only costs time. */
import { queues, type QueueName } from '@cartwright/core/jobs';
import pLimit from 'p-limit';
import type { Logger } from 'pino';

/** Jobs that may wait. The recovery task finds the work of the others again. */
const mostWaiting = 1_000;

/** The jobs that this process runs itself. */
export interface JobsHere {
  /** Runs a job soon, as many at the same time as its queue allows. A job that fails is logged and left to the recovery task. */
  take(queue: QueueName, run: () => Promise<void>): void;
  /** Forgets jobs that wait, and resolves when the running ones have ended. */
  close(): Promise<void>;
}

/** Creates the runner of jobs in this process. */
export const createJobsHere = (log: Logger): JobsHere => {
  const limits = new Map<QueueName, ReturnType<typeof pLimit>>();
  const open = new Set<Promise<void>>();
  let closed = false;
  return {
    take: (queue, run) => {
      const limit = limits.get(queue) ?? pLimit(queues[queue].concurrency);
      limits.set(queue, limit);
      if (closed) return;
      if (limit.pendingCount >= mostWaiting) return log.warn({ queue }, 'too many jobs wait for the queue; the recovery task finds them');
      const job: Promise<void> = limit(async () => {
        if (!closed) await run();
      })
        .catch((error: unknown) => log.warn({ err: error, queue }, 'a job failed while the queue is unavailable; it is queued again later'))
        .finally(() => open.delete(job));
      open.add(job);
    },
    close: async () => {
      closed = true;
      await Promise.all(open);
    },
  };
};
