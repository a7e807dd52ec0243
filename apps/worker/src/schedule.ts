/** Runs tasks periodically. Each task is safe to run in several workers at the same time. */
import { withinTime } from '@cartwright/core/kernel';
import type { Logger } from 'pino';

export interface Task {
  readonly name: string;
  readonly everyMs: number;
  /** Time-out of a run, in milliseconds. After it the task is run again. Default: 5 minutes. */
  readonly limitMs?: number;
  run(): Promise<unknown>;
}
export interface Schedule {
  /** Runs a task now, or again as soon as its current run ends. */
  runNow(name: string): void;
  /** Stops the schedule and waits for running tasks. */
  stop(): Promise<void>;
}

const defaultLimitMs = 300_000;

/**
 * Starts all tasks at once. A task does not overlap with itself. A failed run is logged, and the task runs again at its next turn. The
 * same happens after the time-out of a run that never ends, such as one whose answer was lost with its connection.
 */
export const startSchedule = (tasks: readonly Task[], log: Logger): Schedule => {
  let stopped = false;
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();

  const start = (task: Task): void => {
    if (stopped) return;
    clearTimeout(timers.get(task.name));
    if (running.has(task.name)) {
      again.add(task.name);
      return;
    }
    const limit = task.limitMs ?? defaultLimitMs;
    const turn = withinTime(task.run(), limit, () => Promise.reject(new Error(`${task.name} did not end within ${limit / 1_000} s`)))
      .catch((error: unknown) => log.error({ err: error, task: task.name }, 'a scheduled task failed'))
      .then(() => {
        running.delete(task.name);
        if (stopped) return;
        timers.set(
          task.name,
          setTimeout(() => start(task), again.delete(task.name) ? 0 : task.everyMs),
        );
      });
    running.set(task.name, turn);
  };
  tasks.forEach(start);
  return {
    runNow: (name) => {
      const task = tasks.find((t) => t.name === name);
      if (task) start(task);
    },
    stop: async () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
};
