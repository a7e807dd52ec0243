/** Values that are handed out repeatedly: frozen, so that every caller can keep them. */

/** Freezes a tree of plain objects and arrays, and returns it. */
export const deepFreeze = <T>(value: T): T => {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze<unknown>(part);
  return Object.freeze(value);
};

/**
 * Combines two cached values once: the same inputs (the second compared part by part) give the same frozen result, so
 * that a caller can skip an unchanged object. Remembers at most `most` results.
 */
export const createJoin = <A extends object, B, R extends object>(
  join: (a: A, b: readonly B[]) => R,
  most = Number.POSITIVE_INFINITY,
): ((a: A, b: readonly B[]) => R) => {
  const joined = new WeakMap<A, { readonly b: readonly B[]; readonly result: R }>();
  const recent = new Set<A>();
  const remember = (a: A): void => {
    if (most === Number.POSITIVE_INFINITY) return;
    recent.delete(a);
    recent.add(a);
    for (const oldest of recent) {
      if (recent.size <= most) return;
      recent.delete(oldest);
      joined.delete(oldest);
    }
  };
  return (a, b) => {
    const before = joined.get(a);
    if (before && before.b.length === b.length && before.b.every((part, i) => part === b[i])) return before.result;
    const result = deepFreeze(join(a, b));
    joined.set(a, { b, result });
    remember(a);
    return result;
  };
};
