/**
 * Runs the scheduled tasks. Tasks of the shop are started by the queue, whose job schedulers give each run to one worker. A worker also
 * runs a polled task by itself when the queue has given it no run for a while: the queue lost the job scheduler, Redis is unavailable, or
 * the other workers take all runs. A task that is due more often than its job scheduler runs is always polled. Each task is safe to run in
 * several workers at the same time.
 */
import type { TaskName, TaskSettings } from '@cartwright/core/jobs';
import { withinTime } from '@cartwright/core/kernel';
import type { Logger } from 'pino';

/** A scheduled task as a worker runs it. */
export interface Task extends TaskSettings {
  readonly name: TaskName;
  /** Period of its job scheduler, in milliseconds; not shorter than `everyMs`. */
  readonly schedulerMs: number;
  run(): Promise<unknown>;
}
/** How a schedule reaches the queue, and its log. */
export interface ScheduleOptions {
  readonly log: Logger;
  /** Makes sure that the queue has the job scheduler of a task. */
  readonly renew: (task: Task) => Promise<void>;
  /** Removes the job schedulers that this version does not have. Returns their names. */
  readonly removeOld: () => Promise<readonly string[]>;
}
/** The scheduled tasks of a worker. */
export interface Schedule {
  /** Runs a task now, or again as soon as its current run ends. */
  runNow(name: TaskName): void;
  /**
   * Runs a task that the queue has given to this worker. Settles with the run; resolves at once when the task already runs here.
   */
  runFromQueue(name: string): Promise<void>;
  /** Stops the schedule and waits for running tasks. */
  stop(): Promise<void>;
}

const shortestSilenceMs = 10_000;
const longestSilenceMs = 60_000;
/**
 * Minimum time between two removals of old job schedulers. A worker of another version creates those of its tasks again, and runs the
 * polled tasks by itself meanwhile. So a removal costs it a run at most, and the last removal comes after its end.
 */
const removeOldEveryMs = 3_600_000;
/** The time after which the queue should have given a run to this worker: at most a minute after the period. */
const silenceOf = (periodMs: number): number => periodMs + Math.min(Math.max(periodMs, shortestSilenceMs), longestSilenceMs);
/** The pause after which this worker runs a task by itself. */
const pauseOf = ({ of, everyMs, schedulerMs }: Task): number => (of === 'worker' || schedulerMs > everyMs ? everyMs : silenceOf(everyMs));

interface Renewals {
  /** Expects the next run from the queue in time. Otherwise its job scheduler may be lost, and is created again. */
  heardOf(task: Task): void;
  /** Makes sure that the queue has the job scheduler of a task. */
  renewInTurn(task: Task): void;
  /** Removes old job schedulers, at most once in `removeOldEveryMs`. */
  removeOldInTurn(): void;
  stop(): void;
}

/**
 * Keeps the job schedulers of the queue. Its requests run one after the other, and each once, so that they do not accumulate while the
 * queue does not answer.
 */
const keepJobSchedulers = ({ log, renew, removeOld }: ScheduleOptions): Renewals => {
  let stopped = false;
  const timers = new Map<string, NodeJS.Timeout>();
  const renewing = new Set<string>();
  let turns: Promise<void> = Promise.resolve();
  let removedAt = Number.NEGATIVE_INFINITY;

  const expectWithin = (task: Task, silenceMs: number): void => {
    clearTimeout(timers.get(task.name));
    if (!stopped) timers.set(task.name, setTimeout(renewInTurn, silenceMs, task));
  };
  const heardOf = (task: Task): void => expectWithin(task, silenceOf(task.schedulerMs));
  const renewInTurn = (task: Task): void => {
    if (task.of === 'worker') return;
    heardOf(task);
    if (renewing.has(task.name)) return;
    renewing.add(task.name);
    turns = turns
      .then(() => (stopped ? undefined : renew(task)))
      .catch((error: unknown) => {
        log.debug({ err: error, task: task.name }, 'the queue does not schedule this task now');
        // So that a task of every hour does not wait an hour after Redis is back.
        expectWithin(task, Math.min(silenceOf(task.schedulerMs), longestSilenceMs));
      })
      .then(() => void renewing.delete(task.name));
  };
  const removeOldInTurn = (): void => {
    if (performance.now() - removedAt < removeOldEveryMs) return;
    removedAt = performance.now();
    turns = turns
      .then(() => (stopped ? [] : removeOld()))
      .then((names) => {
        if (names.length > 0) log.info({ tasks: names }, 'the job schedulers of tasks that this version does not have were removed');
      })
      .catch((error: unknown) => {
        log.debug({ err: error }, 'the queue does not remove old job schedulers now');
        removedAt = Number.NEGATIVE_INFINITY;
      });
  };
  return {
    heardOf,
    renewInTurn,
    removeOldInTurn,
    stop: () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};

/** Runs a task once. Logs its failure and returns it; null when it succeeded. A run that never ends fails after its time-out. */
const runOnce = (task: Task, log: Logger): Promise<Error | null> => {
  const late = () => Promise.reject(new Error(`${task.name} did not end within ${task.timeoutMs / 1_000} s`));
  return withinTime(task.run(), task.timeoutMs, late).then(
    () => null,
    (error: unknown) => {
      log.error({ err: error, task: task.name }, 'a scheduled task failed');
      return error instanceof Error ? error : new Error(String(error));
    },
  );
};

/**
 * Starts all tasks at once. A task does not overlap with itself in this worker. A failed run is logged, and the task runs again after its
 * period. The same happens after the time-out of a run that never ends, such as one whose answer was lost with its connection.
 */
export const startSchedule = (tasks: readonly Task[], options: ScheduleOptions): Schedule => {
  let stopped = false;
  /** The runs that have not ended; null is the outcome of one that succeeded. */
  const running = new Map<string, Promise<Error | null>>();
  const again = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const { heardOf, renewInTurn, removeOldInTurn, stop: stopRenewals } = keepJobSchedulers(options);

  const wait = (task: Task, ms: number): void => {
    clearTimeout(timers.get(task.name));
    if (task.polled && !stopped) timers.set(task.name, setTimeout(begin, ms, task));
  };
  const begin = (task: Task): Promise<Error | null> => {
    clearTimeout(timers.get(task.name));
    const turn = runOnce(task, options.log).then((outcome) => {
      running.delete(task.name);
      if (again.delete(task.name) && !stopped) void begin(task);
      else wait(task, outcome ? task.everyMs : pauseOf(task));
      return outcome;
    });
    running.set(task.name, turn);
    return turn;
  };
  for (const task of tasks) {
    renewInTurn(task);
    void begin(task);
  }
  removeOldInTurn();
  const find = (name: string): Task | undefined => tasks.find((task) => task.name === name);
  return {
    runNow: (name) => {
      const task = find(name);
      if (!task || stopped) return;
      if (running.has(name)) again.add(name);
      else void begin(task);
    },
    runFromQueue: async (name) => {
      const task = find(name);
      if (stopped) return;
      if (!task) {
        options.log.debug({ task: name }, 'a worker of another version knows this task; this one does not');
        removeOldInTurn();
        return;
      }
      heardOf(task);
      if (running.has(name)) return;
      const outcome = await begin(task);
      if (outcome) throw outcome;
    },
    stop: async () => {
      stopped = true;
      stopRenewals();
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
};
