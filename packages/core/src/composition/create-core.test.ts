import { createTestShop } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';

describe('a shop whose Redis is away', () => {
  it('starts all the same, and serves reads and limits by itself', async () => {
    const shop = await createTestShop({ redisUrl: 'redis://127.0.0.1:1' });
    expect(await shop.core.reads.read('catalog', 'a key', async () => 'worked out')).toBe('worked out');
    expect(await shop.core.limiter.consume('somebody', { points: 1, seconds: 60 })).toBeNull();
    expect(await shop.core.limiter.consume('somebody', { points: 1, seconds: 60 })).toMatchObject({
      retryAfterSeconds: expect.any(Number),
    });
    await shop.close();
  });
});
