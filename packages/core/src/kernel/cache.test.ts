import { describe, expect, it } from 'vitest';
import { createMemoryCache } from './index.ts';

describe('createMemoryCache', () => {
  const start = new Date('2026-01-01T00:00:00Z').getTime();
  const opened = () => {
    let passed = 0;
    const cache = createMemoryCache({ now: () => new Date(start + passed) });
    return { cache, pass: (ms: number) => (passed += ms) };
  };

  it('every caller of a cache gets one copy that nobody can change', async () => {
    const { cache } = opened();
    const value = { items: [1], at: new Date(0), gone: undefined };
    await cache.set('a', value, 60);
    value.items.push(2);
    const seen = await cache.get<typeof value>('a');
    expect(() => seen?.items.push(3)).toThrow(TypeError);
    expect(seen).toEqual({ items: [1], at: '1970-01-01T00:00:00.000Z' });
    expect(await cache.get('a')).toBe(seen);
  });

  it('a cache drops its oldest entry when its contents grow too large', async () => {
    const { cache } = opened();
    const large = 'x'.repeat(3_000_000);
    for (const key of ['a', 'b', 'a', 'c']) await cache.set(key, large, 60);
    expect([await cache.get('b'), await cache.get('a'), await cache.get('c')]).toEqual([undefined, large, large]);
  });

  it('a cache forgets after its time, on demand, and by the prefix of a key', async () => {
    const { cache, pass } = opened();
    await Promise.all(['p:1', 'p:2', 'q:1'].map((key) => cache.set(key, key, 60)));
    await cache.delete('p:1');
    expect([await cache.get('p:1'), await cache.get('p:2')]).toEqual([undefined, 'p:2']);
    await cache.deletePrefix('p:');
    expect([await cache.get('p:2'), await cache.get('q:1')]).toEqual([undefined, 'q:1']);
    pass(59_999);
    expect(await cache.get('q:1')).toBe('q:1');
    pass(2);
    expect(await cache.get('q:1')).toBeUndefined();
  });

  it('a cache drops its oldest entry when it is full', async () => {
    const { cache } = opened();
    for (let n = 0; n <= 10_000; n += 1) await cache.set(`k${n}`, n, 60);
    expect([await cache.get('k0'), await cache.get('k1'), await cache.get('k10000')]).toEqual([undefined, 1, 10_000]);
  });
});
