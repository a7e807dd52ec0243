import type { Order } from '@cartwright/contracts';
import {
  aCheckout,
  aFlashSale,
  aGiftCard,
  aGuestCart,
  aKey,
  aPromoCode,
  aProduct,
  aConsistentShop,
  buyFromFlashSale,
  checkOut,
  letPass,
  race,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addCartItem, applyCartCredit, applyPromoCode } from '../carts/index.ts';
import { updateProduct } from '../catalog/index.ts';
import { adjustStock, expireCartHolds } from '../inventory/index.ts';
import { system, transact } from '../kernel/index.ts';
import { expireOrders } from '../order-cancellations/index.ts';
import { placeCarts } from './place-carts.ts';
import type { Placement } from './placement.ts';

const shop = await aConsistentShop();
const staff = system('test');

type Bought = Awaited<ReturnType<typeof aGuestCart>>;
const cartsOf = (count: number, product: Parameters<typeof variantOf>[0]): Promise<Bought[]> =>
  Promise.all(Array.from({ length: count }, () => aGuestCart(shop.core, [[product, 1]])));
const order = async ({ guest, cart }: Bought): Promise<Order & { cartId: string }> => ({
  ...(await checkOut(shop.core, guest, aCheckout(cart), undefined, '203.0.113.7')),
  cartId: cart.id,
});
const orderAll = (bought: readonly Bought[]) => race(bought.length, (i) => order(bought[i] ?? expect.fail()));
const placementOf = ({ guest, cart }: Bought): Placement => {
  const input = aCheckout(cart);
  const request = { requestKey: aKey(), ip: null };
  return {
    actor: guest,
    cartId: cart.id,
    checkout: { ...input, email: `${aKey()}@example.com`, fingerprint: '' },
    payment: input.payment,
    request,
  };
};
const insertsOf = (texts: readonly string[]) => texts.filter((text) => text.includes('insert into orders')).length;

