/** Checkouts of one moment that a hostile or unlucky buyer could make slow or wrong for the others. */
import {
  aCheckout,
  aConsistentShop,
  aGiftCard,
  aGuestCart,
  aProduct,
  aPromoCode,
  checkOut,
  letPass,
  race,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { applyCartCredit, applyPromoCode } from '../carts/index.ts';
import { closeCore, createCore } from '../composition/index.ts';
import { system, transact } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';

const shop = await aConsistentShop();
/** Two processes, because one alone takes its checkouts one after the other. */
const cores = [shop.core, await createCore(shop.config, { log: pino({ level: 'silent' }) })];
afterAll(() => closeCore(cores[1] ?? shop.core));
type Product = Parameters<typeof variantOf>[0];
type Opened = Awaited<ReturnType<typeof aGuestCart>>;
const cartsOf = (count: number, product: Product) =>
  Promise.all(Array.from({ length: count }, () => aGuestCart(shop.core, [[product, 1]])));
const withCode = async (carts: readonly Opened[], code: string) => {
  for (const { guest, cart } of carts) await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
};
const insertsOf = (texts: readonly string[]) => texts.filter((text) => text.includes('insert into orders')).length;

describe('checkouts of one moment', () => {
  it('a code with one use left goes to the cart that can be ordered, not to one before it that is sold out', async () => {
    const [scarce, good] = [await aProduct(shop.core, { stock: 1 }), await aProduct(shop.core)];
    const code = await aPromoCode(shop.core, { usageLimit: 1 });
    const [late] = await cartsOf(1, scarce);
    await letPass(shop.core, 60);
    await cartsOf(1, scarce);
    const [other] = await cartsOf(1, good);
    if (!late || !other) return expect.fail();
    await withCode([late, other], code);
    const { won, refused, defects } = await race(2, (i) => {
      const { guest, cart } = i === 0 ? late : other;
      return checkOut(shop.core, guest, aCheckout(cart));
    });
    expect([won.map((order) => order.promoCode), refused, defects]).toEqual([[code], { INSUFFICIENT_STOCK: 1 }, []]);
  });

  it('a paid checkout does not wait for the stock row of an order with nothing to pay', async () => {
    const [locked, free] = [await aProduct(shop.core), await aProduct(shop.core)];
    const [[nothing], [paid]] = [await cartsOf(1, locked), await cartsOf(1, free)];
    if (!nothing || !paid) return expect.fail();
    await withCode([nothing], await aPromoCode(shop.core, { percentBasisPoints: 10_000 }));
    const [taken, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = transact(shop.core, async (tx) => {
      await sql`select 1 from stock_levels where variant_id = ${variantOf(locked).id} for update`.execute(tx.db);
      taken.resolve();
      await done.promise;
    });
    await taken.promise;
    const waiting = checkOut(shop.core, nothing.guest, aCheckout(nothing.cart));
    // `tok_late` is not settled, so that only the placing of the order is waited for.
    expect((await checkOut(shop.core, paid.guest, aCheckout(paid.cart, { token: 'tok_late' }))).status).toBe('pending');
    done.resolve();
    await holder;
    expect((await waiting).status).toBe('confirmed');
  });

  it.each(['a code that its buyer has used up', 'a gift card that was disabled'])(
    'carts with %s are refused without writing the others again',
    async (kind) => {
      const product = await aProduct(shop.core, { stock: 100 });
      const [good, bad, email] = [await cartsOf(26, product), await cartsOf(3, product), 'repeated@example.com'];
      if (kind.startsWith('a code')) {
        const [code, [first]] = [await aPromoCode(shop.core, { perCustomerLimit: 1 }), await cartsOf(1, product)];
        if (!first) return expect.fail();
        await withCode([first, ...bad], code);
        await checkOut(shop.core, first.guest, aCheckout(first.cart, { email }));
      } else {
        for (const { guest, cart } of bad)
          await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 500) });
        await sql`update store_credits set state = 'disabled'`.execute(shop.core.db);
      }
      const all = [...bad, ...good];
      let answers: Awaited<ReturnType<typeof race>> | undefined;
      const texts = await shop.countQueries(async () => {
        answers = await race(all.length, (i) => {
          const { guest, cart } = all[i] ?? expect.fail();
          return checkOut(shop.core, guest, aCheckout(cart, i < bad.length ? { email } : {}));
        });
      });
      expect([answers?.won.length, answers?.defects]).toEqual([26, []]);
      expect(Object.values(answers?.refused ?? {})).toEqual([3]);
      expect(insertsOf(texts)).toBeLessThan(13);
    },
  );

  it('checkouts and cancellations with the same card and the same code never wait for each other in a circle', async () => {
    const [card, code] = [await aGiftCard(shop.core, 1_000_000), await aPromoCode(shop.core, { percentBasisPoints: 1_000 })];
    const opened = async () => {
      // A product for each, because a shared one would let one of them at a time pass.
      const [one] = await cartsOf(1, await aProduct(shop.core));
      if (!one) return expect.fail();
      await applyCartCredit(shop.core, one.guest, { cartId: one.cart.id, code: card });
      await withCode([one], code);
      return one;
    };
    const order = async ({ guest, cart }: Opened, core = shop.core) => checkOut(core, guest, aCheckout(cart));
    const placed = await Promise.all(Array.from({ length: 6 }, async () => order(await opened())));
    const carts = await Promise.all(Array.from({ length: 10 }, opened));
    const calls = [
      ...placed.map(
        ({ id: orderId }, i) =>
          () =>
            cancelOrder(cores[i % 2] ?? shop.core, system('test'), { orderId }),
      ),
      ...carts.map((cart, i) => () => order(cart, cores[i % 2])),
    ];
    const { won, refused, defects } = await race(calls.length, (i) => calls[i]?.() ?? expect.fail());
    expect([won.length, refused, defects]).toEqual([calls.length, {}, []]);
  });
});
