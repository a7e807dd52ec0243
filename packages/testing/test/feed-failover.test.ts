/** Live feeds when the primary fails and a replica that lacks its last transactions takes over. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { UserId } from '@cartwright/contracts';
import { closeCore, createCore } from '@cartwright/core/composition';
import { createEventTail, streamEvents, type TailOptions } from '@cartwright/core/events';
import { randomIds, system, transact, type Core } from '@cartwright/core/kernel';
import { migrateDatabase } from '@cartwright/db';
import { ensureDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from '@cartwright/db/embedded';
import { testConfig } from '@cartwright/testing';
import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const folder = mkdtempSync('/var/tmp/cartwright-failover-');
chmodSync(folder, 0o755);
const dataDirOf = (name: string): string => path.join(folder, name);
const running = new Set<EmbeddedPostgres>();
const cores = new Set<Core>();

const start = async (name: string, port?: number): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ dataDir: dataDirOf(name), durable: true, ...(port !== undefined && { port }) });
  running.add(server);
  return server;
};
const stop = async (server: EmbeddedPostgres): Promise<void> => {
  running.delete(server);
  await server.stop();
};
const asSuperuser = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
};
const openShop = async (server: EmbeddedPostgres): Promise<Core> => {
  const url = Object.assign(new URL(server.url), { username: 'shop', password: 'shop', pathname: '/shop' }).href;
  const core = await createCore(testConfig(url, { databasePoolSize: 4 }), { log: pino({ level: 'silent' }) });
  cores.add(core);
  return core;
};
const closeShop = async (core: Core): Promise<void> => {
  cores.delete(core);
  await closeCore(core);
};
/** Copies the data of a server that is stopped. */
const copy = (from: string, to: string): void => {
  rmSync(dataDirOf(to), { recursive: true, force: true });
  execFileSync('cp', ['-a', dataDirOf(from), dataDirOf(to)]);
  copyFileSync(`${dataDirOf(from)}.password`, `${dataDirOf(to)}.password`);
};

