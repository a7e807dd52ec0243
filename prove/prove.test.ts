/** The short form of the proof: a few hundred buyers and some of the faults. `pnpm prove` has all of them, and larger crowds. */
import { createTestShop } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { drawBuyers, usualWays } from './crowd.ts';
import { faults } from './faults.ts';
import { runTrial } from './trial.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const fault = (name: string) => {
  const found = faults.find((f) => f.name === name);
  if (!found) throw new Error(`no fault ${name}`);
  return found;
};
const trial = async (options: { name: string; buyers: number; units: number; redis: boolean; seed: number }) => {
  const shop = await createTestShop({ redisUrl: options.redis ? redisUrl : null });
  try {
    return await runTrial({ ...options, config: shop.config, fault: fault(options.name) });
  } finally {
    await shop.close();
  }
};

describe('the proof, in short', { timeout: 180_000 }, () => {
  it('draws the same buyers from the same seed', () => {
    const options = { urls: () => [], itemId: '', buyers: 50, seed: 7, burstMs: 1_000, patienceMs: 1, ways: usualWays };
    expect(drawBuyers(options)).toEqual(drawBuyers(options));
    expect(drawBuyers({ ...options, seed: 8 })).not.toEqual(drawBuyers(options));
  });

  it('forty units for four hundred buyers: exactly sold, nobody sees a 5xx', async () => {
    const report = await trial({ name: 'none', buyers: 400, units: 40, redis: false, seed: 1 });
    expect(report).toMatchObject({ problems: [], orders: 40, refused: 360 });
  });

  it('an API is killed in the rush: every buyer still ends with a clear and true answer', async () => {
    const report = await trial({ name: 'kill-api', buyers: 200, units: 40, redis: false, seed: 3 });
    expect(report).toMatchObject({ problems: [], orders: 40 });
  });

  it('the events of the provider come late, three times each and in no order: every charge ends as it did there', async () => {
    const report = await trial({ name: 'webhook-storm', buyers: 120, units: 30, redis: false, seed: 6 });
    expect(report).toMatchObject({ problems: [], orders: 30 });
  });

  it('thirty of a hundred cards are declined: their units are sold again, until all are paid', async () => {
    const report = await trial({ name: 'declines', buyers: 200, units: 30, redis: false, seed: 7 });
    expect(report.problems).toEqual([]);
    expect(report.orders).toBeGreaterThan(30);
  });

  it.runIf(redisUrl)('Redis forgets everything in the rush: nothing is lost', async () => {
    const report = await trial({ name: 'flush-redis', buyers: 200, units: 40, redis: true, seed: 4 });
    expect(report).toMatchObject({ problems: [], orders: 40 });
  });
});
