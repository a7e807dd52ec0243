/** Feeds of events that a test reads in the background, and events for them to show, in a new shop for each test. */
import type { UserId } from '@cartwright/contracts';
import { streamEvents, type FeedOptions } from '@cartwright/core/events';
import { randomIds, system, transact, type Tx } from '@cartwright/core/kernel';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect } from 'vitest';
import { createTestShop, type TestShop } from './test-core.ts';

interface Feed {
  /** The events that it showed, in order. */
  readonly seen: { id: string; about: string }[];
  readonly begun: ReturnType<typeof streamEvents>;
  stop(): Promise<void>;
}
/** The shop of the running test, with its feeds. */
export interface ShopWithFeeds {
  /** The shop of the running test. */
  shop(): TestShop;
  /** Announces an event in a transaction; returns what the event is about. */
  announce(tx: Tx): string;
  /** Announces events, a hundred in a transaction; returns what they are about. */
  announceMany(count: number): Promise<string[]>;
  /** A feed that is read in the background until the test ends. */
  follow(lastEventId: string | null, options?: FeedOptions): Feed;
  /** Waits until a feed has shown exactly these events. */
  expectEvents(feed: Pick<Feed, 'seen'>, expected: readonly string[]): Promise<void>;
  lastEvent(): Promise<string>;
  /** Sets the time of the events so far two hours back. */
  backdate(): Promise<void>;
}

const hex = (n: number | bigint): string => n.toString(16);
const hour = 3_600_000;

const announce = (tx: Tx): string => {
  const userId = randomIds.next<UserId>();
  tx.outbox.add('user.registered', userId, { userId });
  return userId;
};
const expectEvents: ShopWithFeeds['expectEvents'] = (feed, expected) =>
  expect.poll(() => feed.seen.map(({ about }) => about).toSorted(), { timeout: 30_000 }).toEqual(expected.toSorted());

/** Opens a shop before each test of a file, and closes it with its feeds afterwards. */
export const aShopWithFeeds = (): ShopWithFeeds => {
  let shop: TestShop;
  const open: (() => Promise<void>)[] = [];
  beforeEach(async () => void (shop = await createTestShop()));
  afterEach(async () => {
    for (const stop of open.splice(0)) await stop();
    await shop.close();
  });
  const announceMany: ShopWithFeeds['announceMany'] = async (count) => {
    const all: string[] = [];
    for (let left = count; left > 0; left -= 100)
      all.push(...(await transact(shop.core, async (tx) => Array.from({ length: Math.min(100, left) }, () => announce(tx)))));
    return all;
  };

  const follow: ShopWithFeeds['follow'] = (lastEventId, options = {}) => {
    const end = new AbortController();
    const seen: Feed['seen'] = [];
    const begun = streamEvents(shop.core, system('test'), { lastEventId }, end.signal, options);
    const run = async (): Promise<void> => {
      for await (const [id, event] of await begun) seen.push({ id, about: event.aggregateId });
    };
    const done = run();
    const stop = (): Promise<void> => (end.abort(), done);
    open.push(stop);
    return { seen, begun, stop };
  };
  const lastEvent = async (): Promise<string> => {
    const { rows } = await sql<{ id: string }>`select id from outbox_events order by transaction_id desc, id desc limit 1`.execute(
      shop.core.db,
    );
    return rows[0]?.id ?? '';
  };

  const backdate = async (): Promise<void> => {
    const time = hex(Date.now() - 2 * hour).padStart(12, '0');
    await sql`update outbox_events set id = (${`${time.slice(0, 8)}-${time.slice(8)}`} || substr(id::text, 14))::uuid`.execute(
      shop.core.db,
    );
  };

  return { shop: () => shop, announce, announceMany, follow, expectEvents, lastEvent, backdate };
};
