/** The live feed of events shows each event exactly once, however many there are and whenever their transactions commit. */
import type { UserId } from '@cartwright/contracts';
import { aShopWithFeeds } from '@cartwright/testing';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { randomIds, transact } from '../kernel/index.ts';
import { createEventTail } from './index.ts';

const { shop, announce, announceMany, follow, expectEvents, lastEvent } = aShopWithFeeds();

it('each of three feeds shows all of 1,200 events that were committed at once, and those after them', async () => {
  const [first] = await announceMany(1);
  const start = await lastEvent();
  const feeds = [follow(start), follow(start), follow(start)];
  const many = await announceMany(1_200);
  for (const feed of feeds) await expectEvents(feed, many);
  const later = await announceMany(5);
  for (const feed of feeds) {
    await expectEvents(feed, [...many, ...later]);
    expect(feed.seen.map(({ about }) => about)).not.toContain(first);
  }
});

it('a feed that resumes in the middle of 1,200 events shows each of the remaining events once', async () => {
  await announceMany(1);
  const before = follow(await lastEvent());
  const many = await announceMany(1_200);
  await expectEvents(before, many);
  await before.stop();
  const middle = before.seen[599];
  const after = follow(middle?.id ?? '');
  await expectEvents(
    after,
    before.seen.slice(600).map(({ about }) => about),
  );
});

it('a feed with pages of one event shows all of them', async () => {
  await announceMany(1);
  const feed = follow(await lastEvent(), { pageSize: 1, tail: createEventTail(shop().core, { pollMs: 20, pageSize: 1, windowSize: 1 }) });
  const many = await announceMany(30);
  await expectEvents(feed, many);
});

it('an event whose transaction commits after later ones is shown by a running feed and by one that resumes', async () => {
  await announceMany(1);
  const running = follow(await lastEvent());
  const gate = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = transact(shop().core, async (tx) => {
    const about = announce(tx);
    await sql`select pg_current_xact_id()`.execute(tx.db);
    written.resolve();
    await gate.promise;
    return about;
  });
  await written.promise;
  const early = await announceMany(3);
  // The last event that a client can have seen was committed before the late transaction began.
  const resumeAt = running.seen.at(-1)?.id ?? (await lastEvent());
  gate.resolve();
  const all = [...early, await late];
  await expectEvents(running, all);
  const resumed = follow(resumeAt);
  const shown = running.seen.map(({ id }) => id);
  await expectEvents(
    resumed,
    running.seen.slice(shown.indexOf(resumeAt) + 1).map(({ about }) => about),
  );
});

it('of two changes of one thing, the later one has the greater id, also where the feed shows it first', async () => {
  const [gate, began] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const userId = randomIds.next<UserId>();
  const feed = follow(null);
  await feed.begun;
  const older = transact(shop().core, async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx.db);
    began.resolve();
    await gate.promise;
    tx.outbox.add('user.session_revoked', userId, { userId, reason: 'the later change' });
  });
  await began.promise;
  await transact(shop().core, async (tx) => tx.outbox.add('user.session_revoked', userId, { userId, reason: 'the earlier change' }));
  gate.resolve();
  await older;
  await expectEvents(feed, [userId, userId]);
  const { rows } = await sql<{ id: string }>`select id from outbox_events order by payload ->> 'reason' desc`.execute(shop().core.db);
  const [later, earlier] = rows.map(({ id }) => id);
  expect(feed.seen.map(({ id }) => id)).toEqual([later, earlier]);
  expect((later ?? '') > (earlier ?? '')).toBe(true);
});

it('a new feed shows nothing that was committed before it began', async () => {
  const before = await announceMany(3);
  const feed = follow(null);
  const markers: string[] = [];
  // The feed has begun when it shows an event that was announced after it was requested.
  await expect
    .poll(
      async () => {
        markers.push(...(await announceMany(1)));
        return feed.seen.length;
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(0);
  const later = await announceMany(2);
  await expect.poll(() => feed.seen.map(({ about }) => about).slice(-2), { timeout: 30_000 }).toEqual(later);
  const shown = feed.seen.map(({ about }) => about);
  expect(shown).toEqual([...markers, ...later].slice(-shown.length));
  expect(shown.filter((about) => before.includes(about))).toEqual([]);
});

it('a feed that resumes while an older transaction is open repeats no event', async () => {
  const gate = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const older = transact(shop().core, async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx.db);
    written.resolve();
    await gate.promise;
  });
  await written.promise;
  await announceMany(2);
  const statements = await shop().countQueries(async () => {
    const feed = follow(await lastEvent(), { tail: createEventTail(shop().core, { pollMs: 20 }) });
    // Several rounds of the feed, each of which reads the horizon of the older transaction.
    for (let n = 0; n < 20; n += 1) await sql`select pg_sleep(0.01)`.execute(shop().core.db);
    gate.resolve();
    await older;
    const later = await announceMany(1);
    await expectEvents(feed, later);
  });
  expect(statements.filter((text) => text.includes('as "horizon"')).length).toBeGreaterThan(1);
});
