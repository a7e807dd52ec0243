import { createServer, type Server, type Socket } from 'node:net';
import { ConfigError, type CoreConfig } from '@cartwright/core/kernel';
import { registerConsumers, type EventConsumer } from '@cartwright/core/events';
import { aCustomer, createTestShop, type TestShop } from '@cartwright/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startHealth, type HealthServer } from './health.ts';
import { loadSettings } from './settings.ts';
import { startWorker, type ShopWorker } from './worker.ts';

const open: { shop?: TestShop; worker?: ShopWorker; health?: HealthServer } = {};
const start = async (
  consumers: EventConsumer[],
  config: Partial<CoreConfig> = {},
): Promise<{ shop: TestShop; read: (path: string) => Promise<{ status: number; text: string }> }> => {
  const shop = (open.shop = await createTestShop(config));
  open.worker = await startWorker(shop.core, { consumers, heartbeatMs: 200 });
  const { url } = (open.health = await startHealth(
    { registry: open.worker.metrics.registry, notReadyReason: open.worker.notReadyReason, absentConsumers: open.worker.absentConsumers },
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

it('the endpoints report health, readiness, event lag and dead deliveries of a worker', async () => {
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
    // Skips nine attempts, which have minutes between them; the tenth is the last.
    await shop.core.database.kysely
      .updateTable('event_deliveries')
      .set({ attempts: 9 })
      .where('consumer', '=', 'refusing')
      .where('state', '=', 'pending')
      .execute();
    const { text } = await read('/metrics');
    expect(text).toMatch(/^worker_backlog\{of="dead_deliveries"\} 1$/m);
    expect(text).toMatch(/^worker_backlog\{of="deliveries"\} 0$/m);
    expect(text).toMatch(/^worker_backlog_oldest_seconds\{of="overdue_orders"\} 0$/m);
    // A job is counted when it ends, shortly after its delivery is settled; a job that was tried twice counts twice.
    expect(text).toMatch(/^worker_jobs_total\{queue="events",outcome="handled"\} [1-9]\d*$/m);
    expect(text).toMatch(/^worker_jobs_total\{queue="events",outcome="failed"\} [1-9]\d*$/m);
    expect(text).toMatch(/^worker_event_lag_seconds_count [1-9]\d*$/m);
  }, 60_000);
  const { text } = await read('/metrics');
  expect(text).toMatch(/^worker_queue_jobs\{queue="events",state="waiting"\} \d+$/m);
  expect(text).toMatch(/^worker_database_up 1$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(await read('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect((await read('/readyz')).status).toBe(200);
  expect((await read('/elsewhere')).status).toBe(404);
});

it('/readyz and the metrics name a consumer that no worker handles', async () => {
  const fine: EventConsumer = { name: 'fine', events: ['user.registered'], handle: async () => [] };
  const { shop, read } = await start([fine]);
  await registerConsumers(shop.core, [{ ...fine, name: 'of an older version' }]);
  await shop.core.database.kysely
    .updateTable('event_consumers')
    .set({ lastSeenAt: new Date(Date.now() - 600_000) })
    .where('name', '=', 'of an older version')
    .execute();
  await vi.waitFor(async () => expect((await read('/readyz')).text).toContain('"absentConsumers":["of an older version"]'), 20_000);
  expect((await read('/readyz')).status).toBe(200);
  const { text } = await read('/metrics');
  expect(text).toMatch(/^worker_consumer_absent\{consumer="of an older version"\} 1$/m);
  expect(text).toMatch(/^worker_consumer_absent\{consumer="fine"\} 0$/m);
});

it('one error names every invalid variable of core and worker', () => {
  try {
    loadSettings({ CARTWRIGHT_SECRET: 'short', DATABASE_URL: 'postgresql://shop@127.0.0.1/shop', WORKER_PORT: 'x', JOB_LOCK_SECONDS: '1' });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const problems = error instanceof ConfigError ? error.problems : [];
    expect(problems.map((line) => line.split(':')[0])).toEqual(['CARTWRIGHT_SECRET', 'WORKER_PORT', 'JOB_LOCK_SECONDS']);
  }
});

describe('with Redis unavailable', () => {
  const silentServers: Server[] = [];
  afterEach(() => silentServers.splice(0).forEach((server) => server.close()));
  /** Port of a server that accepts connections and never answers. */
  const silentPort = (): Promise<number> =>
    new Promise((resolve) => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
      silentServers.push(server);
    });

  it.each([
    ['refuses connections', async () => 1],
    ['accepts connections and does not answer', silentPort],
  ])('every probe is answered in time while Redis %s', { timeout: 120_000 }, async (_how, portOf) => {
    const { read } = await start([], { redisUrl: `redis://127.0.0.1:${await portOf()}` });
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const { status, text } = await read('/metrics');
      expect([status, text]).toEqual([200, expect.stringMatching(/^worker_queues_up 0$/m)]);
      expect(text).toMatch(/^worker_database_up 1$/m);
      expect(text).toMatch(/^redis_up 0$/m);
      expect(text).toMatch(/^worker_backlog\{of="outbox"\} 0$/m);
    }
    expect(await read('/readyz')).toEqual({ status: 503, text: expect.stringContaining('Redis is unavailable') });
    expect((await read('/healthz')).status).toBe(200);
    // The shutdown waits for Redis, up to 30 seconds in `main.ts`. This test does not wait for it.
    void open.worker?.close();
    delete open.worker;
  });
});

it('the first scrape reports every series, with the database up', async () => {
  const { read } = await start([]);
  const { text } = await read('/metrics');
  expect(text).toMatch(/^worker_database_up 1$/m);
  expect(text).toMatch(/^worker_queues_up [01]$/m);
  for (const queue of ['events', 'mail'])
    for (const outcome of ['handled', 'failed'])
      expect(text).toMatch(new RegExp(`^worker_jobs_total\\{queue="${queue}",outcome="${outcome}"\\} 0$`, 'm'));
  // On a loaded host the queues may not answer the first scrape in time; it says so, and a later one has their numbers.
  await expect.poll(async () => (await read('/metrics')).text).toMatch(/^worker_queues_up 1$/m);
  const { text: later } = await read('/metrics');
  for (const queue of ['events', 'mail'])
    expect(later).toMatch(new RegExp(`^worker_queue_jobs\\{queue="${queue}",state="waiting"\\} 0$`, 'm'));
});

it('a worker is not ready before it has read the outbox', async () => {
  const shop = (open.shop = await createTestShop());
  const holder = await shop.core.database.pool.connect();
  await holder.query('begin');
  await holder.query('lock table outbox_events in access exclusive mode');
  open.worker = await startWorker(shop.core, { consumers: [] });
  expect(open.worker.notReadyReason()).toBe('the outbox was not read yet');
  await holder.query('commit');
  holder.release();
  await vi.waitFor(() => expect(open.worker?.notReadyReason()).toBeNull(), 60_000);
});

it('the health server listens on the configured address and serves metrics only with the token', async () => {
  const shop = (open.shop = await createTestShop());
  open.worker = await startWorker(shop.core, { consumers: [] });
  const { metrics, notReadyReason, absentConsumers } = open.worker;
  const watched = { registry: metrics.registry, notReadyReason, absentConsumers };
  const { url } = (open.health = await startHealth(watched, { host: '0.0.0.0', port: 0, metricsToken: 'token-for-prometheus' }));
  const { port } = new URL(url);
  const read = async (headers: Record<string, string> = {}) => (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status;
  expect([
    await read(),
    await read({ authorization: 'Bearer wrong' }),
    await read({ authorization: 'Bearer token-for-prometheus' }),
  ]).toEqual([404, 404, 200]);
});
