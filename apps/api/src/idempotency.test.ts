import { aCheckout, aGuestCart, aKey, aProduct, letPass, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { countRows, protocols, type ProtocolAnswer } from '../test/protocols.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';

let live: LiveShop;
let admin: string;
beforeAll(async () => {
  live = await startLiveShop();
  admin = await live.token('admin');
});
afterAll(() => live.close());

const said = ({ status, problem, headers }: ProtocolAnswer) => ({
  status,
  code: problem?.code ?? null,
  replayed: headers.get('idempotency-replayed'),
  retryAfter: headers.get('retry-after'),
});
const ok = { status: 200, code: null, replayed: null, retryAfter: null };

describe.each(protocols)('an Idempotency-Key over $name', ({ send }) => {
  /** A variant with 10 units, and how to receive 5 more under a key. */
  const stocked = async () => {
    const { id: variantId } = variantOf(await aProduct(live.shop.core, { stock: 10 }));
    const adjust = (key: string | null, changes: { delta?: number; token?: string; raw?: string } = {}): Promise<ProtocolAnswer> =>
      send(live, 'inventory.adjust', {
        input: { variantId, delta: changes.delta ?? 5, reason: 'delivery' },
        ...(changes.raw !== undefined && { raw: changes.raw }),
        headers: { ...bearer(changes.token ?? admin), ...(key !== null && { 'idempotency-key': key }) },
      });
    const onHand = async () =>
      (await live.shop.core.db.selectFrom('stock_levels').select('on_hand').where('variant_id', '=', variantId).executeTakeFirstOrThrow())
        .on_hand;
    return { variantId, adjust, onHand };
  };
  const claimOf = (key: string) =>
    live.shop.core.db.selectFrom('idempotency_keys').selectAll().where('key', '=', key).executeTakeFirstOrThrow();

  it.each([
    ['missing', null, 'IDEMPOTENCY_KEY_REQUIRED'],
    ['empty', '', 'IDEMPOTENCY_KEY_REQUIRED'],
    ['too short', 'fifteen-letters', 'IDEMPOTENCY_KEY_INVALID'],
    ['too long', 'x'.repeat(65), 'IDEMPOTENCY_KEY_INVALID'],
    ['far too long', 'x'.repeat(5_000), 'IDEMPOTENCY_KEY_INVALID'],
    ['a piece of SQL', "'; drop table orders; --", 'IDEMPOTENCY_KEY_INVALID'],
    ['with a space', 'sixteen letters and more', 'IDEMPOTENCY_KEY_INVALID'],
  ] as const)('that is %s is refused and nothing is written', async (_what, key, code) => {
    const { adjust } = await stocked();
    const before = await countRows(live);
    expect(said(await adjust(key))).toMatchObject({ status: 400, code });
    expect(await countRows(live)).toEqual(before);
  });

  it('brings the first answer again, whole and marked as a replay', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    const first = await adjust(key);
    const before = await countRows(live);
    const again = await adjust(key);
    expect([said(first), said(again)]).toEqual([ok, { ...ok, replayed: 'true' }]);
    expect(again.data).toEqual(first.data);
    expect([await onHand(), await countRows(live)]).toEqual([15, before]);
  });

  it('of a call that still runs says to come back in a second', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    await adjust(key);
    const running = sql`update idempotency_keys set state = 'in_progress', response_status = null, response_sealed = null, completed_at = null,
      locked_until = now() + interval '60 seconds' where key = ${key}`;
    await running.execute(live.shop.core.db);
    expect(said(await adjust(key))).toEqual({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS', replayed: null, retryAfter: '1' });
    expect(await onHand()).toBe(15);
  });

  it('of a call whose process died is taken over when the lease is out, under a higher fence', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    await adjust(key);
    await sql`update idempotency_keys set state = 'in_progress', response_status = null, completed_at = null,
      locked_until = now() + interval '60 seconds' where key = ${key}`.execute(live.shop.core.db);
    expect(said(await adjust(key))).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS' });
    await letPass(live.shop.core, 2);
    const finished = await adjust(key);
    expect(said(finished)).toEqual(ok);
    expect([finished.data, await onHand()]).toMatchObject([{ onHand: 15 }, 15]);
    expect(await claimOf(key)).toMatchObject({ state: 'complete', fence: 2 });
  });

  it('that was used for something else is refused, and the first call stays as it was', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    await adjust(key);
    expect(said(await adjust(key, { delta: 6 }))).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED', replayed: null });
    expect(await onHand()).toBe(15);
  });

  it('of somebody else is another key', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    const first = await adjust(key);
    const other = await adjust(key, { token: await live.token('admin') });
    expect(said(other)).toEqual(ok);
    expect(other.data).not.toEqual(first.data);
    expect(await onHand()).toBe(20);
  });

  it('of a call that was refused before it did anything is free again', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    expect(said(await adjust(key, { delta: -11 }))).toMatchObject({ status: 409, code: 'STOCK_BELOW_RESERVED' });
    expect(said(await adjust(key))).toEqual(ok);
    expect(await onHand()).toBe(15);
  });

  it.each([
    ['who is not signed in', { token: 'abc.def.ghi' }, 401],
    ['whose input is wrong', { delta: 1.5 }, 400],
    ['whose body is cut short', { raw: '{"delta":' }, 400],
  ] as const)('of a caller %s is not written down', async (_who, changes, status) => {
    const { adjust } = await stocked();
    const key = aKey();
    const before = await countRows(live);
    expect((await adjust(key, changes)).status).toBe(status);
    expect(await countRows(live)).toEqual(before);
    expect(said(await adjust(key))).toEqual(ok);
  });

  it('sees the request, not how its JSON is laid out', async () => {
    const { adjust, variantId } = await stocked();
    const key = aKey();
    const first = await adjust(key);
    const id = first.data && typeof first.data === 'object' && 'variantId' in first.data ? { variantId } : {};
    const fields = send === protocols[0]?.send ? {} : id;
    const raw = `{\n "reason" : "deliver\\u0079",\t"delta": 5.0 ${Object.entries(fields)
      .map(([k, v]) => `, "${k}" : "${v}"`)
      .join('')} }`;
    expect(said(await adjust(key, { raw }))).toEqual({ ...ok, replayed: 'true' });
  });

  it('keeps the outcome of a call that had its effect, a refusal as well', async () => {
    const { guest, cart } = await aGuestCart(live.shop.core, [[await aProduct(live.shop.core), 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    const input = aCheckout(cart, { token: 'tok_decline' });
    const buy = () => send(live, 'checkout.complete', { input, headers });
    const first = await buy();
    const before = await countRows(live);
    const again = await buy();
    expect([first.status, again.status]).toEqual([402, 402]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect({ ...again.problem, instance: '' }).toEqual({ ...first.problem, instance: '' });
    expect(await countRows(live)).toEqual(before);
  });

  it('is kept with its answer sealed', async () => {
    const { adjust } = await stocked();
    const key = aKey();
    await adjust(key);
    expect(await claimOf(key)).toMatchObject({
      state: 'complete',
      response_status: 200,
      response_sealed: expect.stringMatching(/^v1:/),
    });
  });
});

describe('a caller who hangs up', () => {
  it('before the answer finds the order made when he comes back with his key, once', async () => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    const body = aCheckout(cart);
    // The order cannot be finished before the caller is gone.
    const [locked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = live.shop.core.db.transaction().execute(async (db) => {
      await sql`select 1 from stock_levels where variant_id = ${variantOf(product).id} for update`.execute(db);
      locked.resolve();
      await gone.promise;
    });
    await locked.promise;
    const caller = new AbortController();
    const call = fetch(`${live.url}/api/v1/checkout`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: caller.signal,
    });
    await vi.waitFor(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      expect((await waiting.execute(live.shop.core.db)).rows).toHaveLength(1);
    }, 8_000);
    caller.abort();
    await expect(call).rejects.toThrow('aborted');
    gone.resolve();
    await holder;
    const answer = await vi.waitFor(async () => {
      const again = await live.rest('POST', '/checkout', { body, headers });
      expect(again.status).toBe(201);
      return again;
    }, 20_000);
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    const charges = sql`select 1 from sandbox_charges c join payments p on p.id::text = c.idempotency_key where p.order_id = ${String(answer.body['id'])}`;
    expect((await charges.execute(live.shop.core.db)).rows).toHaveLength(1);
  });
});
