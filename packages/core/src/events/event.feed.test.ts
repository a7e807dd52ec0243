/** The live feed of events shows each event exactly once, however many there are and whenever their transactions commit. */
import type { UserId } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { RawNode, sql, type KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { randomIds, system, transact, type Tx } from '../kernel/index.ts';
import { resumeAfter } from './feed.place.ts';
import { signPlace } from './feed.place-id.ts';
import { createEventTail, listEvents, orderRestoredEvents, streamEvents, type FeedOptions } from './index.ts';

let shop: TestShop;
const open: (() => Promise<void>)[] = [];
beforeEach(async () => void (shop = await createTestShop()));
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
  await shop.close();
});

const announce = (tx: Tx): string => {
  const userId = randomIds.next<UserId>();
  tx.outbox.add('user.registered', userId, { userId });
  return userId;
};
const announceMany = async (count: number): Promise<string[]> => {
  const all: string[] = [];
  for (let left = count; left > 0; left -= 100)
    all.push(...(await transact(shop.core, async (tx) => Array.from({ length: Math.min(100, left) }, () => announce(tx)))));
  return all;
};

/** A feed that is read in the background; `seen` has the events it showed, in order. */
const follow = (lastEventId: string | null, options: FeedOptions = {}) => {
  const end = new AbortController();
  const seen: { id: string; about: string }[] = [];
  const begun = streamEvents(shop.core, system('test'), { lastEventId }, end.signal, options);
  const run = async (): Promise<void> => {
    for await (const [id, event] of await begun) seen.push({ id, about: event.aggregateId });
  };
  const done = run();
  const stop = (): Promise<void> => (end.abort(), done);
  open.push(stop);
  return { seen, begun, stop };
};
const expectEvents = (feed: { seen: { about: string }[] }, expected: readonly string[]) =>
  expect.poll(() => feed.seen.map(({ about }) => about).toSorted(), { timeout: 30_000 }).toEqual(expected.toSorted());
const lastEvent = async (): Promise<string> => {
  const { rows } = await sql<{ id: string }>`select id from outbox_events order by transaction_id desc, id desc limit 1`.execute(
    shop.core.db,
  );
  return rows[0]?.id ?? '';
};

const hex = (n: number | bigint): string => n.toString(16);
const hour = 3_600_000;
/** Sets the time of the events so far two hours back. */
const backdate = async (): Promise<void> => {
  const time = hex(Date.now() - 2 * hour).padStart(12, '0');
  await sql`update outbox_events set id = (${`${time.slice(0, 8)}-${time.slice(8)}`} || substr(id::text, 14))::uuid`.execute(shop.core.db);
};

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
  const feed = follow(await lastEvent(), { pageSize: 1, tail: createEventTail(shop.core, { pollMs: 20, pageSize: 1, windowSize: 1 }) });
  const many = await announceMany(30);
  await expectEvents(feed, many);
});

it('an event whose transaction commits after later ones is shown by a running feed and by one that resumes', async () => {
  await announceMany(1);
  const running = follow(await lastEvent());
  const gate = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = transact(shop.core, async (tx) => {
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
  const older = transact(shop.core, async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx.db);
    began.resolve();
    await gate.promise;
    tx.outbox.add('user.session_revoked', userId, { userId, reason: 'the later change' });
  });
  await began.promise;
  await transact(shop.core, async (tx) => tx.outbox.add('user.session_revoked', userId, { userId, reason: 'the earlier change' }));
  gate.resolve();
  await older;
  await expectEvents(feed, [userId, userId]);
  const { rows } = await sql<{ id: string }>`select id from outbox_events order by payload ->> 'reason' desc`.execute(shop.core.db);
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
  const older = transact(shop.core, async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx.db);
    written.resolve();
    await gate.promise;
  });
  await written.promise;
  await announceMany(2);
  const statements = await shop.countQueries(async () => {
    const feed = follow(await lastEvent(), { tail: createEventTail(shop.core, { pollMs: 20 }) });
    // Several rounds of the feed, each of which reads the horizon of the older transaction.
    for (let n = 0; n < 20; n += 1) await sql`select pg_sleep(0.01)`.execute(shop.core.db);
    gate.resolve();
    await older;
    const later = await announceMany(1);
    await expectEvents(feed, later);
  });
  expect(statements.filter((text) => text.includes('as horizon')).length).toBeGreaterThan(1);
});

it('a feed resumes after a deleted event by the time of that event', async () => {
  await announceMany(1);
  const gone = await lastEvent();
  const rest = await announceMany(3);
  await shop.core.database.kysely.deleteFrom('outbox_events').where('id', '=', gone).execute();
  await expectEvents(follow(gone), rest);
});

