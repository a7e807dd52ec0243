import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { listen, openDatabase, type Listener, type OpenDatabase } from './index.ts';

const channel = `test_${process.pid}`;
const applicationName = `listener-${process.pid}`;
const url = inject('postgresUrl');
let db: OpenDatabase;
let listener: Listener;
const heard: string[] = [];
const states: string[] = [];
beforeEach(async () => {
  db = await openDatabase({ url, poolSize: 1 });
  heard.length = 0;
  states.length = 0;
  listener = listen({
    url,
    channel,
    applicationName,
    onMessage: (payload) => heard.push(payload),
    onUp: () => states.push('up'),
    onDown: () => states.push('down'),
  });
  await listener.settled;
});
afterEach(async () => {
  await listener.close();
  await db.close();
});
const notify = (payload: string) => sql`select pg_notify(${channel}, ${payload})`.execute(db.kysely);
const connections = async (): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity where application_name = ${applicationName}`.execute(db.kysely))
    .rows[0]?.n ?? -1;

it('a listener hears the messages of its channel', async () => {
  expect(listener.isUp).toBe(true);
  await notify('a');
  await notify('');
  await vi.waitFor(() => expect(heard).toEqual(['a', '']));
});

it('a listener that lost its connection says so, reconnects by itself and hears again', { timeout: 20_000 }, async () => {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${applicationName}`.execute(db.kysely);
  await vi.waitFor(() => expect([listener.isUp, states]).toEqual([false, ['up', 'down']]), 10_000);
  await vi.waitFor(() => expect([listener.isUp, states]).toEqual([true, ['up', 'down', 'up']]), 10_000);
  await notify('back');
  await vi.waitFor(() => expect(heard).toEqual(['back']));
});

it('a listener whose connection was dropped without an error notices it, reconnects and hears again', { timeout: 20_000 }, async () => {
  const server = new URL(url);
  const sockets = new Set<Socket>();
  const dropped = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(server.port), server.hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    // Drops the data silently: both ends keep their connection.
    near.on('data', (data) => dropped.has(near) || far.write(data));
    far.on('data', (data) => dropped.has(far) || near.write(data));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((proxy.address() as AddressInfo).port);
  const behind: string[] = [];
  const onDown = vi.fn();
  const dropping = listen({
    url: through.href,
    channel,
    applicationName,
    onMessage: (payload) => behind.push(payload),
    onDown,
    aliveEveryMs: 100,
    answerTimeoutMs: 1_000,
  });
  await dropping.settled;
  await notify('before');
  await vi.waitFor(() => expect(behind).toEqual(['before']), 10_000);
  for (const socket of sockets) dropped.add(socket);
  await vi.waitFor(() => expect([onDown.mock.calls.length, dropping.isUp]).toEqual([1, false]), 10_000);
  await vi.waitFor(() => expect(dropping.isUp).toBe(true), 10_000);
  await notify('after');
  await vi.waitFor(() => expect(behind).toEqual(['before', 'after']), 10_000);
  await dropping.close();
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

it('a closed listener has no connection and does not reconnect', async () => {
  await listener.close();
  await vi.waitFor(async () => expect(await connections()).toBe(0));
  expect(states).toEqual(['up']);
});
