import { ConfigError } from '@cartwright/core/kernel';
import type { EventConsumer } from '@cartwright/core/events';
import { aCustomer, createTestShop, type TestShop } from '@cartwright/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { startHealth, type HealthServer } from './health.ts';
import { loadSettings } from './settings.ts';
import { startWorker, type ShopWorker } from './worker.ts';

const open: { shop?: TestShop; worker?: ShopWorker; health?: HealthServer } = {};
const start = async (
  consumers: EventConsumer[],
): Promise<{ shop: TestShop; read: (path: string) => Promise<{ status: number; text: string }> }> => {
  const shop = (open.shop = await createTestShop());
  open.worker = await startWorker(shop.core, { consumers });
  const { url } = (open.health = await startHealth(
    { registry: open.worker.figures.registry, reasonAgainst: open.worker.reasonAgainst },
    { host: '127.0.0.1', port: 0, metricsToken: null },
  ));
  const read = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  return { shop, read };
};
afterEach(async () => {
  await open.health?.close();
  await open.worker?.close();
  await open.shop?.close();
});

it('says that it lives and works, how long events waited, and what it gave up', async () => {
  const refusing: EventConsumer = {
    name: 'refusing',
    events: ['user.registered'],
    handle: async () => {
      throw new Error('never');
    },
  };
  const fine: EventConsumer = { name: 'fine', events: ['user.registered'], handle: async () => [] };
  const { shop, read } = await start([refusing, fine]);
  await aCustomer(shop.core);
  await vi.waitFor(async () => {
    // Nine tries that take minutes in between are counted as done; the tenth is the last.
    await shop.core.db
      .updateTable('event_deliveries')
      .set({ attempts: 9 })
      .where('consumer', '=', 'refusing')
      .where('state', '=', 'pending')
      .execute();
    const { text } = await read('/metrics');
    expect(text).toMatch(/^worker_backlog\{of="dead_deliveries"\} 1$/m);
    expect(text).toMatch(/^worker_backlog\{of="deliveries"\} 0$/m);
    expect(text).toMatch(/^worker_backlog_oldest_seconds\{of="overdue_orders"\} 0$/m);
  }, 20_000);
  const { text } = await read('/metrics');
  expect(text).toMatch(/^worker_jobs_total\{queue="events",outcome="handled"\} 1$/m);
  expect(text).toMatch(/^worker_jobs_total\{queue="events",outcome="failed"\} [12]$/m);
  expect(text).toMatch(/^worker_event_lag_seconds_count 1$/m);
  expect(text).toMatch(/^worker_queue_jobs\{queue="events",state="waiting"\} \d+$/m);
  expect(text).toMatch(/^worker_database_up 1$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(await read('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect((await read('/readyz')).status).toBe(200);
  expect((await read('/elsewhere')).status).toBe(404);
});

it('names every bad variable of core and worker at once', () => {
  try {
    loadSettings({ CARTWRIGHT_SECRET: 'short', DATABASE_URL: 'postgresql://shop@127.0.0.1/shop', WORKER_PORT: 'x', JOB_LOCK_SECONDS: '1' });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const problems = error instanceof ConfigError ? error.problems : [];
    expect(problems.map((line) => line.split(':')[0])).toEqual(['CARTWRIGHT_SECRET', 'WORKER_PORT', 'JOB_LOCK_SECONDS']);
  }
});
