import {
  aCustomer,
  aKey,
  anAddress,
  aProduct,
  aStaffMember,
  createTestShop,
  letPass,
  race,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adjustStock } from '../inventory/index.ts';
import {
  DomainError,
  fingerprint,
  forgetIdempotencyKeys,
  transact,
  withIdempotency,
  type Core,
  type GuestActor,
  type IdempotentCall,
} from './index.ts';

const guest: GuestActor = { kind: 'guest', cartToken: 'a-token-of-a-guest' };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  await sql`create table effects (id int generated always as identity, key text not null)`.execute(shop.core.db);
});
afterAll(() => shop.close());

const call = (changes: Partial<IdempotentCall> = {}): IdempotentCall => ({
  actor: guest,
  endpoint: 'test.do',
  key: aKey(),
  input: { a: 1 },
  ...changes,
});
const effectsOf = async (key: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from effects where key = ${key}`.execute(shop.core.db)).rows[0]?.n ?? 0;
/** The effect that must not happen twice: one inserted row. */
const effect = (key: string) => (core: Core) =>
  transact(core, { once: { answers: false, lapses: true } }, async (tx) => {
    const { rows } = await sql<{ id: number }>`insert into effects (key) values (${key}) returning id`.execute(tx.db);
    return { effect: rows[0]?.id };
  });
const rowOf = ({ key }: IdempotentCall) =>
  shop.core.db.selectFrom('idempotency_keys').selectAll().where('key', '=', key).executeTakeFirst();
const crash = () => Promise.reject(new Error('the process died here'));

describe('the first use of a key', () => {
  it('a call with a key runs once; each repeat gets the same answer, marked as a replay', async () => {
    const once = call();
    const first = await withIdempotency(shop.core, once, effect(once.key));
    const again = await withIdempotency(shop.core, once, effect(once.key));
    expect(again).toEqual({ result: first.result, replayed: true });
    expect(await effectsOf(once.key)).toBe(1);
  });

  it('one of fifty concurrent calls with one key runs; the others are refused as in progress or get its answer', async () => {
    const once = call();
    const { won, refused, defects } = await race(50, () => withIdempotency(shop.core, once, effect(once.key)));
    expect(defects).toEqual([]);
    expect(won.filter((one) => !one.replayed)).toHaveLength(1);
    expect(new Set(won.map((one) => JSON.stringify(one.result))).size).toBe(1);
    expect(won.length + (refused['IDEMPOTENCY_IN_PROGRESS'] ?? 0)).toBe(50);
    expect(await effectsOf(once.key)).toBe(1);
  });
});

describe('idempotency keys', () => {
  it.each(['', 'short', 'x'.repeat(65), 'x'.repeat(5_000), `' or 1=1; -- ${'x'.repeat(16)}`, 'with a space in it', 'ümlaute-are-not-ok'])(
    'a key of the form %j is refused before anything is written',
    async (key) => {
      await expect(withIdempotency(shop.core, call({ key }), crash)).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_INVALID',
        status: 400,
      });
      expect(await rowOf(call({ key }))).toBeUndefined();
    },
  );

  it('a key with a different request is refused, and the first request stays as it was', async () => {
    const once = call();
    const { result } = await withIdempotency(shop.core, once, effect(once.key));
    await expect(withIdempotency(shop.core, { ...once, input: { a: 2 } }, effect(once.key))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      status: 422,
    });
    expect((await withIdempotency(shop.core, once, effect(once.key))).result).toEqual(result);
  });

  it.each<[string, Partial<IdempotentCall>]>([
    ['another guest', { actor: { kind: 'guest', cartToken: 'a-token-of-another' } }],
    ['another endpoint', { endpoint: 'test.undo' }],
  ])('a key means another request for %s', async (_who, changes) => {
    const once = call();
    const mine = await withIdempotency(shop.core, once, effect(once.key));
    const theirs = await withIdempotency(shop.core, { ...once, ...changes }, effect(once.key));
    expect(theirs.replayed).toBe(false);
    expect(theirs.result).not.toEqual(mine.result);
  });

  it('a key of one account never returns the answer of another account', async () => {
    const [one, two] = await Promise.all([aCustomer(shop.core), aCustomer(shop.core)]);
    const shared = call({ actor: one });
    await withIdempotency(shop.core, shared, async () => ({ secret: 'of one' }));
    const answer = await withIdempotency(shop.core, { ...shared, actor: two }, async () => ({ secret: 'of two' }));
    expect(answer).toEqual({ result: { secret: 'of two' }, replayed: false });
  });

  it('a key of a guest without a token belongs to its network address', async () => {
    const nobody: GuestActor = { kind: 'guest', cartToken: null };
    const first = call({ actor: nobody, address: '198.51.100.7' });
    await withIdempotency(shop.core, first, async () => ({ cartToken: 'theirs' }));
    expect(await withIdempotency(shop.core, first, crash)).toMatchObject({ replayed: true });
    const other = await withIdempotency(shop.core, { ...first, address: '198.51.100.8' }, async () => ({ cartToken: 'mine' }));
    expect(other).toMatchObject({ replayed: false, result: { cartToken: 'mine' } });
    expect(JSON.stringify(await rowOf(first))).not.toContain('198.51.100');
  });

  it('a key is forgotten after 30 days, and not before', async () => {
    const once = call();
    await withIdempotency(shop.core, once, effect(once.key));
    await letPass(shop.core, 29 * 24 * 60);
    expect(await forgetIdempotencyKeys(shop.core)).toBe(0);
    await letPass(shop.core, 2 * 24 * 60);
    expect(await forgetIdempotencyKeys(shop.core)).toBeGreaterThan(0);
    expect(await rowOf(once)).toBeUndefined();
  });
});

