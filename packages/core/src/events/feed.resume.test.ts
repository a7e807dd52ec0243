/** A feed resumes where its reader stopped, also in a database that was restored from a backup of another server. */
import { aShopWithFeeds } from '@cartwright/testing';
import { RawNode, sql, type KyselyPlugin } from 'kysely';
import { expect, it } from 'vitest';
import { system, transact } from '../kernel/index.ts';
import { resumeAfter } from './feed.place.ts';
import { signPlace } from './feed.place-id.ts';
import { listEvents, orderRestoredEvents, streamEvents } from './index.ts';

const { shop, announce, announceMany, follow, expectEvents, lastEvent, backdate } = aShopWithFeeds();
const hex = (n: number | bigint): string => n.toString(16);
const hour = 3_600_000;

it('a feed resumes after a deleted event by the time of that event', async () => {
  await announceMany(1);
  const gone = await lastEvent();
  const rest = await announceMany(3);
  await shop().core.database.kysely.deleteFrom('outbox_events').where('id', '=', gone).execute();
  await expectEvents(follow(gone), rest);
});

it('a feed resumes in a database restored on another server with lower transaction ids', async () => {
  await announceMany(2);
  await backdate();
  const restored = await announceMany(2);
  const last = await lastEvent();
  await sql`update outbox_events set transaction_id = '9000000000'`.execute(shop().core.db);
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
  const all = await sql<{ id: string }>`select id from outbox_events order by id`.execute(shop().core.db);
  for (const [index, { id }] of all.rows.entries())
    await sql`update outbox_events set transaction_id = (${index * 1_000_000_000})::text::xid8 where id = ${id}`.execute(shop().core.db);
  expect(await orderRestoredEvents(shop().core)).toBeGreaterThan(0);
  expect(await orderRestoredEvents(shop().core)).toBe(0);
  const { rows } = await sql<{ id: string }>`select distinct transaction_id::text as id from outbox_events`.execute(shop().core.db);
  expect(rows).toEqual([{ id: '0' }]);
  const [fresh, resumed] = [follow(null), follow(middle)];
  await fresh.begun;
  await expectEvents(resumed, restored);
  const later = await announceMany(3);
  await expectEvents(fresh, later);
  await expectEvents(resumed, [...restored, ...later]);
  expect(await orderRestoredEvents(shop().core)).toBe(0);
});

it('a backup restored under a running process is not shown as new by feeds that open afterwards', async () => {
  await announceMany(2);
  // The server that wrote these events had transaction ids a little higher than this one.
  await sql`update outbox_events set transaction_id = (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 20)::text::xid8`.execute(
    shop().core.db,
  );
  const end = new AbortController();
  const feed = await streamEvents(shop().core, system('test'), {}, end.signal);
  for (let n = 0; n < 40; n += 1) await sql`select pg_current_xact_id()`.execute(shop().core.db);
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
const signed = (place: string): string => signPlace(shop().core.sealer, place);
const nextTransaction = async (): Promise<bigint> => {
  const { rows } = await sql<{ end: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as "end"`.execute(shop().core.db);
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
    await sql`select pg_current_xact_id()`.execute(shop().core.db);
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
  const late = transact(shop().core, async (tx) => {
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
  const feed = await streamEvents(shop().core, system('test'), { lastEventId: signed('at-ffffffffffff.1') }, end.signal);
  const [about] = await announceMany(1);
  expect((await feed.next()).value).toMatchObject([expect.any(String), { aggregateId: about }]);
  end.abort();
});

it('checking whether a place is from this server reads one event, however large the log is', async () => {
  // 2,400 events of as many transactions, a second apart: neither the time nor the transaction in their middle leaves few of them.
  await sql`
    insert into outbox_events (id, name, aggregate_type, aggregate_id, payload, transaction_id)
    select (substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7000-8000-000000000000')::uuid, 'user.session_revoked', 'user',
    gen_random_uuid(), '{}', n::text::xid8
    from (select n, lpad(to_hex(n * 1000::bigint), 12, '0') as t from generate_series(1, 2400) n) events`.execute(shop().core.db);
  await sql`analyze outbox_events`.execute(shop().core.db);
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
    { ...shop().core, db: shop().core.database.kysely.withPlugin(explain) },
    { at: 1_200_000, end: 1_200n, open: new Set(), server: 'f-1-1' },
  );
  expect(plans.join('\n')).toContain('outbox_events_by_transaction');
  expect(plans.join('\n')).not.toContain('Rows Removed by Filter');
});

it('a feed is refused whose last event id is neither an event nor a place that the shop gave', async () => {
  const given = (await follow(null).begun).began;
  const resume = (lastEventId: string) => streamEvents(shop().core, system('test'), { lastEventId }, new AbortController().signal);
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
  const { items } = await listEvents(shop().core, system('test'), { limit: 100 });
  await expectEvents(
    feed,
    items.map(({ aggregateId }) => aggregateId),
  );
  const end = new AbortController();
  const customer = streamEvents(shop().core, { kind: 'guest', cartToken: null }, { lastEventId: null }, end.signal);
  await expect(customer).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
