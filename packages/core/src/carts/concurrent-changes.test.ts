import { aGuestCart, aKey, aProduct, aPromoCode, aConsistentShop, letPass, race, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { updateProduct } from '../catalog/index.ts';
import { adjustStock, expireCartHolds, getStockLevel } from '../inventory/index.ts';
import { system, withIdempotency, type Core } from '../kernel/index.ts';
import { addCartItem, addCartItems, applyPromoCode, clearCart, createCart, getCart, removeCartItem } from './index.ts';

const shop = await aConsistentShop();
const staff = system('test');
const openCarts = (count: number) => Promise.all(Array.from({ length: count }, () => aGuestCart(shop.core)));
type Opened = Awaited<ReturnType<typeof aGuestCart>>;
const add = ({ guest, cart }: Opened, product: Parameters<typeof variantOf>[0], quantity = 1) =>
  addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity });
const reservedOf = async (product: Parameters<typeof variantOf>[0]) =>
  (await getStockLevel(shop.core, staff, { variantId: variantOf(product).id })).reserved;

describe('concurrent additions to carts', () => {
  it('concurrent additions share statements, and each returns its cart as it is read afterwards', async () => {
    const [one, other, third] = [await aProduct(shop.core), await aProduct(shop.core), await aProduct(shop.core, { stock: 100 })] as const;
    const all = await Promise.all(Array.from({ length: 10 }, () => aGuestCart(shop.core, [[third, 1]])));
    let answers: Awaited<ReturnType<typeof addCartItems>>[] = [];
    const texts = await shop.countQueries(async () => {
      const { won } = await race(10, (i) => {
        const { guest, cart } = all[i] ?? expect.fail();
        const items = [other, third, one, other].map((product) => ({ variantId: variantOf(product).id, quantity: 1 }));
        return addCartItems(shop.core, guest, { cartId: cart.id, items: i % 2 ? items : items.slice(1, 3) });
      });
      answers = won;
    });
    expect(texts.filter((text) => text.includes('insert into cart_items')).length).toBeLessThan(10);
    expect(answers.map(({ items }) => items.map((i) => i.quantity))).toEqual(all.map((_, i) => (i % 2 ? [2, 2, 1] : [2, 1])));
    for (const [i, answer] of answers.entries())
      expect(answer).toEqual(await getCart(shop.core, all[i]?.guest ?? expect.fail(), { cartId: answer.id }));
  });

  it('additions to carts with a code, and under an idempotency key, share the statements of the others', async () => {
    const [product, code] = [await aProduct(shop.core, { priceCents: 1_000, stock: 100 }), await aPromoCode(shop.core)];
    const all = await openCarts(12);
    for (const { guest, cart } of all.slice(0, 4)) await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
    const input = { items: [{ variantId: variantOf(product).id, quantity: 2 }] };
    const texts = await shop.countQueries(() =>
      race(12, async (i) => {
        const { guest, cart } = all[i] ?? expect.fail();
        const send = (core: Core) => addCartItems(core, guest, { cartId: cart.id, ...input });
        if (i % 2) return send(shop.core);
        const call = { actor: guest, endpoint: 'carts.addItems', key: aKey(), input };
        const first = await withIdempotency(shop.core, call, send);
        expect((await withIdempotency(shop.core, call, send)).result).toEqual(first.result);
        return first.result;
      }),
    );
    expect(texts.filter((text) => text.includes('insert into cart_items')).length).toBeLessThan(8);
    expect(await reservedOf(product)).toBe(24);
    for (const [i, { guest, cart }] of all.entries()) {
      const now = await getCart(shop.core, guest, { cartId: cart.id });
      expect([now.items[0]?.quantity, now.promoCode]).toEqual([2, i < 4 ? code : null]);
    }
  });

  it('concurrently created carts share insert statements', async () => {
    const texts = await shop.countQueries(() => race(20, () => createCart(shop.core, { kind: 'guest', cartToken: null }, {})));
    expect(texts.filter((text) => text.includes('insert into carts')).length).toBeLessThan(20);
  });

  it('rejects only the invalid additions of a batch of twenty', async () => {
    const [good, gone, scarce] = [
      await aProduct(shop.core, { stock: 100 }),
      await aProduct(shop.core),
      await aProduct(shop.core, { stock: 1 }),
    ] as const;
    await updateProduct(shop.core, staff, { id: gone.id, version: gone.version, status: 'archived' });
    const all = await openCarts(20);
    const [coded, stranger] = [all[19] ?? expect.fail(), await aGuestCart(shop.core)];
    await applyPromoCode(shop.core, coded.guest, { cartId: coded.cart.id, code: await aPromoCode(shop.core) });
    const { won, refused, defects } = await race(20, (i) => {
      const own = all[i] ?? expect.fail();
      if (i === 0) return add(own, gone);
      if (i === 1) return add({ ...own, guest: stranger.guest }, good);
      if (i === 2) return add(own, scarce, 2);
      if (i === 3) return add(own, good, 1_000_000);
      return add(own, good);
    });
    expect([won.length, defects]).toEqual([16, []]);
    expect(refused).toEqual({ NOT_FOUND: 2, INSUFFICIENT_STOCK: 1, INVALID_QUANTITY: 1 });
    expect([await reservedOf(good), await reservedOf(scarce)]).toEqual([16, 0]);
    for (const { guest, cart } of all.slice(0, 4)) expect((await getCart(shop.core, guest, { cartId: cart.id })).items).toEqual([]);
  });

  it('concurrent additions reserve exactly the units in stock, including those of expired holds', async () => {
    const product = await aProduct(shop.core, { stock: 7 });
    await Promise.all((await openCarts(7)).map((one) => add(one, product)));
    await letPass(shop.core, 60);
    const all = await openCarts(20);
    const { won, refused, defects } = await race(20, (i) => add(all[i] ?? expect.fail(), product));
    expect([won.length, refused, defects]).toEqual([7, { INSUFFICIENT_STOCK: 13 }, []]);
    expect(won.every((cart) => cart.items.every((item) => item.reservedUntil !== null))).toBe(true);
    expect(await reservedOf(product)).toBe(7);
  });

  it('the hold limit of a buyer counts all carts, even under concurrent additions', async () => {
    const product = await aProduct(shop.core, { stock: 10_000 });
    const limit = shop.core.config.holdLimitCarts;
    const { guest } = await aGuestCart(shop.core);
    const carts = await Promise.all(Array.from({ length: limit + 3 }, () => createCart(shop.core, guest, {})));
    const { won, refused, defects } = await race(limit + 3, (i) => add({ guest, cart: carts[i]?.cart ?? expect.fail() }, product));
    expect([won.length, refused, defects]).toEqual([limit, { HOLD_LIMIT: 3 }, []]);
  });

  it('a cart that is emptied at the same moment does not count against the limit of its buyer', async () => {
    const product = await aProduct(shop.core, { stock: 1_000 });
    const limit = shop.core.config.holdLimitCarts;
    const { guest } = await aGuestCart(shop.core);
    const carts = await Promise.all(Array.from({ length: limit + 1 }, () => createCart(shop.core, guest, {})));
    const [full, [last]] = [carts.slice(0, limit), carts.slice(limit)];
    for (const { cart } of full) await add({ guest, cart }, product);
    const [first] = full;
    if (!first || !last) return expect.fail();
    const both = [clearCart(shop.core, guest, { cartId: first.cart.id }), add({ guest, cart: last.cart }, product)];
    expect((await Promise.all(both)).map(({ items }) => items.length)).toEqual([0, 1]);
  });

  it('an addition of very many variants has a transaction of its own', async () => {
    const product = await aProduct(shop.core, { stock: 1_000 });
    const many = await Promise.all(Array.from({ length: 60 }, () => aProduct(shop.core)));
    const [large, ...others] = await openCarts(8);
    if (!large) return expect.fail();
    const items = many.map((one) => ({ variantId: variantOf(one).id, quantity: 1 }));
    const [whole, ...small] = await Promise.all([
      addCartItems(shop.core, large.guest, { cartId: large.cart.id, items }),
      ...others.map((one) => add(one, product)),
    ]);
    expect([whole.items.length, ...small.map((cart) => cart.items.length)]).toEqual([60, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('concurrent additions of one variant to one cart sum up', async () => {
    const product = await aProduct(shop.core, { stock: 50 });
    const own = await aGuestCart(shop.core);
    const { won, defects } = await race(12, () => add(own, product));
    expect([won.length, defects]).toEqual([12, []]);
    expect((await getCart(shop.core, own.guest, { cartId: own.cart.id })).items.map((item) => item.quantity)).toEqual([12]);
    expect(await reservedOf(product)).toBe(12);
  });

  it('an addition whose stock row is locked does not delay the additions to other carts', async () => {
    const [locked, free] = [await aProduct(shop.core), await aProduct(shop.core)] as const;
    const [slow, ...others] = await openCarts(5);
    const [taken, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = shop.core.database.kysely.transaction().execute(async (db) => {
      await sql`select 1 from stock_levels where variant_id = ${variantOf(locked).id} for update`.execute(db);
      taken.resolve();
      await done.promise;
    });
    await taken.promise;
    const waiting = add(slow ?? expect.fail(), locked);
    const quick = await Promise.all(others.map((one) => add(one, free)));
    done.resolve();
    await holder;
    expect([...quick, await waiting].map((cart) => cart.items.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('concurrent additions, removals, expiries and stock corrections cause no deadlock and no wrong count', async () => {
    const products = await Promise.all(Array.from({ length: 3 }, () => aProduct(shop.core, { stock: 500 })));
    const items = products.map((product) => ({ variantId: variantOf(product).id, quantity: 1 }));
    const all = await openCarts(30);
    const { refused, defects, won } = await race(90, async (i) => {
      const { guest, cart } = all[i % 30] ?? expect.fail();
      const shuffled = items.toSorted(() => (i % 2 ? 1 : -1));
      if (i < 60) return void (await addCartItems(shop.core, guest, { cartId: cart.id, items: shuffled }));
      if (i < 70)
        return void (await adjustStock(shop.core, staff, {
          variantId: shuffled[0]?.variantId ?? expect.fail(),
          delta: 1,
          reason: 'found',
        }));
      if (i < 75) return void (await expireCartHolds(shop.core));
      const [item] = (await getCart(shop.core, guest, { cartId: cart.id })).items;
      if (item) await removeCartItem(shop.core, guest, { cartId: cart.id, itemId: item.id });
    });
    expect([won.length + (refused['NOT_FOUND'] ?? 0), defects]).toEqual([90, []]);
  });
});
