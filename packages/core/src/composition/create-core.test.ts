import { aProduct, createTestShop } from '@cartwright/testing';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { getTaxRate, saveTaxRate } from '../pricing/index.ts';
import { findReindex, refreshTrends, runReindex, startReindex } from '../search/index.ts';
import { redactedPaths } from './index.ts';

const staff = system('test');

describe('starting without Redis', () => {
  it('a shop whose Redis is unreachable starts, and serves cached reads and limits on its own', async () => {
    const shop = await createTestShop({ redisUrl: 'redis://127.0.0.1:1' });
    expect(await shop.core.reads.read('catalog', 'a key', async () => 'a value')).toBe('a value');
    expect(await shop.core.limiter.consume('somebody', { points: 1, seconds: 60 })).toBeNull();
    expect(await shop.core.limiter.consume('somebody', { points: 1, seconds: 60 })).toMatchObject({
      retryAfterSeconds: expect.any(Number),
    });
    await shop.close();
  });

  it('work that ends with an invalidation succeeds while Redis is unavailable', async () => {
    const shop = await createTestShop({ redisUrl: 'redis://127.0.0.1:1' });
    const { core } = shop;
    await aProduct(core);
    expect(await refreshTrends(core)).toBe(0);
    await startReindex(core, staff);
    while (await runReindex(core));
    expect((await findReindex(core, staff)).run).toMatchObject({ status: 'finished', processedCount: 1 });
    const rate = { countryCode: 'DE', taxClass: 'standard', name: 'VAT', ratePpm: 190_000 };
    expect(await saveTaxRate(core, staff, rate)).toMatchObject(rate);
    expect(await getTaxRate(core, { countryCode: 'DE', taxClass: 'standard' })).toMatchObject({ ratePpm: 190_000 });
    await shop.close();
  });
});

describe('log entries', () => {
  it('a log entry leaves out secrets and personal data in library errors, and keeps the rest', () => {
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
    const text = lines.join('');
    for (const hidden of ['ada@example.com', 'tok_secret', 'hunter2', 'ct_secret', 'Bearer secret']) expect(text).not.toContain(hidden);
    for (const shown of ['550 no such box', 'o1', 'a mail did not go out', 'curl']) expect(text).toContain(shown);
  });
});
