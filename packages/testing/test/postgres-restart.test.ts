/** PostgreSQL is killed and started again during checkouts. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { closeCore, createCore } from '@cartwright/core/composition';
import { system, type Core } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@cartwright/db/embedded';
import {
  aProduct,
  letPass,
  restCall,
  startApiProcess,
  startWorkerProcess,
  testConfig,
  variantOf,
  type RestAnswer,
  type RestRequest,
} from '@cartwright/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fillCart, tally, type Send } from './buyer.ts';

const folder = mkdtempSync('/var/tmp/cartwright-restart-');
chmodSync(folder, 0o755);
const options = { dataDir: path.join(folder, 'data'), durable: true } as const;
let database: EmbeddedPostgres;
let core: Core;
beforeAll(async () => {
  database = await startEmbeddedPostgres(options);
  await migrateDatabase(database.url);
  core = await createCore(testConfig(database.url), { log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await closeCore(core);
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = ({ body: { id } }: RestAnswer): string => (typeof id === 'string' ? id : 'no id');

/** Kills PostgreSQL without a checkpoint, like a power failure, and starts it at the same address; it recovers from its log. */
const restartDatabase = async (): Promise<void> => {
  process.kill(database.pid, 'SIGQUIT');
  await vi.waitFor(() => expect(() => process.kill(database.pid, 0)).toThrow('ESRCH'), { timeout: 60_000, interval: 10 });
  const { port } = database;
  database = await startEmbeddedPostgres({ ...options, port });
  expect(database.port).toBe(port);
};

it(
  'requests succeed or get SERVICE_UNAVAILABLE while PostgreSQL restarts, and no acknowledged order is lost',
  { timeout: 150_000 },
  async () => {
    const shop = { url: database.url, config: core.config };
    const variantId = variantOf(await aProduct(core, { stock: 10_000 })).id;
    const [api, worker] = await Promise.all([startApiProcess(shop), startWorkerProcess(shop)]);
    const seen: RestAnswer[] = [];
    const send: Send = async (request) => {
      const answer = await restCall(api.url, request);
      seen.push(answer);
      return answer;
    };
    const acknowledged: string[] = [];
    const undecided: RestRequest[] = [];
    let placed = 0;
    let over = false;
    const buyers = Array.from({ length: 8 }, async () => {
      while (!over) {
        const filled = await fillCart(send, variantId);
        if ('refused' in filled) continue;
        const answer = await send(filled.checkout);
        if (answer.status === 201) acknowledged.push(idOf(answer));
        else undecided.push(filled.checkout);
        placed += 1;
      }
    });
    await vi.waitFor(() => expect(placed).toBeGreaterThan(20), 60_000);
    await restartDatabase();
    const before = placed;
    await vi.waitFor(() => expect(placed).toBeGreaterThan(before + 20), 60_000);
    over = true;
    await Promise.all(buyers);

    const outcomes = tally(seen);
    expect(outcomes['503 SERVICE_UNAVAILABLE']).toBeGreaterThan(0);
    expect(Object.keys(outcomes).filter((name) => !['201', '503 SERVICE_UNAVAILABLE'].includes(name))).toEqual([]);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    // A claim that could not be released while the database was unavailable lasts a minute.
    await letPass(core, 2);
    for (const request of undecided) {
      const answer = await restCall(api.url, request);
      expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed' } });
      acknowledged.push(idOf(answer));
    }
    const orders = await core.db.selectFrom('orders').select('id').where('status', '=', 'confirmed').execute();
    expect(orders.map((o) => o.id).toSorted()).toEqual(acknowledged.toSorted());
    const charges = await core.db.selectFrom('sandbox_charges').select('reference').execute();
    expect(charges).toHaveLength(orders.length);
    await vi.waitFor(async () => {
      const open = await core.db.selectFrom('outbox_events').select('id').where('relayedAt', 'is', null).execute();
      expect(open).toEqual([]);
    }, 60_000);
    const { results } = await checkInvariants(core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
    for (const running of [api, worker]) expect(await running.stop()).toEqual({ code: 0, signal: null });
  },
);
