/**
 * Runs the scheduled tasks. Tasks of the shop are started by the queue, whose job schedulers give each run to one worker. A worker also
 * runs a polled task by itself when the queue has given it no run for a while: the queue lost the job scheduler, Redis is unavailable,
 * or the other workers take all runs. Each task is safe to run in several workers at the same time.
 */
import type { TaskName, TaskSettings } from '@cartwright/core/jobs';
import { withinTime } from '@cartwright/core/kernel';
import type { Logger } from 'pino';

export interface Task extends TaskSettings {
  readonly name: TaskName;
  run(): Promise<unknown>;
}
export interface ScheduleOptions {
  readonly log: Logger;
  /** Makes sure that the queue has the job scheduler of a task. */
  readonly renew: (task: Task) => Promise<void>;
}
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
/** The pause after which a worker looks after a task itself: a minute later than its period at most. */
const pauseOf = ({ of, everyMs }: Pick<TaskSettings, 'of' | 'everyMs'>): number =>
  of === 'worker' ? everyMs : everyMs + Math.min(Math.max(everyMs, shortestSilenceMs), longestSilenceMs);

/**
 * Starts all tasks at once. A task does not overlap with itself in this worker. A failed run is logged, and the task runs again after its
 * period. The same happens after the time-out of a run that never ends, such as one whose answer was lost with its connection.
 */
export const startSchedule = (tasks: readonly Task[], { log, renew }: ScheduleOptions): Schedule => {
  let stopped = false;
  /** The runs that have not ended; null is the outcome of one that succeeded. */
  const running = new Map<string, Promise<Error | null>>();
  const again = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const renewing = new Set<string>();
  let renewals: Promise<void> = Promise.resolve();

  /** One after the other, and each task once, so that they do not accumulate while the queue does not answer. */
  const renewInTurn = (task: Task): void => {
    if (task.of === 'worker' || renewing.has(task.name)) return;
    renewing.add(task.name);
    renewals = renewals
      .then(() => (stopped ? undefined : renew(task)))
      .catch((error: unknown) => log.debug({ err: error, task: task.name }, 'the queue does not schedule this task now'))
      .then(() => void renewing.delete(task.name));
  };
  const wait = (task: Task, ms: number): void => {
    clearTimeout(timers.get(task.name));
    if (!stopped) timers.set(task.name, setTimeout(onSilence, ms, task));
  };
  const begin = (task: Task): Promise<Error | null> => {
    clearTimeout(timers.get(task.name));
    const late = () => Promise.reject(new Error(`${task.name} did not end within ${task.timeoutMs / 1_000} s`));
    const turn = withinTime(task.run(), task.timeoutMs, late)
      .then(
        () => null,
        (error: unknown) => {
          log.error({ err: error, task: task.name }, 'a scheduled task failed');
          return error instanceof Error ? error : new Error(String(error));
        },
      )
      .then((outcome) => {
        running.delete(task.name);
        if (again.delete(task.name) && !stopped) void begin(task);
        else wait(task, outcome ? task.everyMs : pauseOf(task));
        return outcome;
      });
    running.set(task.name, turn);
    return turn;
  };
  const onSilence = (task: Task): void => {
    renewInTurn(task);
    if (!task.polled) wait(task, pauseOf(task));
    else if (!running.has(task.name)) void begin(task);
  };
  for (const task of tasks) {
    renewInTurn(task);
    void begin(task);
  }
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
      if (!task) log.debug({ task: name }, 'a worker of another version knows this task; this one does not');
      if (!task || stopped || running.has(name)) return;
      const outcome = await begin(task);
      if (outcome) throw outcome;
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
};
