/** Queues in PostgreSQL: their counts, and a database that accepts no connections for a while. */
import { createReadableLog, createTestShop } from '@cartwright/testing';
import pg from 'pg';
import { expect, inject, it, vi } from 'vitest';
import { openQueues } from './queues.ts';

const job = (id: string) => ({ id, data: { consumer: 'notifications', eventIds: [id] } });

it('a queue whose first connection failed connects later, loses no job meanwhile, and fails new jobs after stopWaiting', async () => {
  const readable = createReadableLog();
  const { core, url, close } = await createTestShop({}, { log: readable.log });
  const queues = await openQueues(core);
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  const allowConnections = (allowed: boolean) =>
    server.query(`alter database ${new URL(url).pathname.slice(1)} allow_connections ${allowed}`);
  const handled: string[] = [];
  await allowConnections(false);
  queues.process('events', ['notifications'], vi.fn(), async ({ eventIds }) => void handled.push(...eventIds));
  await vi.waitFor(() => expect(readable.text()).toContain('not currently accepting connections'), 60_000);
  const adding = queues.add('events', [job('early')]);
  await vi.waitFor(() => expect(readable.text()).toContain('jobs wait until they can be queued'), 60_000);
  await allowConnections(true);
  await adding;
  await queues.add('events', [job('late')]);
  await vi.waitFor(() => expect(handled).toEqual(['early', 'late']), 60_000);
  await allowConnections(false);
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [new URL(url).pathname.slice(1)]);
  queues.stopWaiting();
  await expect(queues.add('events', [job('at the end')])).rejects.toThrow();
  await allowConnections(true);
  await queues.close();
  await server.end();
  await close();
});

it('the queues count the jobs of each consumer from the first call, and again after the database was unavailable', async () => {
  const { core, url, close } = await createTestShop();
  const before = await openQueues(core);
  await before.add('events', [job('left behind')]);
  await before.close();
  const queues = await openQueues(core);
  const [gate, handled] = [Promise.withResolvers<void>(), vi.fn()];
  queues.process('events', ['notifications'], handled, () => gate.promise);
  const counted = async () => (await queues.counts()).filter(({ queue }) => queue === 'events').reduce((sum, { count }) => sum + count, 0);
  expect(await counted()).toBe(1);
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  const name = new URL(url).pathname.slice(1);
  await server.query(`alter database ${name} allow_connections false`);
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await expect(queues.counts()).rejects.toThrow();
  await server.query(`alter database ${name} allow_connections true`);
  await server.end();
  // A connection that was ended may be handed out once more before its end arrives.
  await expect.poll(() => counted().catch(() => null)).toBe(1);
  gate.resolve();
  await vi.waitFor(() => expect(handled).toHaveBeenCalled(), 60_000);
  await queues.close();
  await close();
});
