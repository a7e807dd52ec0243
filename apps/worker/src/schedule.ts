/** Repeats tasks by the clock of this process. Each task is safe to run in several workers at once. */
import { withinTime } from '@cartwright/core/kernel';
import type { Logger } from 'pino';

export interface Task {
  readonly name: string;
  readonly everyMs: number;
  /** After so long, in milliseconds, a run counts as lost and the task is run anew; 5 minutes unless told. */
  readonly limitMs?: number;
  run(): Promise<unknown>;
}
export interface Schedule {
  /** Runs a task as soon as it is not running. */
  poke(name: string): void;
  /** Waits for what is running. */
  stop(): Promise<void>;
}

const limitMs = 300_000;

/**
 * Starts all tasks at once; a task does not overlap with itself, and a failure is logged and tried again at its next turn. So is a run
 * that never ends, such as one whose answer was lost with its connection: it must not keep its task from running for ever.
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
    const limit = task.limitMs ?? limitMs;
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
    poke: (name) => {
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
