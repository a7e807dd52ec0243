/**
 * The catalogue of background work: every queue and every scheduled task with its settings. The worker maps each name to a function;
 * a queue or task without an entry, or an entry without a function, does not compile.
 */
import { z } from 'zod';
import type { RetryPolicy } from '../kernel/index.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Work that fails is not repeated by itself; its next run comes with the next period. */
const once: RetryPolicy = { attempts: 1, firstPauseMs: 0, longestPauseMs: 0, jitter: 0 };

/** Retry policies of work whose failed attempts are counted: by the queue, or in a row of PostgreSQL. */
export const retries = {
  /** `event_deliveries.attempts`; then the delivery is `dead`. The queue pauses between the attempts. */
  delivery: { attempts: 10, firstPauseMs: second, longestPauseMs: 5 * minute, jitter: 0.5 },
  /** Counted by the queue; then the mail is `failed`. */
  mail: { attempts: 10, firstPauseMs: second, longestPauseMs: 5 * minute, jitter: 0.5 },
  /** `gateway_events.attempts`; then the event is `dead` and listed for staff. */
  providerEvent: { attempts: 10, firstPauseMs: 30 * second, longestPauseMs: hour, jitter: 0 },
  /** An event that came before its subject. The time that it may wait is limited, not the number of its attempts. */
  earlyProviderEvent: { attempts: Number.POSITIVE_INFINITY, firstPauseMs: 15 * second, longestPauseMs: 4 * minute, jitter: 0 },
  /** A batch of an import that met another transaction; then it is written in halves. */
  importBatch: { attempts: 5, firstPauseMs: 0, longestPauseMs: 0, jitter: 0 },
} as const satisfies Record<string, RetryPolicy>;

/** Settings of the jobs of a queue. */
export interface QueueSettings {
  readonly purpose: string;
  /** A worker checks the payload when it takes a job. Jobs of older versions must stay readable: new fields are optional. */
  readonly payload: z.ZodType;
  readonly retry: RetryPolicy;
  /** Longest run of a job, in milliseconds. After it the attempt has failed. */
  readonly timeoutMs: number;
  /** Number of jobs that a worker runs at the same time, for each BullMQ queue. */
  readonly concurrency: number;
  /** Number of events or mails in a job. */
  readonly perJob: number;
  /** How often a job may lose its worker: the next worker takes it. After that it fails, and the recovery task queues its work again. */
  readonly lostWorkers: number;
}

/** Every queue. BullMQ stores the names. */
export const queues = {
  events: {
    purpose: 'hands events to one consumer',
    payload: z.object({ consumer: z.string(), eventIds: z.array(z.string()).readonly() }),
    retry: retries.delivery,
    timeoutMs: 5 * minute,
    concurrency: 8,
    perJob: 25,
    lostWorkers: 10,
  },
  mail: {
    purpose: 'sends mails',
    payload: z.object({ notificationIds: z.array(z.string()).readonly() }),
    retry: retries.mail,
    timeoutMs: 5 * minute,
    concurrency: 2,
    // Each mail needs a connection to the mail server.
    perJob: 5,
    lostWorkers: 10,
  },
  schedule: {
    purpose: 'starts a run of a scheduled task',
    payload: z.object({ task: z.string() }),
    retry: once,
    // Each task has a time-out and a retry policy of its own.
    timeoutMs: 25 * hour,
    // A long task must not delay the others.
    concurrency: 50,
    perJob: 1,
    lostWorkers: 10,
  },
} as const satisfies Record<string, QueueSettings>;

/** The name of a queue. */
export type QueueName = keyof typeof queues;
/** The payload of the jobs of a queue. */
export type JobPayload<N extends QueueName> = z.output<(typeof queues)[N]['payload']>;
/** The names of all queues. */
export const queueNames = Object.keys(queues) as readonly QueueName[];

/** Settings of a scheduled task. A worker never runs a task twice at the same time; a run that fails is repeated after the period. */
export interface TaskSettings {
  readonly purpose: string;
  /** Period, in milliseconds. */
  readonly everyMs: number;
  /** Attempts of a run that the queue gave to a worker. */
  readonly retry: RetryPolicy;
  /** Longest run, in milliseconds. After it the task may run again. */
  readonly timeoutMs: number;
  /** `shop`: the queue gives each run to one worker. `worker`: each worker runs the task for itself. */
  readonly of: 'shop' | 'worker';
  /**
   * Whether a worker runs the task by itself while the queue gives it no run, for example because Redis is unavailable. A polled task whose
   * period is shorter than that of its job scheduler is always polled.
   */
  readonly polled: boolean;
}

