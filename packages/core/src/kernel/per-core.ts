import type { Core } from './core.ts';

/** A value that a domain keeps once per core, created at first use. */
export const perCore = <T>(create: (core: Core) => T): ((core: Core) => T) => {
  const made = new WeakMap<Core, T>();
  return (core) => {
    const before = made.get(core);
    if (before !== undefined) return before;
    const value = create(core);
    made.set(core, value);
    return value;
  };
};
