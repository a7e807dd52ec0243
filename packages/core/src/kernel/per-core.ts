import { withoutCall } from './call-core.ts';
import type { Core } from './core.ts';

/** A value that a domain keeps once for each opened core, created at first use; the cores of its calls share it. */
export const perCore = <T>(create: (core: Core) => T): ((core: Core) => T) => {
  const made = new WeakMap<Core, T>();
  return (any) => {
    const core = withoutCall(any);
    const before = made.get(core);
    if (before !== undefined) return before;
    const value = create(core);
    made.set(core, value);
    return value;
  };
};
