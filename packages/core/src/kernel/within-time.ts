import pTimeout from 'p-timeout';

/**
 * Returns the result of `work`, or of `late` when it takes longer. The work itself continues; its result is then
 * ignored.
 * @param ms - how long to wait, in milliseconds
 */
export const withinTime = <T, L>(work: Promise<T>, ms: number, late: () => L | Promise<L>): Promise<T | L> =>
  pTimeout(work, { milliseconds: ms, fallback: late });