it('a feed resumes in a database restored on another server with lower transaction ids', async () => {
  await announceMany(2);
  await backdate();
  const restored = await announceMany(2);
  const last = await lastEvent();
  await sql`update outbox_events set transaction_id = '9000000000'`.execute(shop.core.db);
  const feed = follow(last);
  const rest = await announceMany(3);
  await expectEvents(feed, [...restored, ...rest]);
});

it('events of a backup from a server with higher transaction ids are never shown as new, and a feed resumes among them', async () => {
  await announceMany(1);
  await backdate();
  // Two hours later, and of one minute: a feed that resumes after the first of them shows it again.
  const restored = await announceMany(1);
  const middle = await lastEvent();
  restored.push(...(await announceMany(2)));
  const all = await sql<{ id: string }>`select id from outbox_events order by id`.execute(shop.core.db);
  for (const [index, { id }] of all.rows.entries())
    await sql`update outbox_events set transaction_id = (${index * 1_000_000_000})::text::xid8 where id = ${id}`.execute(shop.core.db);
  expect(await orderRestoredEvents(shop.core)).toBeGreaterThan(0);
  expect(await orderRestoredEvents(shop.core)).toBe(0);
  const { rows } = await sql<{ id: string }>`select distinct transaction_id::text as id from outbox_events`.execute(shop.core.db);
  expect(rows).toEqual([{ id: '0' }]);
  const [fresh, resumed] = [follow(null), follow(middle)];
  await fresh.begun;
  await expectEvents(resumed, restored);
  const later = await announceMany(3);
  await expectEvents(fresh, later);
  await expectEvents(resumed, [...restored, ...later]);
  expect(await orderRestoredEvents(shop.core)).toBe(0);
});

it('a backup restored under a running process is not shown as new by feeds that open afterwards', async () => {
  await announceMany(2);
  // The server that wrote these events had transaction ids a little higher than this one.
  await sql`update outbox_events set transaction_id = (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 20)::text::xid8`.execute(
    shop.core.db,
  );
  const end = new AbortController();
  const feed = await streamEvents(shop.core, system('test'), {}, end.signal);
  for (let n = 0; n < 40; n += 1) await sql`select pg_current_xact_id()`.execute(shop.core.db);
  const [fresh] = await announceMany(1);
  expect((await feed.next()).value).toMatchObject([expect.any(String), { aggregateId: fresh }]);
  end.abort();
});

