import { describe, expect, it, vi } from 'vitest';
import { createJoin } from './frozen.ts';

describe('createJoin', () => {
  const a = [{ n: 1 }, { n: 2 }, { n: 3 }] as const;

  it('a joined object is the same frozen object while its parts are the same', () => {
    const join = createJoin((one: { n: number }, more: readonly number[]) => ({ one, more: [...more] }));
    const made = join(a[0], [1, 2]);
    expect(Object.isFrozen(made.more)).toBe(true);
    expect(join(a[0], [1, 2])).toBe(made);
    expect(join(a[0], [1, 3])).not.toBe(made);
  });

  it('a join remembers as many objects as its limit allows', () => {
    const make = vi.fn((one: { n: number }, _more: readonly number[]) => ({ one }));
    const join = createJoin(make, 2);
    for (const part of a) join(part, []);
    join(a[2], []);
    join(a[1], []);
    expect(make).toHaveBeenCalledTimes(3);
    join(a[0], []);
    expect(make).toHaveBeenCalledTimes(4);
  });
});
