/** Values that are handed out again and again: nobody may change them, so that everybody may keep them. */

/** Freezes a tree of plain objects and arrays, and answers it. */
export const deepFreeze = <T>(value: T): T => {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze<unknown>(part);
  return Object.freeze(value);
};

/**
 * Puts two kept things together, once: the same two, the second part by part, give the same third, frozen. Who is given
 * the same object again need not look at it again. Remembers `most` of them, where the parts live longer than what is made of them may.
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