/** The part of a place's id that names the server of these tests. */
const thisServer = async (): Promise<string> => {
  const feed = follow(null);
  const { began } = await feed.begun;
  await feed.stop();
  return /^at-[\da-f]+(-[\da-f]+-[\da-f]+-[\da-f]+)/.exec(began)?.[1] ?? '';
};
const signed = (place: string): string => signPlace(shop.core.sealer, place);
const nextTransaction = async (): Promise<bigint> => {
  const { rows } = await sql<{ end: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as "end"`.execute(shop.core.db);
  return BigInt(rows[0]?.end ?? 0);
};

it('a feed resumes by time from a place with a transaction id that this server has not reached', async () => {
  await announceMany(2);
  await backdate();
  const place = signed(`at-${hex(Date.now())}${await thisServer()}.${hex((await nextTransaction()) + 1_000_000n)}`);
  const rest = await announceMany(3);
  const feed = follow(place);
  await expectEvents(feed, rest);
  const later = await announceMany(1);
  await expectEvents(feed, [...rest, ...later]);
});

it('a feed resumes by time from a place of another server when this server has reached its transaction id since', async () => {
  await announceMany(2);
  await backdate();
  const place = signed(`at-${hex(Date.now() - hour)}${await thisServer()}.${hex((await nextTransaction()) + 20n)}`);
  const rest = await announceMany(3);
  while ((await nextTransaction()) < BigInt(`0x${/\.([\da-f]+)/.exec(place)?.[1] ?? ''}`))
    await sql`select pg_current_xact_id()`.execute(shop.core.db);
  const feed = follow(place);
  await expectEvents(feed, rest);
  const later = await announceMany(1);
  await expectEvents(feed, [...rest, ...later]);
});

it.each([
  ['no server', () => ''],
  ['another timeline', (here: string) => here.replace(/-([\da-f]+)-([\da-f]+)$/, '-$1f-$2')],
  ['before a crash of the server', (here: string) => `${here.slice(0, -1)}${here.endsWith('1') ? '2' : '1'}`],
  ['another system identifier', (here: string) => here.replace(/^-[\da-f]+/, '-1')],
])('a feed resumes by time from a place of %s, although its transaction id and time fit', async (_what, serverOf) => {
  await announceMany(2);
  await backdate();
  const here = await thisServer();
  const shown = await announceMany(3);
  const place = signed(`at-${hex(Date.now())}${serverOf(here)}.${hex(await nextTransaction())}`);
  const feed = follow(place);
  expect((await feed.begun).began).toBe(place);
  await expectEvents(feed, shown);
  const later = await announceMany(1);
  await expectEvents(feed, [...shown, ...later]);
});

it('a feed that resumes by time while an older transaction is open shows no earlier event', async () => {
  const gate = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const late = transact(shop.core, async (tx) => {
    const about = announce(tx);
    await sql`select pg_current_xact_id()`.execute(tx.db);
    written.resolve();
    await gate.promise;
    return about;
  });
  await written.promise;
  await announceMany(2);
  await backdate();
  const place = signed(`at-${hex(Date.now())}${await thisServer()}.${hex((await nextTransaction()) + 1_000_000n)}`);
  const rest = await announceMany(3);
  const feed = follow(place);
  await feed.begun;
  gate.resolve();
  await expectEvents(feed, [await late, ...rest]);
});

it('a feed resumes from a place of the latest time that an id can name', async () => {
  await announceMany(1);
  const here = await thisServer();
  for (const place of ['at-ffffffffffff.1', `at-ffffffffffff${here}.1`, `at-ffffffffffff${here}.${'f'.repeat(16)}`]) {
    const feed = follow(signed(place));
    await feed.begun;
    const later = await announceMany(2);
    await expect.poll(() => feed.seen.map(({ about }) => about)).toEqual(expect.arrayContaining(later));
    await feed.stop();
  }
});

it('a feed that resumes from a place in the future shows the events committed before its first read', async () => {
  await announceMany(1);
  await backdate();
  const end = new AbortController();
  const feed = await streamEvents(shop.core, system('test'), { lastEventId: signed('at-ffffffffffff.1') }, end.signal);
  const [about] = await announceMany(1);
  expect((await feed.next()).value).toMatchObject([expect.any(String), { aggregateId: about }]);
  end.abort();
});

it('checking whether a place is from this server reads one event, however large the log is', async () => {
  // 2,400 events of as many transactions, a second apart: neither the time nor the transaction in their middle leaves few of them.
  await sql`
    insert into outbox_events (id, name, aggregate_type, aggregate_id, payload, transaction_id)
    select (substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7000-8000-000000000000')::uuid, 'user.session_revoked', 'user', gen_random_uuid(), '{}', n::text::xid8
    from (select n, lpad(to_hex(n * 1000::bigint), 12, '0') as t from generate_series(1, 2400) n) events`.execute(shop.core.db);
  await sql`analyze outbox_events`.execute(shop.core.db);
  const plans: string[] = [];
  const explain: KyselyPlugin = {
    transformQuery: ({ node }) =>
      RawNode.is(node)
        ? RawNode.create([`explain (analyze) ${node.sqlFragments[0] ?? ''}`, ...node.sqlFragments.slice(1)], node.parameters)
        : node,
    transformResult: async ({ result }) => {
      for (const row of result.rows as { 'QUERY PLAN': string }[]) plans.push(row['QUERY PLAN']);
      return { ...result, rows: [] };
    },
  };
  await resumeAfter(
    { ...shop.core, db: shop.core.db.withPlugin(explain) },
    { at: 1_200_000, end: 1_200n, open: new Set(), server: 'f-1-1' },
  );
  expect(plans.join('\n')).toContain('outbox_events_by_transaction');
  expect(plans.join('\n')).not.toContain('Rows Removed by Filter');
});

it('a feed is refused whose last event id is neither an event nor a place that the shop gave', async () => {
  const given = (await follow(null).begun).began;
  const resume = (lastEventId: string) => streamEvents(shop.core, system('test'), { lastEventId }, new AbortController().signal);
  for (const lastEventId of [
    'at-',
    'at-1',
    'at-0.5',
    'at-1.2.2',
    'at-1.05',
    'at-1.2\n',
    'at-1-.2',
    'at-1-5.2',
    'at-1-5-0.2',
    `at-1-${'f'.repeat(17)}-1.2`,
    `at-1-5-${'f'.repeat(9)}.2`,
    'AT-1.2',
    'at-1.g',
    'somewhere',
    `at-1.${'f'.repeat(17)}`,
  ]) {
    for (const id of [lastEventId, signed(lastEventId)])
      await expect(resume(id)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('The live feed cannot resume from'),
        fields: [{ path: 'lastEventId', message: 'must be the id of an event or of another message of this feed' }],
      });
  }
  const earlier = given.replace(/\.([\da-f]+)/, '.1');
  await expect(resume(earlier)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

it('a feed that resumes from an event id that no event has shows only what the list of events shows', async () => {
  await announceMany(3);
  const feed = follow('00000000-0000-7000-8000-000000000000');
  const { items } = await listEvents(shop.core, system('test'), { limit: 100 });
  await expectEvents(
    feed,
    items.map(({ aggregateId }) => aggregateId),
  );
  const end = new AbortController();
  const customer = streamEvents(shop.core, { kind: 'guest', cartToken: null }, { lastEventId: null }, end.signal);
  await expect(customer).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
