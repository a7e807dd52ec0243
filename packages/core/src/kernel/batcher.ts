/**
 * The queue behind group commits (`group-commit.ts`) and coalesced reads (`coalesced-read.ts`). While one batch of a key runs, new requests
 * for that key are queued and then run as the next batch.
 */
import type { Core } from './core.ts';
import { isDatabaseUnavailable } from './database-error.ts';
import { DomainError } from './domain-error.ts';
import { runAsSharedWork } from './shared-work.ts';

/** The limits of the batches and of the queue. */
export interface BatchLimits {
  /** The maximum number of requests in a batch. */
  readonly maxBatch: number;
  /** The maximum number of queued requests of a key; further ones are rejected with `BUSY`. */
  readonly maxWaiting: number;
  /** Requests that waited longer are rejected with `BUSY` instead of being run late. */
  readonly maxWaitMs: number;
  /** How many keys run at the same time: each uses a connection. The others take turns. */
  readonly concurrency: number;
}

/** The queue of most batches: one key at a time, and a request waits no longer than its caller does. */
export const patientQueue = { maxWaiting: 20_000, maxWaitMs: 30_000, concurrency: 1 } as const;
/** The queue of purchases and reads, which are soon of no use. */
export const promptQueue = { ...patientQueue, maxWaitMs: 10_000 } as const;

/** The limits of a batcher, and how it runs a batch. */
export interface BatcherOptions<I, R> extends BatchLimits {
  /** Runs one batch and returns for each request, in order, its result or its refusal. */
  readonly run: (key: string, requests: readonly I[]) => Promise<readonly (R | DomainError)[]>;
}

/** Runs requests in batches. */
export interface Batcher<I, R> {
  /**
   * Resolves once the batch of the request has ended. Throws the refusal of the request, `BUSY` when the queue is
   * full or too slow, or the error of the batch. A request that makes its batch fail fails alone: the batch is retried
   * in halves.
   */
  submit(key: string, request: I): Promise<R>;
}

/** A queued request. */
interface Waiting<I, R> {
  readonly request: I;
  readonly since: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** How many results are resolved in one turn of the event loop, so that the next batch and other requests do not wait for all of them. */
const answeredAtOnce = 16;

/** The error for too many concurrent requests. Nothing was done; the same request can be sent again. */
export const busy = (): DomainError =>
  new DomainError(
    'BUSY',
    'The shop is handling too many requests of this kind. Nothing was done. Send the same request again in a second.',
    {
      details: { retryAfterSeconds: 1 },
    },
  );

/** Resolves and rejects the requests of a batch from one on, a few in each turn. */
const answerFrom = <I, R>(start: number, batch: readonly Waiting<I, R>[], answers: readonly (R | DomainError)[]): void => {
  const end = start + answeredAtOnce;
  batch.slice(start, end).forEach((waiting, i) => {
    const answer = answers[start + i];
    if (answer === undefined) waiting.reject(new Error(`The batch returned no result for request ${start + i} of ${batch.length}`));
    else if (answer instanceof DomainError) waiting.reject(answer);
    else waiting.resolve(answer);
  });
  if (end < batch.length) setImmediate(answerFrom<I, R>, end, batch, answers);
};

/** Runs a batch, and in halves when it fails; the returned function resolves its requests. Never rejects. */
const runBatch = async <I, R>(run: BatcherOptions<I, R>['run'], key: string, batch: readonly Waiting<I, R>[]): Promise<() => void> => {
  try {
    const answers = await run(
      key,
      batch.map((waiting) => waiting.request),
    );
    return () => answerFrom(0, batch, answers);
  } catch (error) {
    if (batch.length === 1 || isDatabaseUnavailable(error))
      return () => {
        for (const waiting of batch) waiting.reject(error);
      };
    const middle = Math.ceil(batch.length / 2);
    const answerFirst = await runBatch(run, key, batch.slice(0, middle));
    answerFirst();
    return runBatch(run, key, batch.slice(middle));
  }
};

/** Creates a batcher. Requests of a key run in order of arrival; keys take turns. A batch runs in the async context of no request. */
export const createBatcher = <I, R>(core: Pick<Core, 'clock'>, options: BatcherOptions<I, R>): Batcher<I, R> => {
  const queues = new Map<string, Waiting<I, R>[]>();
  const running = new Set<string>();
  const now = (): number => core.clock.now().getTime();
  let scheduled = false;

  /** Dequeues the next batch; requests older than `maxWaitMs` are rejected with `BUSY`. */
  const take = (queue: Waiting<I, R>[]): Waiting<I, R>[] => {
    const oldest = now() - options.maxWaitMs;
    const late = queue.findIndex((waiting) => waiting.since >= oldest);
    for (const waiting of queue.splice(0, late === -1 ? queue.length : late)) waiting.reject(busy());
    return queue.splice(0, options.maxBatch);
  };

  const start = (): void => {
    scheduled = false;
    for (const [key, queue] of queues) {
      if (running.size >= options.concurrency) return;
      if (running.has(key)) continue;
      const batch = take(queue);
      // Moves the key to the end of the queue, so that a busy key does not delay the others.
      queues.delete(key);
      if (queue.length > 0) queues.set(key, queue);
      if (batch.length === 0) continue;
      running.add(key);
      void runBatch(options.run, key, batch).then((answer) => {
        running.delete(key);
        start();
        // Resolves after the next batch has sent its first statement, so that the database does not wait for a hundred responses.
        setImmediate(answer);
      });
    }
  };

  return {
    submit: (key, request) =>
      new Promise<R>((resolve, reject) => {
        let queue = queues.get(key);
        if (!queue) queues.set(key, (queue = []));
        if (queue.length >= options.maxWaiting) {
          reject(busy());
          return;
        }
        queue.push({ request, since: now(), resolve, reject });
        if (scheduled) return;
        scheduled = true;
        // After all sockets of this turn were read, so that requests that arrive together share a batch.
        runAsSharedWork(() => setImmediate(start));
      }),
  };
};
