import { aGuestCart, aKey, createTestShop, letPass, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transact, transactOnce, withIdempotency, type Actor } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const actor: Actor = { kind: 'guest', cartToken: 'a-token' };
const aCall = () => ({ actor, endpoint: 'test.change', key: aKey(), input: {} });
/** A row that only a committed transaction leaves. */
const mark = (cartId: string, countryCode: string) =>
  transactOnce(shop.core, { answers: true, lapses: true }, async (tx) => {
    await tx.db.updateTable('carts').set({ countryCode }).where('id', '=', cartId).execute();
    return { countryCode };
  });
const markOf = async (cartId: string) =>
  (await shop.core.db.selectFrom('carts').select('countryCode').where('id', '=', cartId).executeTakeFirstOrThrow()).countryCode;

it('the commit completes the key: a repeat is answered although the first run never returned', async () => {
  const { cart } = await aGuestCart(shop.core);
  const call = aCall();
  const lost = withIdempotency(shop.core, call, async () => {
    await mark(cart.id, 'SE');
    throw new Error('the process broke here');
  });
  await expect(lost).rejects.toThrow('broke');
  const repeat = await withIdempotency(shop.core, call, () => mark(cart.id, 'NO'));
  expect(repeat).toEqual({ result: { countryCode: 'SE' }, replayed: true });
  expect(await markOf(cart.id)).toBe('SE');
});

it('a run that lost its key to another process is rolled back', async () => {
  const { cart } = await aGuestCart(shop.core);
  const call = aCall();
  const paused = withIdempotency(shop.core, call, async () => {
    await letPass(shop.core, 2);
    await withIdempotency(shop.core, call, () => mark(cart.id, 'DE'));
    return mark(cart.id, 'FR');
  });
  await expect(paused).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
  expect(await markOf(cart.id)).toBe('DE');
});

it('the next holder of the key gets the stored effect when the rest of the call is still to be done', async () => {
  const call = aCall();
  let runs = 0;
  const work = (rest: () => string) => async () => {
    const made = await transactOnce(shop.core, { answers: false, lapses: true }, async () => ({ run: (runs += 1) }));
    return { ...made, rest: rest() };
  };
  const broken = () => {
    throw new Error('the process broke here');
  };
  await expect(withIdempotency(shop.core, call, work(broken))).rejects.toThrow('broke');
  expect(
    (
      await withIdempotency(
        shop.core,
        call,
        work(() => 'done'),
      )
    ).result,
  ).toEqual({ run: 1, rest: 'done' });
  expect(runs).toBe(1);
});

it('transactOnce runs a rolled-back change again, and is a plain transaction without a key', async () => {
  const { cart } = await aGuestCart(shop.core);
  const call = aCall();
  const failed = withIdempotency(shop.core, call, () =>
    transactOnce(shop.core, { answers: true, lapses: true }, (tx) =>
      tx.db.selectFrom('carts').select('id').where('id', '=', 'not an id').execute(),
    ),
  );
  await expect(failed).rejects.toThrow();
  await withIdempotency(shop.core, call, () => mark(cart.id, 'IT'));
  expect(await markOf(cart.id)).toBe('IT');
  await mark(cart.id, 'ES');
  expect(await markOf(cart.id)).toBe('ES');
});

it('a call can use transactOnce only once', async () => {
  const { cart } = await aGuestCart(shop.core);
  const twice = withIdempotency(shop.core, aCall(), async () => {
    await mark(cart.id, 'PT');
    return mark(cart.id, 'GR');
  });
  await expect(twice).rejects.toThrow('once per call');
  await expect(transact(shop.core, async () => mark(cart.id, 'GR'))).rejects.toThrow('nest');
});
