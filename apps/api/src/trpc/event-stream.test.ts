/** Live feeds on the server: slow clients, refusals and shutdown. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Socket } from 'node:net';
import type { Response as ServerAnswer } from 'express';
import type { UserId } from '@cartwright/contracts';
import { randomIds, transact } from '@cartwright/core/kernel';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../../test/live-shop.ts';
import { feedPace } from './trpc.ts';

let live: LiveShop;
const pace = { ...feedPace };
beforeEach(async () => void (live = await startLiveShop()));
afterEach(() => {
  vi.useRealTimers();
  Object.assign(feedPace, pace);
  return live.close();
});
/** Statements of the event log's reader within half a second. */
const readsOfTheLog = async (): Promise<string[]> => {
  const statements = await live.shop.countQueries(() => pause(500));
  return statements.filter((text) => text.includes('outbox_events') || text.includes('horizon'));
};

/** Writes events of 20 kB each, a hundred in a transaction. Returns their aggregate ids, in order. */
const writeLargeEvents = async (count: number): Promise<string[]> => {
  const aggregateIds: string[] = [];
  for (let left = count; left > 0; left -= 100)
    await transact(live.shop.core, async (tx) => {
      for (let n = 0; n < Math.min(left, 100); n += 1) {
        const userId = randomIds.next<UserId>();
        tx.outbox.add('user.session_revoked', userId, { userId, reason: 'x'.repeat(20_000) });
        aggregateIds.push(userId);
      }
    });
  return aggregateIds;
};

