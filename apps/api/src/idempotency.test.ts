import { aCheckout, aFlashSale, aGuestCart, aKey, anAddress, aProduct, aPurchaseInput, letPass, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { countRows, protocols, type ProtocolAnswer } from '../test/protocols.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';

let live: LiveShop;
let admin: string;
beforeAll(async () => {
  live = await startLiveShop();
  admin = await live.token('admin');
});
afterAll(() => live.close());

const outcomeOf = ({ status, problem, headers }: ProtocolAnswer) => ({
  status,
  code: problem?.code ?? null,
  replayed: headers.get('idempotency-replayed'),
  retryAfter: headers.get('retry-after'),
});
const orderIn = (answer: unknown) => z.object({ orderId: z.string(), orderNumber: z.string() }).parse(answer);
const ok = { status: 200, code: null, replayed: null, retryAfter: null };

describe.each(protocols)('an Idempotency-Key over $name', ({ send }) => {
  /** A variant with 10 units, and a call that adds 5 under a key. */
  const stocked = async () => {
    const { id: variantId } = variantOf(await aProduct(live.shop.core, { stock: 10 }));
    const adjust = (key: string | null, changes: { delta?: number; token?: string; raw?: string } = {}): Promise<ProtocolAnswer> =>
      send(live, 'inventory.adjust', {
        input: { variantId, delta: changes.delta ?? 5, reason: 'delivery' },
        ...(changes.raw !== undefined && { raw: changes.raw }),
        headers: { ...bearer(changes.token ?? admin), ...(key !== null && { 'idempotency-key': key }) },
      });
    const onHand = async () =>
      (await live.shop.core.db.selectFrom('stock_levels').select('onHand').where('variantId', '=', variantId).executeTakeFirstOrThrow())
        .onHand;
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
    ['a text with spaces', 'sixteen letters and more', 'IDEMPOTENCY_KEY_INVALID'],
  ] as const)('an Idempotency-Key that is %s is refused and nothing is written', async (_what, key, code) => {
    const { adjust } = await stocked();
    const before = await countRows(live);
    expect(outcomeOf(await adjust(key))).toMatchObject({ status: 400, code });
    expect(await countRows(live)).toEqual(before);
  });

  it('a repeat gets the whole first answer, marked as a replay', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    const first = await adjust(key);
    const before = await countRows(live);
    const again = await adjust(key);
    expect([outcomeOf(first), outcomeOf(again)]).toEqual([ok, { ...ok, replayed: 'true' }]);
    expect(again.data).toEqual(first.data);
    expect([await onHand(), await countRows(live)]).toEqual([15, before]);
  });

  it('a repeat of a purchase from a sale is marked as a replay, paid or declined, as a repeat of a declined checkout is', async () => {
    const { item } = await aFlashSale(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[await aProduct(live.shop.core), 1]]);
    const calls = [
      ['flashSales.buy', aPurchaseInput(item, { token: 'tok_success' }), null],
      ['flashSales.buy', aPurchaseInput(item, { token: 'tok_decline' }), 'PAYMENT_DECLINED'],
      ['checkout.complete', aCheckout(cart, { token: 'tok_decline' }), 'PAYMENT_DECLINED'],
    ] as const;
    for (const [procedure, input, code] of calls) {
      const key = { 'idempotency-key': aKey() };
      const call = { input, headers: procedure === 'flashSales.buy' ? key : { ...key, 'x-cart-token': guest.cartToken ?? '' } };
      const [first, again] = [outcomeOf(await send(live, procedure, call)), outcomeOf(await send(live, procedure, call))];
      expect([procedure, first.code, first.replayed]).toEqual([procedure, code, null]);
      expect(again).toEqual({ ...first, replayed: 'true' });
    }
  });

  it('a repeat of a running call is refused with Retry-After: 1', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    await adjust(key);
    const running = sql`update idempotency_keys set state = 'in_progress', response_status = null, response_sealed = null,
      completed_at = null,
      locked_until = now() + interval '60 seconds' where key = ${key}`;
    await running.execute(live.shop.core.db);
    expect(outcomeOf(await adjust(key))).toEqual({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS', replayed: null, retryAfter: '1' });
    expect(await onHand()).toBe(15);
  });

  it('a repeat takes over the key of a dead process after the lease expires, with a higher fence', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    await adjust(key);
    await sql`update idempotency_keys set state = 'in_progress', response_status = null, completed_at = null,
      locked_until = now() + interval '60 seconds' where key = ${key}`.execute(live.shop.core.db);
    expect(outcomeOf(await adjust(key))).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS' });
    await letPass(live.shop.core, 2);
    const finished = await adjust(key);
    expect(outcomeOf(finished)).toEqual(ok);
    expect([finished.data, await onHand()]).toMatchObject([{ onHand: 15 }, 15]);
    expect(await claimOf(key)).toMatchObject({ state: 'complete', fence: 2 });
  });

  it('a key that was used for another request is refused, and the first effect remains', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    await adjust(key);
    expect(outcomeOf(await adjust(key, { delta: 6 }))).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED', replayed: null });
    expect(await onHand()).toBe(15);
  });

  it('the same key of another caller is another key', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    const first = await adjust(key);
    const other = await adjust(key, { token: await live.token('admin') });
    expect(outcomeOf(other)).toEqual(ok);
    expect(other.data).not.toEqual(first.data);
    expect(await onHand()).toBe(20);
  });

  it('the key of a call that was refused without effect can be used again', async () => {
    const { adjust, onHand } = await stocked();
    const key = aKey();
    expect(outcomeOf(await adjust(key, { delta: -11 }))).toMatchObject({ status: 409, code: 'INSUFFICIENT_STOCK' });
    expect(outcomeOf(await adjust(key))).toEqual(ok);
    expect(await onHand()).toBe(15);
  });

  it.each([
    ['with an invalid token', { token: 'abc.def.ghi' }, 401],
    ['with invalid input', { delta: 1.5 }, 400],
    ['with a truncated body', { raw: '{"delta":' }, 400],
  ] as const)('the key of a call %s is not stored', async (_who, changes, status) => {
    const { adjust } = await stocked();
    const key = aKey();
    const before = await countRows(live);
    expect((await adjust(key, changes)).status).toBe(status);
    expect(await countRows(live)).toEqual(before);
    expect(outcomeOf(await adjust(key))).toEqual(ok);
  });

  it('a repeat with the same fields in another JSON layout is a replay', async () => {
    const { adjust, variantId } = await stocked();
    const key = aKey();
    const first = await adjust(key);
    const id = first.data && typeof first.data === 'object' && 'variantId' in first.data ? { variantId } : {};
    const fields = send === protocols[0]?.send ? {} : id;
    const raw = `{\n "reason" : "deliver\\u0079",\t"delta": 5.0 ${Object.entries(fields)
      .map(([k, v]) => `, "${k}" : "${v}"`)
      .join('')} }`;
    expect(outcomeOf(await adjust(key, { raw }))).toEqual({ ...ok, replayed: 'true' });
  });

  it('a repeat of a declined checkout gets the stored refusal and changes nothing', async () => {
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

  it('a repeat about an order that was deleted since is NOT_FOUND to its buyer, whatever the first answer was; staff get theirs', async () => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const { item } = await aFlashSale(live.shop.core);
    const asBuyer = { 'x-cart-token': guest.cartToken ?? '' };
    const keyed = (procedure: string, input: Readonly<Record<string, unknown>>, caller: Readonly<Record<string, string>>) => {
      const headers = { ...caller, 'idempotency-key': aKey() };
      return () => send(live, procedure, { input, headers });
    };
    const checkout = keyed('checkout.complete', aCheckout(cart, { token: 'tok_decline' }), asBuyer);
    const { orderId, orderNumber } = orderIn((await checkout()).problem?.details);
    const purchase = keyed('flashSales.buy', aPurchaseInput(item, { token: 'tok_success' }), {});
    const bought = orderIn((await purchase()).data);
    const payment = { token: 'tok_success' };
    const ofBuyer = [
      keyed('orders.updateAddress', { orderId, shippingAddress: { ...anAddress, line1: '9 Elsewhere Road' } }, asBuyer),
      keyed('checkout.retryPayment', { orderId, payment }, asBuyer),
    ];
    const ofStaff = [orderId, bought.orderId].map((id) => keyed('orders.cancel', { orderId: id }, bearer(admin)));
    for (const call of [...ofBuyer, ...ofStaff]) expect((await call()).problem).toBeNull();
    for (const id of [orderId, bought.orderId])
      expect((await send(live, 'orders.delete', { input: { orderId: id }, headers: bearer(admin) })).status).toBe(200);

    for (const call of [checkout, purchase, ...ofBuyer]) {
      const again = await call();
      expect(outcomeOf(again)).toEqual({ status: 404, code: 'NOT_FOUND', replayed: null, retryAfter: null });
      for (const word of [orderId, orderNumber, bought.orderId, bought.orderNumber])
        expect(JSON.stringify({ ...again.problem, instance: '' })).not.toContain(word);
    }
    for (const call of ofStaff) expect(outcomeOf(await call())).toEqual({ ...ok, replayed: 'true' });

    const other = await send(live, 'checkout.complete', { input: aCheckout(cart), headers: { ...asBuyer, 'idempotency-key': aKey() } });
    expect(other.problem).toMatchObject({ code: 'CART_ALREADY_ORDERED' });
    expect(JSON.stringify(other.problem)).not.toMatch(new RegExp(`${orderId}|${orderNumber}`));
  });

  it('the stored answer of a key is encrypted', async () => {
    const { adjust } = await stocked();
    const key = aKey();
    await adjust(key);
    expect(await claimOf(key)).toMatchObject({
      state: 'complete',
      responseStatus: 200,
      responseSealed: expect.stringMatching(/^v1:/),
    });
  });
});

describe('a buyer who disconnects', () => {
  it('a buyer who disconnects during checkout finds one order with one charge when repeating the key', async () => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    const body = aCheckout(cart);
    // The lock delays the order until the caller has disconnected.
    const [locked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = live.shop.core.database.kysely.transaction().execute(async (db) => {
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
    const charges = sql`select 1 from sandbox_charges c join payments p on p.id::text = c.idempotency_key
      where p.order_id = ${String(answer.body['id'])}`;
    expect((await charges.execute(live.shop.core.db)).rows).toHaveLength(1);
  });
});
