import { aCheckout, aGuestCart, aKey, aPaidOrder, anAddress, aProduct, checkOut, password, unique, variantOf } from '@cartwright/testing';
import { createProduct } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { contract } from '@cartwright/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows, edges, type EdgeAnswer } from '../test/edges.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop({ rateLimitFactor: 1_000 });
});
afterAll(() => live.close());

const absent = '01990000-0000-7000-8000-000000000000';
const sameId = { 'x-request-id': 'the-same-request' };
const said = ({ status, problem }: EdgeAnswer) => ({ status, problem });

/** A paid order and an open cart of a guest, and who else may ask for them. */
const somebodyElses = async () => {
  const product = await aProduct(live.shop.core);
  const { guest, order } = await aPaidOrder(live.shop.core, product);
  const open = await aGuestCart(live.shop.core, [[product, 2]]);
  const paymentId = order.payments[0]?.id ?? '';
  return { product, guest, order, paymentId, cart: open.cart, itemId: open.cart.items[0]?.id ?? '' };
};

describe.each(edges)('what belongs to somebody else, over $name', ({ send }) => {
  const callers: [string, () => Promise<Record<string, string>>][] = [
    ['another customer', async () => bearer(await live.token('customer'))],
    ['a guest without a token', async () => ({})],
    ['a guest with an empty token', async () => ({ 'x-cart-token': '' })],
    ['a guest with the token null', async () => ({ 'x-cart-token': 'null' })],
    ['a guest with two tokens', async () => ({ 'x-cart-token': '["a","b"]' })],
    ['a guest with the token of another cart', async () => ({ 'x-cart-token': (await aGuestCart(live.shop.core)).guest.cartToken ?? '' })],
  ];

  it.each(callers)('is to %s what was never there: same status, same body, nothing changed', async (_who, tokenOf) => {
    const { order, paymentId, cart, itemId, product } = await somebodyElses();
    const headers = { ...(await tokenOf()), ...sameId, 'idempotency-key': aKey() };
    const checkout = { email: 'a@example.com', shippingAddress: anAddress, payment: { token: 'tok_success' } };
    const attempts: [string, Record<string, unknown>, Record<string, unknown>][] = [
      ['orders.get', { orderId: order.id }, { orderId: absent }],
      ['orders.cancel', { orderId: order.id }, { orderId: absent }],
      ['checkout.status', { orderId: order.id }, { orderId: absent }],
      [
        'checkout.retryPayment',
        { orderId: order.id, payment: { token: 'tok_success' } },
        { orderId: absent, payment: { token: 'tok_success' } },
      ],
      ['payments.listForOrder', { orderId: order.id }, { orderId: absent }],
      ['payments.get', { paymentId }, { paymentId: absent }],
      ['payments.verify', { paymentId }, { paymentId: absent }],
      ['carts.get', { cartId: cart.id }, { cartId: absent }],
      ['carts.clear', { cartId: cart.id }, { cartId: absent }],
      ['carts.removeItem', { cartId: cart.id, itemId }, { cartId: absent, itemId }],
      ['carts.updateItem', { cartId: cart.id, itemId, quantity: 1 }, { cartId: absent, itemId, quantity: 1 }],
      [
        'carts.addItem',
        { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 },
        { cartId: absent, variantId: variantOf(product).id, quantity: 1 },
      ],
      ['carts.applyCode', { cartId: cart.id, code: 'X' }, { cartId: absent, code: 'X' }],
      ['checkout.validate', { cartId: cart.id }, { cartId: absent }],
      ['checkout.complete', { cartId: cart.id, ...checkout }, { cartId: absent, ...checkout }],
    ];
    const before = await countRows(live);
    const stock = () => live.shop.core.db.selectFrom('stock_levels').selectAll().where('variant_id', '=', variantOf(product).id).execute();
    const stockBefore = await stock();
    for (const [path, foreign, random] of attempts) {
      const [theirs, nobodys] = [await send(live, path, { input: foreign, headers }), await send(live, path, { input: random, headers })];
      expect({ path, ...said(theirs) }).toEqual({ path, ...said(nobodys) });
      expect({ path, status: theirs.status, code: theirs.problem?.code }).toEqual({ path, status: 404, code: 'NOT_FOUND' });
    }
    expect(await countRows(live)).toEqual(before);
    expect(await stock()).toEqual(stockBefore);
  });

  it('is in nobody’s lists', async () => {
    await somebodyElses();
    const headers = bearer(await live.token('customer'));
    for (const path of ['orders.list', 'invoices.list'])
      expect((await send(live, path, { headers })).data).toMatchObject({ items: [], totalCount: 0 });
  });

  it('is refused after the address of its owner was guessed: an e-mail address proves nothing', async () => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const email = `shared-${unique()}@example.com`;
    const order = await checkOut(live.shop.core, guest, aCheckout(cart, { email }));
    const person = { email, password, firstName: 'A', lastName: 'B' };
    await send(live, 'auth.register', { input: person });
    const { data } = await send(live, 'auth.login', { input: { email, password } });
    const { tokens } = contract.auth.login.output.parse(data);
    const headers = bearer(tokens.accessToken);
    expect((await send(live, 'orders.get', { input: { orderId: order.id }, headers })).status).toBe(404);
    expect((await send(live, 'orders.list', { headers })).data).toMatchObject({ totalCount: 0 });
  });
});

