/** The BullMQ queues and workers that a process has open. Those that lose their connection are opened again. */
import { setTimeout as pause } from 'node:timers/promises';
import { queueNames, queues as settings, type QueueName } from '@cartwright/core/jobs';
import type { Core } from '@cartwright/core/kernel';
import type { Job } from 'bullmq';
import type { BullBackend, Closable, JobQueue, OpenQueue } from './bull-backend.ts';

/** Thrown for a job that only another worker can do. The job goes back to the queue and does not count as failed. */
export class HandledByAnotherWorker extends Error {
  override readonly name = 'HandledByAnotherWorker';
}

/** Pause before a worker without a connection is started again. */
const retryMs = 1_000;

/** The BullMQ queues of a process. */
export interface BullQueues {
  /** Every BullMQ queue that this process uses, including those that are not open now. */
  readonly names: ReadonlyMap<string, QueueName>;
  /** Calls a BullMQ queue, which is opened by its first call. */
  use<T>(name: QueueName, bullQueue: string, work: (queue: JobQueue) => Promise<T>): Promise<T>;
  /** Takes the jobs of a BullMQ queue until `closeWorkers`. */
  take(name: QueueName, bullQueue: string, run: (job: Job) => Promise<void>): void;
  /** From now on nothing is opened again. */
  stopReopening(): void;
  /** Waits for running jobs. */
  closeWorkers(): Promise<void>;
  closeQueues(): Promise<void>;
}

/** Creates the queues of a process; each is opened when it is first used. */
export const createBullQueues = (core: Core, backend: BullBackend, jobLockSeconds: number, onError: (error: Error) => void): BullQueues => {
  const queues = new Map<string, OpenQueue>();
  // So that the first scrape counts the jobs in them.
  const names = new Map<string, QueueName>(queueNames.map((name) => [name, name]));
  const workers = new Map<string, Closable>();
  let closing = false;

  const open = (name: QueueName, bullQueue: string): OpenQueue => {
    const known = queues.get(bullQueue);
    if (known) return known;
    names.set(bullQueue, name);
    const opened = backend.openQueue(bullQueue);
    queues.set(bullQueue, opened);
    return opened;
  };
  const take: BullQueues['take'] = (name, bullQueue, run) => {
    names.set(bullQueue, name);
    const { concurrency, lostWorkers } = settings[name];
    const { worker, pool } = backend.openWorker(bullQueue, run, {
      concurrency,
      stalledInterval: jobLockSeconds * 500,
      lockDuration: jobLockSeconds * 1_000,
      maxStalledCount: lostWorkers,
    });
    workers.set(bullQueue, worker);
    worker.on('error', onError);
    worker.on('failed', (job, error) =>
      core.log[error instanceof HandledByAnotherWorker ? 'info' : 'warn'](
        { err: error, queue: bullQueue, jobId: job?.id, attempt: job?.attemptsMade },
        'a job failed or was left to another worker',
      ),
    );
    // As with a queue: a worker without a connection at its start never gets one. If it ran, it would retry without a pause and
    // block the process.
    worker.waitUntilReady().then(
      () => worker.run().catch(onError),
      async (error: Error) => {
        onError(error);
        backend.disconnect(pool).catch(onError);
        await pause(retryMs);
        if (!closing) take(name, bullQueue, run);
      },
    );
  };
  return {
    names,
    // A queue whose first connection failed repeats this error for ever. So it is opened again for the next call.
    use: async (name, bullQueue, work) => {
      const opened = open(name, bullQueue);
      try {
        return await work(opened.queue);
      } catch (error) {
        if (!closing && queues.get(bullQueue) === opened) {
          queues.delete(bullQueue);
          (opened.pool ? backend.disconnect(opened.pool) : opened.queue.close()).catch(onError);
        }
        throw error;
      }
    },
    take,
    stopReopening: () => void (closing = true),
    closeWorkers: async () => void (await Promise.all([...workers.values()].map((worker) => worker.close()))),
    closeQueues: async () => void (await Promise.all([...queues.values()].map(({ queue }) => queue.close()))),
  };
};