const usual = { retry: once, timeoutMs: 5 * minute, of: 'shop', polled: true } as const;
/** Clean-up that can wait until the queue is available again. */
const housekeeping = { ...usual, polled: false } as const;
const long = { ...usual, timeoutMs: 24 * hour } as const;

/** Every scheduled task. BullMQ stores the names of the tasks of the shop. */
export const tasks = {
  relay: { ...usual, purpose: 'passes events from the outbox to their consumers', everyMs: second, timeoutMs: 30 * second },
  'recover deliveries': { ...usual, purpose: 'queues events and mails again that a queue lost', everyMs: 10 * second, of: 'worker' },
  'watch consumers': {
    ...usual,
    purpose: 'records which consumers this worker handles, and finds those that no worker handles',
    everyMs: 10 * second,
    of: 'worker',
  },
  'catch up consumers': { ...usual, purpose: 'creates deliveries of earlier events for new consumers', everyMs: second },
  'expire holds': { ...usual, purpose: 'releases units that carts held too long', everyMs: 10 * second },
  'admit buyers': { ...usual, purpose: 'admits buyers from the waiting rooms', everyMs: second },
  'end sales': { ...usual, purpose: 'ends flash sales whose time is over', everyMs: 10 * second },
  'announce abandoned carts': { ...usual, purpose: 'publishes an event for each abandoned cart', everyMs: minute },
  'expire orders': { ...usual, purpose: 'cancels orders that were not paid in time', everyMs: 3 * second },
  'expire gift cards': { ...usual, purpose: 'writes off expired gift cards and credit', everyMs: minute },
  'advance edits': { ...usual, purpose: 'charges open edits of orders, and ends those that were not paid', everyMs: 15 * second },
  'write off returns': { ...usual, purpose: 'writes off returned units that did not arrive in time', everyMs: minute },
  'reconcile payments': { ...usual, purpose: 'asks providers about undecided charges and refunds', everyMs: 30 * second },
  'retry provider events': { ...usual, purpose: 'applies failed and early events of providers again', everyMs: 15 * second },
  'reconcile refunds and disputes': {
    ...usual,
    purpose: 'compares refunds and disputes with the lists of providers',
    everyMs: 15 * minute,
  },
  'catch up on provider events': { ...usual, purpose: 'reads events of providers that did not arrive', everyMs: 5 * minute },
  'forget idempotency keys': { ...housekeeping, purpose: 'deletes the answers of old idempotency keys', everyMs: hour },
  'forget limit counters': { ...housekeeping, purpose: 'deletes counters of limits whose window is over', everyMs: hour },
  'rotate signing key': { ...housekeeping, purpose: 'replaces the key that signs access tokens when it is due', everyMs: hour },
  'publish due products': { ...usual, purpose: 'publishes products at their time', everyMs: 10 * second },
  'purge deleted products': { ...housekeeping, purpose: 'removes products that were deleted long ago', everyMs: hour },
  'purge import files': { ...housekeeping, purpose: 'deletes the files and failed rows of old imports', everyMs: hour },
  'import products': { ...long, purpose: 'continues the import that waited longest', everyMs: second },
  'gather search words': { ...usual, purpose: 'updates search entries after changes of products and stock', everyMs: second },
  'reindex catalogue': {
    ...long,
    purpose: 'rebuilds the search entries when asked, and when the language of the search changed',
    everyMs: second,
  },
  'check sealed values': { ...housekeeping, purpose: 'looks for encrypted values that cannot be read', everyMs: minute },
  'refresh trends': { ...housekeeping, purpose: 'computes the trending products', everyMs: 5 * minute },
} as const satisfies Record<string, TaskSettings>;

/**
 * Shortest period of a job scheduler, in milliseconds. With queues in PostgreSQL each job costs seven transactions and 4 kB of write-ahead
 * log, which tasks of every second would write for nothing in a shop without visitors.
 */
export const shortestSchedulerMs = { redis: second, postgresql: minute } as const;

/** The name of a scheduled task. */
export type TaskName = keyof typeof tasks;
/** The names of all scheduled tasks. */
export const taskNames = Object.keys(tasks) as readonly TaskName[];
