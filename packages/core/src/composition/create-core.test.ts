import { createTestShop } from '@cartwright/testing';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { redactedPaths } from './index.ts';

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

describe('a line of the log', () => {
  it('keeps secrets and what libraries add to their errors to itself, and says the rest', () => {
    const lines: string[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const log = pino({ redact: redactedPaths }, stream);
    const refused = Object.assign(new Error('550 no such box'), { rejected: ['ada@example.com'], envelope: { to: ['ada@example.com'] } });
    log.warn({ err: refused, orderId: 'o1' }, 'a mail did not go out');
    log.info({ token: 'tok_secret', input: { password: 'hunter2', email: 'ada@example.com', cartToken: 'ct_secret' } }, 'a call');
    log.info({ req: { headers: { authorization: 'Bearer secret', 'user-agent': 'curl' } } }, 'a request');
    const said = lines.join('');
    for (const hidden of ['ada@example.com', 'tok_secret', 'hunter2', 'ct_secret', 'Bearer secret']) expect(said).not.toContain(hidden);
    for (const told of ['550 no such box', 'o1', 'a mail did not go out', 'curl']) expect(said).toContain(told);
  });
});
