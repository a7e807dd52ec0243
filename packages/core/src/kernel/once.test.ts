import { aGuestCart, aKey, createTestShop, letPass, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transact, withIdempotency, type Actor, type Core } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const actor: Actor = { kind: 'guest', cartToken: 'a-token' };
const aCall = () => ({ actor, endpoint: 'test.change', key: aKey(), input: {} });
/** A row that only a committed transaction leaves. */
const mark = (core: Core, cartId: string, countryCode: string) =>
  transact(core, { once: { answers: true, lapses: true } }, async (tx) => {
    await tx.db.updateTable('carts').set({ countryCode }).where('id', '=', cartId).execute();
    return { countryCode };
  });
const markOf = async (cartId: string) =>
  (await shop.core.db.selectFrom('carts').select('countryCode').where('id', '=', cartId).executeTakeFirstOrThrow()).countryCode;

it('the commit completes the key: a repeat is answered although the first run never returned', async () => {
  const { cart } = await aGuestCart(shop.core);
  const call = aCall();
  const lost = withIdempotency(shop.core, call, async (core) => {
    await mark(core, cart.id, 'SE');
    throw new Error('the process broke here');
  });
  await expect(lost).rejects.toThrow('broke');
  const repeat = await withIdempotency(shop.core, call, (core) => mark(core, cart.id, 'NO'));
  expect(repeat).toEqual({ result: { countryCode: 'SE' }, replayed: true });
  expect(await markOf(cart.id)).toBe('SE');
});

it('a run that lost its key to another process is rolled back', async () => {
  const { cart } = await aGuestCart(shop.core);
  const call = aCall();
  const paused = withIdempotency(shop.core, call, async (own) => {
    await letPass(shop.core, 2);
    await withIdempotency(shop.core, call, (core) => mark(core, cart.id, 'DE'));
    return mark(own, cart.id, 'FR');
  });
  await expect(paused).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
  expect(await markOf(cart.id)).toBe('DE');
});

it('the next holder of the key gets the stored effect when the rest of the call is still to be done', async () => {
  const call = aCall();
  let runs = 0;
  const work = (rest: () => string) => async (core: Core) => {
    const made = await transact(core, { once: { answers: false, lapses: true } }, async () => ({ run: (runs += 1) }));
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

it('a rolled-back change is run again, and without a key `once` changes nothing', async () => {
  const { cart } = await aGuestCart(shop.core);
  const call = aCall();
  const failed = withIdempotency(shop.core, call, (core) =>
    transact(core, { once: { answers: true, lapses: true } }, (tx) =>
      tx.db.selectFrom('carts').select('id').where('id', '=', 'not an id').execute(),
    ),
  );
  await expect(failed).rejects.toThrow();
  await withIdempotency(shop.core, call, (core) => mark(core, cart.id, 'IT'));
  expect(await markOf(cart.id)).toBe('IT');
  await mark(shop.core, cart.id, 'ES');
  expect(await markOf(cart.id)).toBe('ES');
});

it('a call can have only one transaction with `once`', async () => {
  const { cart } = await aGuestCart(shop.core);
  const twice = withIdempotency(shop.core, aCall(), async (core) => {
    await mark(core, cart.id, 'PT');
    return mark(core, cart.id, 'GR');
  });
  await expect(twice).rejects.toThrow('one transaction');
  await expect(transact(shop.core, async () => mark(shop.core, cart.id, 'GR'))).rejects.toThrow('nest');
});
