/** Answers and log lines while the database is not the one that this version needs. */
import { migrateShop, openGate, type Gate } from '@cartwright/core/composition';
import { createReadableLog, createTestShop, restCall, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testHttp } from '../test/live-shop.ts';
import { createServer, type ShopServer } from './server.ts';

let shop: TestShop;
let server: ShopServer;
let gate: Gate;
let url: string;
let written: ReturnType<typeof createReadableLog>;
beforeEach(async () => {
  written = createReadableLog();
  shop = await createTestShop({}, { log: written.log });
});
afterEach(async () => {
  gate.close();
  await server.close();
  await shop.close();
});

const replaceDatabase = () => sql`drop schema public cascade; create schema public`.execute(shop.core.db);
const start = async (): Promise<void> => {
  gate = await openGate(shop.core, { everyMs: 20 });
  server = createServer(shop.core, testHttp, gate);
  url = await server.listen();
};
const products = () => restCall(url, { method: 'GET', path: '/products' });
const lines = (): string[] => written.text().split('\n').filter(Boolean);
const notMigrated = {
  status: 503,
  body: { code: 'NOT_MIGRATED', details: { command: 'npm run cartwright -- migrate up' } },
};

describe('a database that is not migrated', () => {
  it('a database that is not migrated is logged once, without a stack trace, however many calls are refused', async () => {
    await replaceDatabase();
    await start();
    for (let call = 0; call < 20; call += 1) expect(await products()).toMatchObject(notMigrated);
    expect(lines().filter((line) => line.includes('migrate up'))).toHaveLength(1);
    expect(written.text()).not.toContain('stack');
  });

  it('a running shop whose database is replaced answers with the migration command, and serves again once it has run', async () => {
    await start();
    expect((await products()).status).toBe(200);
    await replaceDatabase();
    // Each call reads another page, because a cached answer needs no database.
    let page = 1;
    const ask = () => restCall(url, { method: 'GET', path: `/products?page=${(page += 1)}` });
    expect((await ask()).status).toBe(503);
    await vi.waitFor(async () => expect(await ask()).toMatchObject(notMigrated), { timeout: 20_000 });
    expect(written.text()).not.toContain('INTERNAL');
    await migrateShop(shop.core);
    await vi.waitFor(async () => expect((await ask()).status).toBe(200), { timeout: 20_000, interval: 50 });
  });
});

describe('a missing table in a migrated database', () => {
  it('a missing table is logged at the first call, which is answered with 503 and later calls with 500', async () => {
    await start();
    await sql`alter table products rename to elsewhere`.execute(shop.core.db);
    let page = 1;
    const ask = () => restCall(url, { method: 'GET', path: `/products?page=${(page += 1)}` });
    expect(await ask()).toMatchObject({ status: 503, body: { code: 'SERVICE_UNAVAILABLE' } });
    expect(lines().filter((line) => line.includes('relation \\"products\\" does not exist'))).toHaveLength(1);
    await vi.waitFor(async () => expect(await ask()).toMatchObject({ status: 500, body: { code: 'INTERNAL' } }), { timeout: 20_000 });
  });
});
