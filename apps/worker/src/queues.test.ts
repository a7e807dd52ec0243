/** Queues in PostgreSQL whose database takes no connection at the moment they start. */
import { createReadableLog, createTestShop } from '@cartwright/testing';
import pg from 'pg';
import { expect, inject, it, vi } from 'vitest';
import { openQueues } from './queues.ts';

it('that get no connection at their start get one later, and the process goes on meanwhile', async () => {
  const readable = createReadableLog();
  const { core, url, close } = await createTestShop({}, { log: readable.log });
  const queues = await openQueues(core);
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  const takeConnections = (yes: boolean) => server.query(`alter database ${new URL(url).pathname.slice(1)} allow_connections ${yes}`);
  const handled: string[] = [];
  const job = (id: string) => ({ id, data: { consumer: 'notifications', eventIds: [id] } });
  await takeConnections(false);
  queues.process('events', ['notifications'], 1, vi.fn(), async ({ eventIds }) => void handled.push(...eventIds));
  await vi.waitFor(() => expect(readable.text()).toContain('not currently accepting connections'), 10_000);
  await expect(queues.add('events', [job('early')])).rejects.toThrow('not currently accepting connections');
  await takeConnections(true);
  await queues.add('events', [job('late')]);
  await vi.waitFor(() => expect(handled).toEqual(['late']), 15_000);
  await queues.close();
  await server.end();
  await close();
});
