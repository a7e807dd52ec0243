/** Values that are handed out again and again: nobody may change them, so that everybody may keep them. */

/** Freezes a tree of plain objects and arrays, and answers it. */
export const deepFreeze = <T>(value: T): T => {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze<unknown>(part);
  return Object.freeze(value);
};

/**
 * Puts two kept things together, once: the same two, the second part by part, give the same third, frozen. Who is given
 * the same object again need not look at it again.
 */
export const createJoin = <A extends object, B, R extends object>(join: (a: A, b: readonly B[]) => R): ((a: A, b: readonly B[]) => R) => {
  const joined = new WeakMap<A, { readonly b: readonly B[]; readonly result: R }>();
  return (a, b) => {
    const before = joined.get(a);
    if (before && before.b.length === b.length && before.b.every((part, i) => part === b[i])) return before.result;
    const result = deepFreeze(join(a, b));
    joined.set(a, { b, result });
    return result;
  };
};
