/** Works off a list of things that are due, a few at a time, so that a slow or a broken one keeps no other waiting. */
import type { Core } from './core.ts';
import { isDatabaseUnavailable, isLockTimeout } from './database-error.ts';

export interface WorkOffOptions {
  /** For the log: what one of them is. */
  readonly what: string;
  /** How many are worked on side by side. */
  readonly atOnce: number;
  /** After so long no further one is begun; the next run finds what is left. */
  readonly forMs?: number;
}

/**
 * Runs `one` for every item and answers how often it said true. An item that fails is logged and left to the
 * next run; a database that is away ends the run.
 */
export const workOff = async <T>(
  { log }: Pick<Core, 'log'>,
  items: readonly T[],
  { what, atOnce, forMs = Number.POSITIVE_INFINITY }: WorkOffOptions,
  one: (item: T) => Promise<boolean>,
): Promise<number> => {
  const until = performance.now() + forMs;
  const rest = items.values();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const item of rest) {
      if (performance.now() > until) return;
      try {
        if (await one(item)) done += 1;
      } catch (error) {
        if (isDatabaseUnavailable(error) && !isLockTimeout(error)) throw error;
        log.error({ err: error, item }, `${what} failed; the others go on`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return done;
};