describe('request fingerprints', () => {
  it('a fingerprint ignores the order of fields, spacing and how a number is written', () => {
    const [one, two, three] = [
      '{"a":1,"b":{"c":[1,2],"d":null}}',
      '{ "b": {"d":null, "c":[1, 2.0]},\n "a": 1e0 }',
      '{"a":1,"b":{"c":[2,1],"d":null}}',
    ];
    expect(fingerprint(JSON.parse(two ?? ''))).toBe(fingerprint(JSON.parse(one ?? '')));
    expect(fingerprint(JSON.parse(three ?? ''))).not.toBe(fingerprint(JSON.parse(one ?? '')));
  });

  it.each<[unknown, unknown]>([
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ a: [] }, { a: {} }],
    [
      { a: 'x', b: 'y' },
      { a: 'y', b: 'x' },
    ],
    [{ 'a":1,"b': 2 }, { a: 1, b: 2 }],
  ])('the fingerprints of %j and %j differ', (one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('a fingerprint leaves out absent fields', () => {
    expect(fingerprint({ a: 1, b: undefined })).toBe(fingerprint({ a: 1 }));
  });
});

describe('failed calls', () => {
  it('a failure before any effect frees the key for a corrected request', async () => {
    const once = call();
    const refuse = () => Promise.reject(new DomainError('INSUFFICIENT_STOCK', 'None left.'));
    await expect(withIdempotency(shop.core, once, refuse)).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', replayed: false });
    expect(await rowOf(once)).toBeUndefined();
    await expect(withIdempotency(shop.core, { ...once, input: { a: 2 } }, effect(once.key))).resolves.toMatchObject({
      replayed: false,
    });
  });

  it('a failure that is the outcome of completed work is kept and replayed, with its details', async () => {
    const once = call();
    const details = { code: 'SPRING' };
    const decline = () => Promise.reject(new DomainError('PROMO_CODE_EXHAUSTED', 'Used up.', { afterEffect: true, details }));
    await expect(withIdempotency(shop.core, once, decline)).rejects.toMatchObject({ replayed: false });
    await expect(withIdempotency(shop.core, once, crash)).rejects.toMatchObject({
      code: 'PROMO_CODE_EXHAUSTED',
      message: 'Used up.',
      details,
      replayed: true,
    });
  });

  it.each<[string, () => Promise<never>]>([
    ['an unexpected failure', crash],
    ['a refusal', () => Promise.reject(new DomainError('ORDER_NOT_PAYABLE', 'Too late.'))],
  ])('%s after the effect is not stored: the repeat completes the work without a second effect', async (_what, fail) => {
    const once = call();
    const run = (end: () => Promise<unknown>) => async (core: Core) => {
      const done = await effect(once.key)(core);
      await end();
      return done;
    };
    await expect(withIdempotency(shop.core, once, run(fail))).rejects.toThrow();
    expect(await rowOf(once)).toMatchObject({ state: 'in_progress', responseStatus: null });
    const second = await withIdempotency(
      shop.core,
      once,
      run(() => Promise.resolve()),
    );
    expect(second).toMatchObject({ replayed: false, result: { effect: expect.any(Number) } });
    expect(await effectsOf(once.key)).toBe(1);
    expect(await rowOf(once)).toMatchObject({ state: 'complete', fence: 2 });
  });
});

describe('claims', () => {
  it('a claim is respected while its lease runs, and taken over after that', async () => {
    const once = call();
    const gate = Promise.withResolvers<void>();
    const first = withIdempotency(shop.core, once, async (core) => {
      await gate.promise;
      return effect(once.key)(core);
    });
    await expect.poll(() => rowOf(once)).toMatchObject({ state: 'in_progress', fence: 1 });
    await expect(withIdempotency(shop.core, once, crash)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_IN_PROGRESS',
      details: { retryAfterSeconds: 1 },
    });
    await letPass(shop.core, 2);
    const second = await withIdempotency(shop.core, once, effect(once.key));
    gate.resolve();
    // The first holder continues after its key was taken over: its work rolls back.
    await expect(first).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    expect(await effectsOf(once.key)).toBe(1);
    expect(await withIdempotency(shop.core, once, crash)).toEqual({ result: second.result, replayed: true });
  });
});

describe('stored answers', () => {
  it('a stored key contains no personal data', async () => {
    const once = call({ input: anAddress });
    await withIdempotency(shop.core, once, (core) =>
      transact(core, { once: { answers: true, lapses: true } }, async () => ({ shippingAddress: anAddress })),
    );
    const row = JSON.stringify(await rowOf(once));
    // Shorter words occur in random characters by chance.
    for (const word of Object.values(anAddress)) if (word.length > 5) expect(row).not.toContain(word);
  });
});

describe('stock adjustments', () => {
  it('a stock adjustment counts once although the process dies between the change and the answer', async () => {
    const dying = await createTestShop({ failpoints: 'idempotency.afterRun=error' });
    const admin = await aStaffMember(dying.core);
    const { id: variantId } = variantOf(await aProduct(dying.core, { stock: 10 }));
    const input = { variantId, delta: 5, reason: 'counted' };
    const adjust = (core: Core) => adjustStock(core, admin, input);
    const once = call({ actor: admin, endpoint: 'inventory.adjust', input });
    await expect(withIdempotency(dying.core, once, adjust)).rejects.toThrow('Failpoint');
    expect(await withIdempotency(dying.core, once, adjust)).toMatchObject({ result: { onHand: 15 }, replayed: true });
    await transact(dying.core, async (tx) => {
      const { rows } = await sql<{ onHand: number }>`select on_hand as "onHand" from stock_levels where variant_id = ${variantId}`.execute(
        tx.db,
      );
      expect(rows).toEqual([{ onHand: 15 }]);
    });
    await dying.close();
  });
});
