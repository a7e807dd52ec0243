/** `consumers` lists the consumers of events and retires those that no worker handles any more. */
import { consumers } from '@cartwright/core/composition';
import { registerConsumers, type EventConsumer } from '@cartwright/core/events';
import { describe, expect, it } from 'vitest';
import { aCliShop, runCli } from '../test/cli-run.ts';

const { shop, rowsOf } = await aCliShop();

describe('cartwright consumers', () => {
  const consumer: EventConsumer = { name: 'gone', events: ['pricing.changed'], handle: async () => [] };

  it('consumers lists the consumers, and retires one that no worker handles with its waiting events', async () => {
    await registerConsumers(shop.core, [consumer]);
    expect(await runCli(shop.url, ['consumers', 'list'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('gone: handled by a worker'),
    });
    expect(await runCli(shop.url, ['consumers', 'retire', 'gone'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('Stop that worker'),
    });
    await shop.core.database.kysely
      .updateTable('event_consumers')
      .set({ lastSeenAt: new Date(Date.now() - 600_000) })
      .execute();
    expect(await runCli(shop.url, ['consumers', 'list'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('no worker has handled it since'),
    });
    expect(await runCli(shop.url, ['consumers', 'retire', 'gone', '--json'])).toMatchObject({
      code: 0,
      out: '{"name":"gone","droppedDeliveries":0}',
    });
    expect(await runCli(shop.url, ['consumers', 'retire', 'gone'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('gone was not found'),
    });
  });

  it('consumers refuses to retire an event that this version handles while a worker runs', async () => {
    await registerConsumers(shop.core, consumers);
    expect(await runCli(shop.url, ['consumers', 'retire', 'notifications', '--event', 'order.confirmed'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('A running worker handles order.confirmed for the consumer notifications'),
    });
    expect(await rowsOf(`select 1 from event_subscriptions where event = 'order.confirmed'`)).toHaveLength(1);
  });

  it('consumers exits with 2 when the action or the name of the consumer is missing or wrong', async () => {
    for (const args of [[], ['retire'], ['list', 'gone'], ['lists']])
      expect((await runCli(shop.url, ['consumers', ...args])).code, args.join(' ')).toBe(2);
  });
});
