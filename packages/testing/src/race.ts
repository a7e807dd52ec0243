/** Runs many calls at once and returns their outcomes. */
import { DomainError } from '@cartwright/core/kernel';

/** The outcomes of a race. */
export interface RaceResult<T> {
  readonly won: T[];
  /** Number of refusals by code. */
  readonly refused: Record<string, number>;
  /** Errors that are not refusals. */
  readonly defects: unknown[];
}

/** Starts all calls behind one barrier. Domain errors count as refusals, anything else as a defect. */
export const race = async <T>(count: number, call: (index: number) => Promise<T>): Promise<RaceResult<T>> => {
  if (count < 2) throw new Error('A race needs at least two calls');
  const barrier = Promise.withResolvers<void>();
  const runs = Array.from({ length: count }, async (_, index) => {
    await barrier.promise;
    return call(index);
  });
  barrier.resolve();
  const won: T[] = [];
  const refused: Record<string, number> = {};
  const defects: unknown[] = [];
  for (const result of await Promise.allSettled(runs)) {
    if (result.status === 'fulfilled') won.push(result.value);
    else if (result.reason instanceof DomainError) refused[result.reason.code] = (refused[result.reason.code] ?? 0) + 1;
    else defects.push(result.reason);
  }
  return { won, refused, defects };
};