/** A feed on a raw socket; `answer` is the response of the server. */
const openFeed = async (token: string) => {
  const answered = new Promise<ServerAnswer>((resolve) => live.server.server.once('request', (_req, res) => resolve(res as ServerAnswer)));
  const socket: Socket = connect(Number(new URL(live.url).port), '127.0.0.1');
  let rest = '';
  let connected = false;
  const aggregateIds: string[] = [];
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const text = rest + chunk;
    connected ||= text.includes('event: connected');
    const end = text.lastIndexOf('\n\n') + 1;
    aggregateIds.push(...[...text.slice(0, end).matchAll(/"aggregateId":"([^"]+)"/g)].map(([, id]) => id ?? ''));
    rest = text.slice(end);
  });
  socket.write(
    `GET /trpc/events.live?input=%7B%7D HTTP/1.1\r\nhost: shop\r\naccept: text/event-stream\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
  const answer = await answered;
  await expect.poll(() => connected, { timeout: 20_000 }).toBe(true);
  return { socket, answer, aggregateIds, close: () => socket.destroy() };
};

it('a client that does not read uses only what Node buffers, and gets every event once when it reads again', async () => {
  const token = await live.token('admin');
  const slow = await openFeed(token);
  const other = await openFeed(token);
  slow.socket.pause();
  // 16 MB are more than the socket buffers.
  const all = await writeLargeEvents(800);
  await expect.poll(() => other.aggregateIds, { timeout: 60_000 }).toEqual(all);
  expect(slow.answer.writableNeedDrain).toBe(true);
  expect(slow.answer.writableLength).toBeLessThan(200_000);
  slow.socket.resume();
  await expect.poll(() => slow.aggregateIds, { timeout: 60_000 }).toEqual(all);
  slow.close();
  other.close();
});

it.each([
  ['an unknown name', { input: { name: 'nothing' } }, 'name'],
  ['an id of 1,001 characters in the input', { input: { lastEventId: 'x'.repeat(1_001) } }, 'lastEventId'],
  ['an id of 1,001 characters in the header', { header: 'x'.repeat(1_001) }, 'lastEventId'],
  ['an id of 1,001 characters beside the input', { query: 'x'.repeat(1_001) }, 'lastEventId'],
  ['a malformed place', { header: 'at-1.2' }, 'lastEventId'],
  ['a place that somebody made up', { header: `at-1.2-${'0'.repeat(32)}` }, 'lastEventId'],
])(
  'a feed with %s is refused with 400 before it begins',
  async (_what, sent: { input?: object; header?: string; query?: string }, field) => {
    const query = new URLSearchParams({ input: JSON.stringify(sent.input ?? {}), ...(sent.query && { lastEventId: sent.query }) });
    const answer = await fetch(`${live.url}/trpc/events.live?${query}`, {
      headers: { accept: 'text/event-stream', ...bearer(await live.token('admin')), ...(sent.header && { 'last-event-id': sent.header }) },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringContaining('application/json')]);
    expect(await answer.json()).toMatchObject({ error: { data: { problem: { code: 'INVALID_INPUT', fields: [{ path: field }] } } } });
  },
);

it('a server that stops no longer reads the event log', async () => {
  const feed = await openFeed(await live.token('admin'));
  await live.server.close();
  await expect.poll(() => feed.socket.destroyed, { timeout: 20_000 }).toBe(true);
  await pause(100);
  expect(await readsOfTheLog()).toEqual([]);
});

it('a client that disconnects before it is authorised opens no feed', async () => {
  const token = await live.token('admin');
  live.server.server.once('request', (_req, res) => res.destroy());
  await expect(fetch(`${live.url}/trpc/events.live`, { headers: { accept: 'text/event-stream', ...bearer(token) } })).rejects.toThrow();
  await pause(200);
  expect(await readsOfTheLog()).toEqual([]);
});

it('a feed that takes long to find its position sends its headers before a ping', async () => {
  const token = await live.token('admin');
  const [locked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = transact(live.shop.core, async (tx) => {
    await sql`lock table outbox_events in access exclusive mode`.execute(tx.db);
    locked.resolve();
    await gate.promise;
  });
  await locked.promise;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const input = encodeURIComponent(JSON.stringify({ lastEventId: randomIds.next() }));
  const end = new AbortController();
  const answering = fetch(`${live.url}/trpc/events.live?input=${input}`, {
    headers: { accept: 'text/event-stream', ...bearer(token) },
    signal: end.signal,
  });
  const waiting = sql`select 1 from pg_locks where not granted`;
  await expect.poll(async () => (await waiting.execute(live.shop.core.db)).rows.length).toBe(1);
  vi.advanceTimersByTime(15_000);
  gate.resolve();
  await holding;
  expect((await answering).headers.get('content-type')).toBe('text/event-stream');
  end.abort();
});

it('a client that does not read is disconnected some time after its feed has ended', async () => {
  Object.assign(feedPace, { maxDurationMs: 1_000, reconnectAfterInactivityMs: 1_000 });
  const feed = await openFeed(await live.token('admin'));
  feed.socket.pause();
  await writeLargeEvents(800);
  await expect.poll(() => feed.answer.writableEnded, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => feed.answer.destroyed, { timeout: 20_000 }).toBe(true);
});

it('a feed begins with the id of its position, and a feed that resumes there sends the missed events', async () => {
  Object.assign(feedPace, { pingMs: 300 });
  const token = await live.token('admin');
  /** Messages of a feed until one contains `until`, with the last id. */
  const read = async (lastEventId: string | null, until: string) => {
    const end = new AbortController();
    const answer = await fetch(`${live.url}/trpc/events.live?input=%7B%22name%22%3A%22user.session_revoked%22%7D`, {
      headers: { accept: 'text/event-stream', ...bearer(token), ...(lastEventId !== null && { 'last-event-id': lastEventId }) },
      signal: end.signal,
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes(until)) break;
    }
    end.abort();
    const aggregateIds = [...text.matchAll(/"aggregateId":"([^"]+)"/g)].map(([, id]) => id ?? '');
    return { text, aggregateIds, id: [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '' };
  };
  await writeLargeEvents(1);
  const first = await read(null, '\n\n');
  expect(first.text).toMatch(/^event: connected\ndata: \{.*\}\nid: at-[\da-f.-]+-[\da-f]{32}\n\n/);
  const [missed = ''] = await writeLargeEvents(1);
  const second = await read(first.id, missed);
  expect(second.aggregateIds).toEqual([missed]);
  expect(second.text).toMatch(new RegExp(`^event: connected\ndata: .*\nid: ${first.id}\n`));
  // An idle feed sends its position from time to time.
  const third = await read(second.id, 'id: at-');
  expect(third.text).toContain('event: ping\ndata: \nid: at-');
  const [later = ''] = await writeLargeEvents(1);
  expect((await read(third.id, later)).aggregateIds).toEqual([later]);
});
