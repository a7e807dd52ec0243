/** Values that are handed out repeatedly: frozen, so that every caller can keep them. */
import { LRUCache } from 'lru-cache';

/** Freezes a tree of plain objects and arrays, and returns it. */
export const deepFreeze = <T>(value: T): T => {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze<unknown>(part);
  return Object.freeze(value);
};

/**
 * Combines two cached values once: the same inputs (the second compared part by part) give the same frozen result, so
 * that a caller can skip an unchanged object. Remembers a result while its first input exists, or the `most` results that
 * were used last.
 */
export const createJoin = <A extends object, B, R extends object>(
  join: (a: A, b: readonly B[]) => R,
  most?: number,
): ((a: A, b: readonly B[]) => R) => {
  type Joined = { readonly b: readonly B[]; readonly result: R };
  const joined = most === undefined ? new WeakMap<A, Joined>() : new LRUCache<A, Joined>({ max: most });
  return (a, b) => {
    const before = joined.get(a);
    if (before && before.b.length === b.length && before.b.every((part, i) => part === b[i])) return before.result;
    const result = deepFreeze(join(a, b));
    joined.set(a, { b, result });
    return result;
  };
};
