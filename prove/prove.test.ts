/** The short form of the proof: a few hundred buyers and some of the faults. `pnpm prove` runs all faults with more buyers. */
import { createTestShop } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { defaultMix, drawBuyers } from './crowd.ts';
import { faults } from './faults.ts';
import { runTrial } from './trial.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const fault = (name: string) => {
  const found = faults.find((f) => f.name === name);
  if (!found) throw new Error(`no fault ${name}`);
  return found;
};
const trial = async (options: { name: string; buyers: number; units: number; redis: boolean; seed: number }) => {
  // Calls wait for locks as long as in other tests, also on a loaded host. `pnpm prove` uses the default.
  const shop = await createTestShop({ redisUrl: options.redis ? redisUrl : null });
  try {
    return await runTrial({ ...options, config: shop.config, fault: fault(options.name) });
  } finally {
    await shop.close();
  }
};

describe('the short proof', { timeout: 600_000 }, () => {
  it('the same seed generates the same buyers', () => {
    const options = { urls: () => [], itemId: '', buyers: 50, seed: 7, burstMs: 1_000, timeoutMs: 1, paymentMix: defaultMix };
    expect(drawBuyers(options)).toEqual(drawBuyers(options));
    expect(drawBuyers({ ...options, seed: 8 })).not.toEqual(drawBuyers(options));
  });

  it('forty of four hundred buyers get forty units, and no request gets a 5xx', async () => {
    const report = await trial({ name: 'none', buyers: 400, units: 40, redis: false, seed: 1 });
    expect(report).toMatchObject({ problems: [], orders: 40, refused: 360 });
  });

  it('every buyer gets a correct final response when an API is killed during the sale', async () => {
    const report = await trial({ name: 'kill-api', buyers: 200, units: 40, redis: false, seed: 3 });
    expect(report).toMatchObject({ problems: [], orders: 40 });
  });

  it('every charge has the same result as at the provider when its events arrive late, three times each and in random order', async () => {
    const report = await trial({ name: 'webhook-storm', buyers: 120, units: 30, redis: false, seed: 6 });
    expect(report).toMatchObject({ problems: [], orders: 30 });
  });

  it('units of declined cards are sold again until all are paid, with three of ten cards declined', async () => {
    const report = await trial({ name: 'declines', buyers: 200, units: 30, redis: false, seed: 7 });
    expect(report.problems).toEqual([]);
    expect(report.orders).toBeGreaterThan(30);
  });

  it.runIf(redisUrl)('no order, event or mail is lost when Redis is flushed during the sale', async () => {
    const report = await trial({ name: 'flush-redis', buyers: 200, units: 40, redis: true, seed: 4 });
    expect(report).toMatchObject({ problems: [], orders: 40 });
  });
});
