import type { Core } from './core.ts';

/** Something a domain keeps once per running shop, made at first use and forgotten with it. */
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
