/**
 * The reader that all live feeds of a process share: complete despite concurrent writers, slow readers and lost
 * connections, and stopped when no feed is open.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ShopEventRecord, UserId } from '@cartwright/contracts';
import { createReadableLog, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomIds, system, transact, type Core } from '../kernel/index.ts';
import { createEventTail, streamEvents, type EventTail, type FeedOptions } from './index.ts';

const log = createReadableLog();
let shop: TestShop;
const open: (() => Promise<void>)[] = [];
beforeEach(async () => void (shop = await createTestShop({}, { log: log.log })));
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
  await shop.close();
});

const tailFor = (core: Core = shop.core): EventTail => createEventTail(core, { pollMs: 20, retryMs: 20, pageSize: 100, windowSize: 150 });

/** Writes `count` events in one transaction, which commits when `gate` resolves. */
const announce = (count: number, gate: Promise<unknown> = Promise.resolve()): Promise<void> =>
  transact(shop.core, async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx.db);
    for (let n = 0; n < count; n += 1) {
      const userId = randomIds.next<UserId>();
      if (n % 10 === 0) tx.outbox.add('user.registered', userId, { userId });
      else tx.outbox.add('user.session_revoked', userId, { userId, reason: 'test' });
    }
    await gate;
  });

/** Writes 1,200 events in 60 transactions, several at a time, which commit in a different order than they began. */
const announceOutOfOrder = async (): Promise<void> => {
  const work = Array.from({ length: 60 }, (_, n) => n).values();
  const write = async (): Promise<void> => {
    for (const n of work) await announce(20, pause((n * 37) % 60));
  };
  await Promise.all(Array.from({ length: 8 }, write));
};

interface Following {
  readonly seen: string[];
  /** Resolves when the feed has its place in the log. */
  readonly begun: Promise<unknown>;
  readonly stop: () => Promise<void>;
}
/** A feed that is read in the background; `perEvent` slows its reader. */
const follow = (
  input: { lastEventId?: string | null; name?: ShopEventRecord['name'] },
  options: FeedOptions,
  perEvent: () => Promise<unknown> | undefined = () => undefined,
): Following => {
  const end = new AbortController();
  const seen: string[] = [];
  const begun = streamEvents(shop.core, system('test'), input, end.signal, options);
  const run = async (): Promise<void> => {
    for await (const [id] of await begun) {
      seen.push(id);
      await perEvent();
    }
  };
  const done = run();
  const stop = (): Promise<void> => (end.abort(), done);
  open.push(stop);
  return { seen, begun, stop };
};