describe('concurrent checkouts', () => {
  it('concurrent checkouts share statements, and each order has its own lines, buyer and total', async () => {
    const products = await Promise.all(Array.from({ length: 12 }, (_, i) => aProduct(shop.core, { priceCents: 1_000 + i })));
    const all = await Promise.all(products.map((product, i) => aGuestCart(shop.core, [[product, 1 + (i % 3)]])));
    let orders: Awaited<ReturnType<typeof order>>[] = [];
    const texts = await shop.countQueries(async () => {
      orders = (await orderAll(all)).won;
    });
    expect(insertsOf(texts)).toBeLessThan(12);
    expect(orders.map(({ status, cartId, totals, items }) => [status, cartId, totals.subtotalCents, items.map((i) => i.quantity)])).toEqual(
      all.map(({ cart }, i) => ['confirmed', cart.id, (1_000 + i) * (1 + (i % 3)), [1 + (i % 3)]]),
    );
  });

  it('carts with a code, with credit and with nothing to pay share the statements of the others', async () => {
    const product = await aProduct(shop.core, { priceCents: 2_000, stock: 100 });
    const all = await cartsOf(12, product);
    const [half, whole] = [await aPromoCode(shop.core), await aPromoCode(shop.core, { percentBasisPoints: 10_000 })];
    const cards = await Promise.all(all.slice(6, 9).map(() => aGiftCard(shop.core, 500)));
    for (const [i, { guest, cart }] of all.entries()) {
      if (i < 3) await applyPromoCode(shop.core, guest, { cartId: cart.id, code: half });
      else if (i < 6) await applyPromoCode(shop.core, guest, { cartId: cart.id, code: whole });
      else if (i < 9) await applyCartCredit(shop.core, guest, { cartId: cart.id, code: cards[i - 6] ?? expect.fail() });
    }
    let orders: Order[] = [];
    const texts = await shop.countQueries(async () => {
      orders = (await orderAll(all)).won;
    });
    // The first cart of the moment, and the others.
    expect(insertsOf(texts)).toBeLessThan(4);
    expect(orders.map((one) => [one.status, one.storeCreditCents > 0, one.payments.length])).toEqual(
      all.map((_, i) => ['confirmed', i >= 6 && i < 9, i >= 3 && i < 6 ? 0 : 1]),
    );
    expect(orders.slice(0, 6).map((one) => one.promoCode)).toEqual([half, half, half, whole, whole, whole]);
  });

  it('codes and credits of many carts take no more statements than those of two', async () => {
    const product = await aProduct(shop.core, { priceCents: 2_000, stock: 100 });
    const statementsOf = async (count: number): Promise<number> => {
      const carts = await cartsOf(count, product);
      for (const { guest, cart } of carts) {
        const limited = await aPromoCode(shop.core, { perCustomerLimit: 1 });
        await applyPromoCode(shop.core, guest, { cartId: cart.id, code: limited });
        await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 500) });
      }
      const placements = carts.map(placementOf);
      let answers: Awaited<ReturnType<typeof placeCarts>> = [];
      const texts = await shop.countQueries(async () => {
        answers = await transact(shop.core, (tx) => placeCarts(tx, placements, { skipLocked: true }));
      });
      expect(answers).toMatchObject(carts.map(() => ({ orderId: expect.any(String), paymentId: expect.any(String) })));
      return texts.length;
    };
    const few = await statementsOf(2);
    expect(await statementsOf(12)).toBeLessThanOrEqual(few);
  });

  it('orders with nothing to pay and settlements of the same products at the same moment cause no deadlock', async () => {
    const products = await Promise.all([aProduct(shop.core, { stock: 60 }), aProduct(shop.core, { stock: 60 })]);
    const whole = await aPromoCode(shop.core, { percentBasisPoints: 10_000 });
    const all = await Promise.all(
      Array.from({ length: 32 }, (_, i) => {
        const lines = products.map((product) => [product, 1] as const);
        return aGuestCart(shop.core, i % 2 === 0 ? lines : lines.toReversed());
      }),
    );
    for (const { guest, cart } of all.filter((_, i) => i % 3 === 0))
      await applyPromoCode(shop.core, guest, { cartId: cart.id, code: whole });
    const { won, refused, defects } = await orderAll(all);
    expect([won.map(({ status }) => status), refused, defects]).toEqual([all.map(() => 'confirmed'), {}, []]);
  });

  it('rejects only the invalid carts of a batch of twenty', async () => {
    const [good, gone] = [await aProduct(shop.core, { stock: 30 }), await aProduct(shop.core)] as const;
    const all = [...(await cartsOf(17, good)), ...(await cartsOf(1, gone))];
    const [stale, foreign] = await cartsOf(2, good);
    if (!stale || !foreign) return expect.fail();
    await updateProduct(shop.core, staff, { id: gone.id, version: gone.version, status: 'archived' });
    const { guest: stranger } = await aGuestCart(shop.core);
    const { won, refused, defects } = await race(20, (i) => {
      if (i === 18) return checkOut(shop.core, stale.guest, { ...aCheckout(stale.cart), expectedCartVersion: stale.cart.version + 1 });
      if (i === 19) return checkOut(shop.core, stranger, aCheckout(foreign.cart));
      return order(all[i] ?? expect.fail());
    });
    expect(defects).toEqual([]);
    expect(won.map((one) => one.status)).toEqual(Array.from({ length: 17 }, () => 'confirmed'));
    expect(refused).toEqual({ CHECKOUT_BLOCKED: 1, VERSION_MISMATCH: 1, NOT_FOUND: 1 });
    // The refusal left the cart unchanged.
    expect((await order(stale)).status).toBe('confirmed');
  });

  it('a cart that breaks the shared statement fails alone', async () => {
    const [good, poisoned] = [await aProduct(shop.core, { stock: 30 }), await aProduct(shop.core)] as const;
    const [all, [victim]] = [await cartsOf(9, good), await cartsOf(1, poisoned)] as const;
    if (!victim) return expect.fail();
    const [input, key] = [aCheckout(victim.cart), aKey()] as const;
    await sql`alter table order_items add constraint poison check (variant_id <> ${sql.lit(variantOf(poisoned).id)})`.execute(shop.core.db);
    const buy = (i: number) => (i < 9 ? order(all[i] ?? expect.fail()) : checkOut(shop.core, victim.guest, input, key));
    const { won, refused, defects } = await race(10, buy);
    expect([won.length, refused, defects.length]).toEqual([9, {}, 1]);
    await sql`alter table order_items drop constraint poison`.execute(shop.core.db);
    expect((await checkOut(shop.core, victim.guest, input, key)).status).toBe('confirmed');
  });

  it('a cart that is ordered twice at the same moment becomes one order', async () => {
    const all = await cartsOf(4, await aProduct(shop.core));
    const { won, refused, defects } = await orderAll([...all, ...all]);
    expect([won.length, refused, defects]).toEqual([4, { CART_ALREADY_ORDERED: 4 }, []]);
  });

  it('a code with one use left is used by one of forty carts, and carts without it are ordered', async () => {
    const product = await aProduct(shop.core, { stock: 60 });
    const code = await aPromoCode(shop.core, { usageLimit: 1 });
    const all = await cartsOf(50, product);
    for (const { guest, cart } of all.slice(10)) await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
    const { won, refused, defects } = await orderAll(all);
    expect([won.length, won.filter((one) => one.promoCode === code).length]).toEqual([11, 1]);
    expect([refused, defects]).toEqual([{ PROMO_CODE_EXHAUSTED: 39 }, []]);
  });

  it('carts with expired holds get only the units that the active holds leave', async () => {
    const product = await aProduct(shop.core, { stock: 10 });
    const late = await cartsOf(10, product);
    await letPass(shop.core, 60);
    const holding = await cartsOf(6, product);
    const { won, refused, defects } = await orderAll([...late, ...holding]);
    expect([won.length, refused, defects]).toEqual([10, { INSUFFICIENT_STOCK: 6 }, []]);
    const holders = new Set<string>(holding.map(({ cart }) => cart.id));
    expect(won.filter((one) => holders.has(one.cartId))).toHaveLength(6);
  });

  it('a locked cart does not delay the checkout of others', async () => {
    const [locked, ...free] = await cartsOf(5, await aProduct(shop.core));
    if (!locked) return expect.fail();
    const [taken, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = shop.core.database.kysely.transaction().execute(async (db) => {
      await sql`select 1 from carts where id = ${locked.cart.id} for update`.execute(db);
      taken.resolve();
      await done.promise;
    });
    await taken.promise;
    const waiting = order(locked);
    const others = await Promise.all(free.map(order));
    done.resolve();
    await holder;
    expect([...others, await waiting].map((one) => one.status)).toEqual(Array.from({ length: 5 }, () => 'confirmed'));
  });

  it('checkouts concurrent with sales, sweeps, additions and stock corrections cause no deadlock and no wrong count', async () => {
    const { item, product } = await aFlashSale(shop.core, { units: 10, stock: 60 });
    const others = await Promise.all([aProduct(shop.core, { stock: 60 }), aProduct(shop.core, { stock: 60 })]);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => aGuestCart(shop.core, [[product, 1], ...others.map((one) => [one, 1 + (i % 2)] as const)])),
    );
    const { guest, cart } = await aGuestCart(shop.core);
    const { won, refused, defects } = await race(60, async (i) => {
      const ordered = all[i];
      if (ordered) return (await order(ordered)).status;
      const variantId = variantOf(others[i % 2] ?? product).id;
      if (i < 30) return (await buyFromFlashSale(shop.core, item, { token: 'tok_success' })).purchase.status;
      if (i < 40) return (await adjustStock(shop.core, staff, { variantId, delta: 1, reason: 'found' })) && 'counted';
      if (i < 50) return (await addCartItem(shop.core, guest, { cartId: cart.id, variantId, quantity: 1 })) && 'added';
      await (i < 55 ? expireCartHolds(shop.core) : expireOrders(shop.core));
      return 'swept';
    });
    expect([refused, defects]).toEqual([{}, []]);
    const counts = Object.entries(Object.groupBy(won, (what) => what)).map(([what, list]) => [what, list?.length]);
    expect(Object.fromEntries(counts)).toEqual({ confirmed: 30, counted: 10, added: 10, swept: 10 });
  });
});
