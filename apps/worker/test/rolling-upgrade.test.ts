/**
 * Two versions of a worker run at the same time, the newer one with one more consumer, and both are killed repeatedly: no event is lost
 * or handled twice.
 */
import path from 'node:path';
import { system, transact } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { createTestShop, isLongRun, startTestProgram, type ShopProcess, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const backends: (readonly [name: string, redis: string | null])[] = [
  ['PostgreSQL', null],
  ...(redisUrl ? [['Redis', redisUrl] as const] : []),
];
const versions = { older: 'mails', newer: 'mails,search' } as const;
/** In each round one version is killed, in turn. */
const rounds = isLongRun ? 4 : 2;
const eventsPerRound = 100;

const open: { shop?: TestShop; workers: Map<string, ShopProcess> } = { workers: new Map() };
afterEach(async () => {
  for (const worker of open.workers.values()) await worker.kill();
  open.workers.clear();
  await open.shop?.close();
});

describe.each(backends)('workers with queues on %s', { timeout: 600_000 }, (_name, redis) => {
  it('workers of two versions that are killed and restarted deliver every event to every consumer exactly once', async () => {
    const shop = (open.shop = await createTestShop({ redisUrl: redis && `${redis}/14` }));
    await sql`create table handled_events (consumer text, event_id uuid)`.execute(shop.core.db);
    const start = async (version: keyof typeof versions): Promise<void> => {
      const file = path.join(import.meta.dirname, 'upgrade-worker.ts');
      open.workers.set(version, await startTestProgram(shop, file, { CONSUMERS: versions[version] }));
    };
    const publish = (): Promise<void> =>
      transact(shop.core, async (tx) => {
        tx.outbox.add('pricing.changed', tx.ids.next(), { variantIds: [] });
      });
    await Promise.all([start('older'), start('newer')]);
    for (let round = 0; round < rounds; round += 1) {
      const victim = round % 2 === 0 ? 'older' : 'newer';
      for (let n = 0; n < eventsPerRound; n += 1) {
        await publish();
        // Kills the worker in the middle of its work.
        if (n === eventsPerRound / 2) await open.workers.get(victim)?.kill();
      }
      await start(victim);
    }
    const handled = async () => {
      const { rows } = await sql<{ consumer: string; times: number; events: number }>`
        select consumer, count(*)::int as times, count(distinct event_id)::int as events from handled_events group by consumer
        order by consumer`.execute(shop.core.db);
      return rows;
    };
    const total = rounds * eventsPerRound;
    await vi.waitFor(
      async () =>
        expect(await handled()).toEqual([
          { consumer: 'mails', times: total, events: total },
          { consumer: 'search', times: total, events: total },
        ]),
      { timeout: 180_000, interval: 250 },
    );
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
    const { rows } = await sql`select consumer from event_deliveries where state <> 'done'`.execute(shop.core.db);
    expect(rows).toEqual([]);
  });
});