beforeAll(async () => {
  const server = await start('backup');
  // As docs/deploy.md says: a role that owns the database and may do nothing else.
  await asSuperuser(server.url, "create role shop login password 'shop'");
  const url = await ensureDatabase(server.url, 'shop');
  await asSuperuser(server.url, 'alter database shop owner to shop');
  await migrateDatabase(Object.assign(new URL(url), { username: 'shop', password: 'shop' }).href);
  await stop(server);
});
afterEach(async () => {
  for (const core of cores) await closeShop(core);
  for (const server of running) await stop(server);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A primary, whose replica has nothing of what is written from now on. */
const startPrimary = async (): Promise<EmbeddedPostgres> => {
  copy('backup', 'primary');
  copy('backup', 'replica');
  const signal = path.join(dataDirOf('replica'), 'standby.signal');
  writeFileSync(signal, '');
  const { uid, gid } = statSync(dataDirOf('replica'));
  chownSync(signal, uid, gid);
  return start('primary');
};
/** The primary fails, the replica is promoted and takes over its address after `work` was done there. */
const failOver = async <T>(primary: EmbeddedPostgres, work: (core: Core) => Promise<T>): Promise<T> => {
  process.kill(primary.pid, 'SIGQUIT');
  await stop(primary);
  const elsewhere = await start('replica');
  await asSuperuser(elsewhere.url, 'select pg_promote()');
  const core = await openShop(elsewhere);
  const result = await work(core);
  await closeShop(core);
  await stop(elsewhere);
  expect((await start('replica', primary.port)).port).toBe(primary.port);
  return result;
};

const announce = async (core: Core, count: number): Promise<string[]> => {
  const all: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const userId = randomIds.next<UserId>();
    await transact(core, async (tx) => tx.outbox.add('user.registered', userId, { userId }));
    all.push(userId);
  }
  return all;
};
const lastEvent = async (core: Core): Promise<{ id: string; transactionId: bigint }> => {
  const { rows } = await sql<{ id: string; transactionId: string }>`
    select id, transaction_id::text as "transactionId" from outbox_events order by transaction_id desc, id desc limit 1`.execute(core.db);
  return { id: rows[0]?.id ?? '', transactionId: BigInt(rows[0]?.transactionId ?? 0) };
};
const nextTransaction = (place: string): bigint => BigInt(`0x${/\.([\da-f]+)/.exec(place)?.[1] ?? ''}`);

const openFeed = (core: Core, lastEventId: string | null, signal: AbortSignal, pace: TailOptions = { pollMs: 20, retryMs: 20 }) =>
  streamEvents(core, system('test'), { lastEventId }, signal, { tail: createEventTail(core, pace) });
const beginOf = async (core: Core): Promise<string> => {
  const end = new AbortController();
  const { began } = await openFeed(core, null, end.signal);
  end.abort();
  return began;
};
/** Waits until a shop has connections again: those to the server that has gone are met first. */
const reachable = async (core: Core): Promise<void> => {
  const answers = (): Promise<boolean> =>
    sql`select 1`.execute(core.db).then(
      () => true,
      () => false,
    );
  await expect.poll(answers).toBe(true);
};
/** What a feed shows that resumes, until it has shown an event that is announced once it is open. */
const resumed = async (core: Core, lastEventId: string): Promise<string[]> => {
  const end = new AbortController();
  await reachable(core);
  const feed = await openFeed(core, lastEventId, end.signal);
  const [last = ''] = await announce(core, 1);
  const shown: string[] = [];
  for await (const [, { aggregateId }] of feed) {
    if (aggregateId === last) break;
    shown.push(aggregateId);
  }
  end.abort();
  return shown;
};

it('a feed resumes from a place of the failed primary without losing an event that the new one committed under a lower number', async () => {
  const primary = await startPrimary();
  const core = await openShop(primary);
  await announce(core, 20);
  const place = await beginOf(core);
  const written = await failOver(primary, async (other) => {
    const below = await announce(other, 3);
    expect((await lastEvent(other)).transactionId).toBeLessThan(nextTransaction(place));
    const above = await announce(other, 40);
    expect((await lastEvent(other)).transactionId).toBeGreaterThan(nextTransaction(place));
    return [...below, ...above];
  });
  expect(await resumed(core, place)).toEqual(written);
  const here = await beginOf(core);
  expect(here.replace(/^at-[\da-f]+/, '')).toMatch(/^-[\da-f]+-2-[\da-f]+\./);
  const later = await announce(core, 2);
  expect(await resumed(core, here)).toEqual(later);
});

it('a feed resumes after an event that only the failed primary had, also where the new one has events with lower ids', async () => {
  const primary = await startPrimary();
  const core = await openShop(primary);
  await announce(core, 20);
  const { id } = await lastEvent(core);
  const written = await failOver(primary, async (other) => {
    const all = await announce(other, 3);
    // As a process writes them whose clock is half a minute behind.
    const time = (Number.parseInt(id.replace('-', '').slice(0, 12), 16) - 30_000).toString(16).padStart(12, '0');
    await sql`update outbox_events set id = (${`${time.slice(0, 8)}-${time.slice(8)}`} || substr(id::text, 14))::uuid`.execute(other.db);
    return all;
  });
  expect(await resumed(core, id)).toEqual(written);
});

it('a feed that is open while a replica takes over ends with a code to open it again, also when the new primary has counted further', async () => {
  const primary = await startPrimary();
  const core = await openShop(primary);
  await announce(core, 5);
  const end = new AbortController();
  const feed = await openFeed(core, null, end.signal);
  const ended = feed.next().then(
    () => null,
    (error: unknown) => error,
  );
  await expect.poll(() => feed.place()).toMatch(/^at-/);
  const place = feed.place() ?? '';
  const written = await failOver(primary, async (other) => {
    const all = await announce(other, 40);
    expect((await lastEvent(other)).transactionId).toBeGreaterThan(nextTransaction(place));
    return all;
  });
  expect(await ended).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  end.abort();
  expect(await resumed(core, place)).toEqual(written);
});

it('a feed that is reading older events while a replica takes over ends in the same way', async () => {
  const primary = await startPrimary();
  const core = await openShop(primary);
  await announce(core, 1);
  const { id } = await lastEvent(core);
  const behind = await announce(core, 3);
  const end = new AbortController();
  // Its reader does not look again: only the feed's own pages can tell.
  const tail = createEventTail(core, { pollMs: 600_000 });
  const feed = await streamEvents(core, system('test'), { lastEventId: id }, end.signal, { tail, pageSize: 1 });
  expect((await feed.next()).value?.[1].aggregateId).toBe(behind[0]);
  await failOver(primary, (other) => announce(other, 40));
  await reachable(core);
  await expect(feed.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  end.abort();
});

it('places name no server where PostgreSQL does not say which it is, and feeds resume from them by their time', async () => {
  const primary = await startPrimary();
  const url = Object.assign(new URL(primary.url), { pathname: '/shop' }).href;
  await asSuperuser(url, 'revoke execute on function pg_control_system() from public');
  const core = await openShop(primary);
  const before = await announce(core, 2);
  const place = await beginOf(core);
  expect(place).toMatch(/^at-[\da-f]+\./);
  expect(await resumed(core, place)).toEqual(before);
  const { id } = await lastEvent(core);
  const later = await announce(core, 2);
  expect(await resumed(core, id)).toEqual(later);
});

it('a feed resumes from a place before a crash of the server without losing an event that was given the id of a lost transaction', async () => {
  const primary = await startPrimary();
  // As long as the WAL writer sleeps, only commits are written to disk: a crash loses what was rolled back.
  await asSuperuser(primary.url, "alter system set wal_writer_delay = '10s'");
  await asSuperuser(primary.url, 'select pg_reload_conf()');
  const core = await openShop(primary);
  await announce(core, 5);
  const rollBack = async (): Promise<void> => {
    await expect(
      transact(core, async (tx) => {
        await sql`select pg_current_xact_id()`.execute(tx.db);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
  };
  for (let n = 0; n < 20; n += 1) await rollBack();
  const end = new AbortController();
  const feed = await openFeed(core, null, end.signal);
  const place = feed.began;
  const ended = feed.next().then(
    () => null,
    (error: unknown) => error,
  );
  process.kill(primary.pid, 'SIGQUIT');
  await stop(primary);
  expect((await start('primary', primary.port)).port).toBe(primary.port);
  await reachable(core);
  const written = await announce(core, 2);
  expect((await lastEvent(core)).transactionId).toBeLessThan(nextTransaction(place));
  expect(await ended).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  end.abort();
  expect(await resumed(core, place)).toEqual(expect.arrayContaining(written));
});