describe.each(edges)('powers over $name', ({ send }) => {
  const staff = async () => {
    const token = await live.token('admin');
    const { data } = await send(live, 'auth.me', { headers: bearer(token) });
    return { headers: { ...bearer(token), 'idempotency-key': aKey() }, userId: contract.auth.me.output.parse(data).id };
  };
  const adjust = async (headers: Record<string, string>) => {
    const { id: variantId } = variantOf(await aProduct(live.shop.core));
    const before = await countRows(live);
    const answer = await send(live, 'inventory.adjust', { input: { variantId, delta: 1, reason: 'x' }, headers });
    expect(await countRows(live)).toEqual(before);
    return { status: answer.status, code: answer.problem?.code };
  };

  it('end with the role, while the token still lives', async () => {
    const { headers, userId } = await staff();
    await live.shop.core.db.updateTable('users').set({ role: 'customer' }).where('id', '=', userId).execute();
    expect(await adjust(headers)).toEqual({ status: 403, code: 'FORBIDDEN' });
  });

  it('end with the account, while the token still lives', async () => {
    const { headers, userId } = await staff();
    await live.shop.core.db.updateTable('users').set({ account_status: 'suspended' }).where('id', '=', userId).execute();
    expect(await adjust(headers)).toEqual({ status: 403, code: 'ACCOUNT_INACTIVE' });
  });

  it('end with the session', async () => {
    const { headers } = await staff();
    await send(live, 'auth.logout', { headers });
    expect(await adjust(headers)).toEqual({ status: 401, code: 'INVALID_TOKEN' });
  });
});

describe.each(edges)('a draft over $name', ({ send }) => {
  it('is nowhere: not by id, not by name, not in lists or searches, not in carts, not in prices', async () => {
    const name = `Secret ${unique()}`;
    const draft = await createProduct(
      live.shop.core,
      system('test'),
      contract.products.create.input.parse({ name, status: 'draft', variants: [{ sku: `S-${unique()}`, priceCents: 100, stock: 5 }] }),
    );
    const variantId = variantOf(draft).id;
    const asked: [string, string][] = [
      ['products.get', draft.id],
      ['products.get', draft.slug],
      ['search.similar', draft.id],
    ];
    for (const [path, id] of asked)
      expect({ path, status: (await send(live, path, { input: { id } })).status }).toEqual({ path, status: 404 });
    expect((await send(live, 'products.list', { input: { q: name } })).data).toMatchObject({ totalCount: 0 });
    expect(JSON.stringify((await send(live, 'search.products', { input: { q: name } })).data)).not.toContain(draft.id);
    expect(JSON.stringify((await send(live, 'search.suggest', { input: { q: 'Secret' } })).data)).not.toContain(name);
    const { guest, cart } = await aGuestCart(live.shop.core);
    const headers = { 'x-cart-token': guest.cartToken ?? '' };
    expect((await send(live, 'carts.addItem', { input: { cartId: cart.id, variantId, quantity: 1 }, headers })).status).toBe(404);
    expect((await send(live, 'pricing.quote', { input: { variantId } })).status).toBe(404);
  });
});