/** The ids of all events in the order of a feed. */
const inOrder = async (name: string | null = null): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from outbox_events where ${name}::text is null or name = ${name} order by transaction_id, id`.execute(shop.core.db);
  return rows.map(({ id }) => id);
};
const expectEvents = (feed: Following, expected: readonly string[]) => expect.poll(() => feed.seen, { timeout: 30_000 }).toEqual(expected);

it('feeds from different events show each of 1,200 events once and in order while transactions commit out of order', async () => {
  const tail = tailFor();
  await announce(300);
  const before = await inOrder();
  const feeds = [0, 99, 100, 250, 299].map((at) => ({ at, feed: follow({ lastEventId: before[at] ?? '' }, { tail, pageSize: 40 }) }));
  const named = follow({ lastEventId: before[0] ?? '', name: 'user.registered' }, { tail, pageSize: 7 });
  const writing = announceOutOfOrder();
  // Another feed begins from an older event while events are written, and one has a slow reader.
  await expect.poll(() => feeds[0]?.feed.seen.length, { timeout: 30_000 }).toBeGreaterThan(600);
  const late = follow({ lastEventId: before[0] ?? '' }, { tail, pageSize: 40 });
  const slow = follow({ lastEventId: before[0] ?? '' }, { tail, pageSize: 40 }, () => pause(1));
  await writing;
  const all = await inOrder();
  expect(all).toHaveLength(1_500);
  for (const { at, feed } of feeds) await expectEvents(feed, all.slice(at + 1));
  await expectEvents(late, all.slice(1));
  await expectEvents(slow, all.slice(1));
  await expectEvents(named, (await inOrder('user.registered')).slice(1));
});

it('new feeds opened during writes show everything committed after they began, each event once and in order', async () => {
  const tail = tailFor();
  const writing = announceOutOfOrder();
  const feeds: { readonly feed: Following; readonly committed: ReadonlySet<string> }[] = [];
  for (let n = 0; n < 10; n += 1) {
    const feed = follow({}, { tail });
    await feed.begun;
    feeds.push({ feed, committed: new Set(await inOrder()) });
  }
  await writing;
  await announce(1);
  const all = await inOrder();
  const marker = all.at(-1);
  for (const { feed, committed } of feeds) {
    await expect.poll(() => feed.seen.at(-1), { timeout: 30_000 }).toBe(marker);
    // Transactions that were open when the feed began are part of it, wherever they are in the order.
    const seen = new Set(feed.seen);
    expect(feed.seen).toEqual(all.filter((id) => seen.has(id)));
    expect(all.filter((id) => !committed.has(id) && !seen.has(id))).toEqual([]);
  }
});

it('feeds cut off before their first event resume from where they began, each event once and in order', async () => {
  const tail = tailFor();
  const watching = follow({}, { tail });
  await watching.begun;
  const writing = announceOutOfOrder();
  const cut: { readonly began: string; readonly before: ReadonlySet<string>; readonly known: ReadonlySet<string> }[] = [];
  for (let n = 0; n < 10; n += 1) {
    // Events committed before the feed begins are not part of it, and later ones are; transactions are open all the time.
    const before = new Set(await inOrder());
    const end = new AbortController();
    const { began } = await streamEvents(shop.core, system('test'), {}, end.signal, { tail });
    end.abort();
    const known = new Set(await inOrder());
    cut.push({ began, before, known });
    await pause(20);
  }
  expect(cut.some(({ began }) => began.split('.').length > 2)).toBe(true);
  await writing;
  const resumed = cut.map(({ began }) => follow({ lastEventId: began }, { tail, pageSize: 40 }));
  await announce(1);
  const all = await inOrder();
  for (const [i, { before, known }] of cut.entries()) {
    const feed = resumed[i] ?? watching;
    await expect.poll(() => feed.seen.at(-1), { timeout: 30_000 }).toBe(all.at(-1));
    const seen = new Set(feed.seen);
    expect(feed.seen).toEqual(all.filter((id) => seen.has(id)));
    expect(feed.seen.filter((id) => before.has(id))).toEqual([]);
    expect(all.filter((id) => !known.has(id) && !seen.has(id))).toEqual([]);
  }
  await expectEvents(watching, all);
});

it('a waiting feed names its place and resumes there without a gap or a repetition', async () => {
  const tail = tailFor();
  const gate = Promise.withResolvers<void>();
  const late = announce(1, gate.promise);
  const writing = sql`select 1 from pg_stat_activity where datname = current_database() and backend_xid is not null`;
  await expect.poll(async () => (await writing.execute(shop.core.db)).rows.length).toBe(1);
  // Committed before the feed begins, by a transaction that began after the late one.
  await announce(1);
  const end = new AbortController();
  open.push(
    () => Promise.resolve(end.abort()),
    () => Promise.resolve(gate.resolve()),
  );
  const feed = await streamEvents(shop.core, system('test'), { name: 'user.registered' }, end.signal, { tail });
  const first = feed.next();
  await announce(1);
  await pause(200);
  // The late transaction began before the feed: until it has ended, only the first place defines which events are part of the feed.
  expect(feed.place()).toBeNull();
  gate.resolve();
  await late;
  const all = await inOrder();
  expect((await first).value?.[0]).toBe(all[0]);
  expect(feed.place()).toBeNull();
  expect((await feed.next()).value?.[0]).toBe(all[2]);
  const third = feed.next();
  await expect.poll(() => feed.place()).toMatch(/^at-/);
  const places = [feed.place() ?? ''];
  // Events of other names advance the place.
  await transact(shop.core, async (tx) => {
    const userId = randomIds.next<UserId>();
    tx.outbox.add('user.session_revoked', userId, { userId, reason: 'test' });
  });
  await expect.poll(() => feed.place()?.split('.')[1]).not.toBe(places[0]?.split('.')[1]);
  places.push(feed.place() ?? '');
  await announce(1);
  const next = (await third).value?.[0] ?? '';
  for (const lastEventId of places) await expectEvents(follow({ lastEventId, name: 'user.registered' }, { tail }), [next]);
});

it('a hundred feeds that have caught up share one read of each page', async () => {
  const tail = tailFor();
  await announce(1);
  const lastEventId = (await inOrder()).at(-1) ?? '';
  const feeds = Array.from({ length: 100 }, () => follow({ lastEventId }, { tail }));
  await announce(1);
  const first = (await inOrder()).slice(1);
  for (const feed of feeds) await expectEvents(feed, first);
  const statements = await shop.countQueries(async () => {
    await announce(100);
    const all = (await inOrder()).slice(1);
    for (const feed of feeds) await expectEvents(feed, all);
  });
  // A full page of the tail, and the next read after it.
  expect(statements.filter((text) => text.includes('order by e.transaction_id')).length).toBeLessThan(5);
});

it('a feed with a stopped reader delays no other feed, and shows every event when it is read again', async () => {
  const tail = tailFor();
  await announce(1);
  const lastEventId = (await inOrder())[0] ?? '';
  const gate = Promise.withResolvers<void>();
  const stopped = follow({ lastEventId }, { tail }, () => gate.promise);
  const other = follow({ lastEventId }, { tail });
  await announce(20);
  await expect.poll(() => stopped.seen.length, { timeout: 30_000 }).toBe(1);
  // More events than the tail keeps.
  for (let n = 0; n < 10; n += 1) await announce(100);
  const all = (await inOrder()).slice(1);
  await expectEvents(other, all);
  expect(stopped.seen).toHaveLength(1);
  gate.resolve();
  await expectEvents(stopped, all);
});

it('the shared reader continues without loss after its database connections were killed', async () => {
  const tail = tailFor();
  await announce(1);
  const lastEventId = (await inOrder())[0] ?? '';
  const feed = follow({ lastEventId }, { tail });
  const named = follow({ lastEventId, name: 'user.registered' }, { tail });
  await announce(10);
  await expectEvents(feed, (await inOrder()).slice(1));
  let down = true;
  const killing = (async () => {
    while (down) {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
        .execute(shop.core.db)
        // The connection of this statement may itself have been killed.
        .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
      await pause(5);
    }
  })();
  await expect.poll(() => log.text(), { timeout: 30_000 }).toContain('the event log could not be read');
  down = false;
  await killing;
  await expect
    .poll(
      () =>
        announce(50).then(
          () => true,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);
  await expectEvents(feed, (await inOrder()).slice(1));
  await expectEvents(named, (await inOrder('user.registered')).slice(1));
});

it('nothing is read while no feed is open, and the next feed starts the reader again', async () => {
  const tail = tailFor();
  await announce(1);
  const lastEventId = (await inOrder())[0] ?? '';
  const one = follow({ lastEventId }, { tail });
  const two = follow({}, { tail });
  await announce(1);
  await expectEvents(one, (await inOrder()).slice(1));
  await Promise.all([one.stop(), two.stop()]);
  // By then, a statement of the reader that was running has ended.
  await pause(100);
  expect(await shop.countQueries(() => pause(300))).toEqual([]);
  await announce(1);
  const again = follow({ lastEventId }, { tail });
  await expectEvents(again, (await inOrder()).slice(1));
});

it('a feed ends with SERVICE_UNAVAILABLE when the database restarts its transaction counter', async () => {
  let ahead = 1_000_000_000;
  const countAhead = (value: unknown): string => String(Number(value) + ahead);
  const db = shop.core.database.kysely.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => ({
      ...result,
      rows: result.rows.map((row) => ({
        ...row,
        ...('end' in row && { end: countAhead(row['end']) }),
        ...('horizon' in row && { horizon: countAhead(row['horizon']) }),
      })),
    }),
  });
  const { signal } = new AbortController();
  const feed = await streamEvents(shop.core, system('test'), {}, signal, { tail: tailFor({ ...shop.core, db }) });
  const moved = pause(100).then(() => (ahead = 0));
  await expect(feed.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await moved;
});
