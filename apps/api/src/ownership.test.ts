import { aCheckout, aGuestCart, aKey, aPaidOrder, anAddress, aProduct, checkOut, password, unique, variantOf } from '@cartwright/testing';
import { createProduct } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { contract, isForBuyer, scopesOfAccess, scopesOfRole } from '@cartwright/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows, protocols, type ProtocolAnswer } from '../test/protocols.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';
import { entries } from './entries.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop({ rateLimitFactor: 1_000 });
});
afterAll(() => live.close());

const absent = '01990000-0000-7000-8000-000000000000';
const sameId = { 'x-request-id': 'the-same-request' };
/** An answer in which the ids that the request sent are replaced, because a message repeats them. Any other id would show what exists. */
const outcomeOf = ({ status, problem }: ProtocolAnswer, sent: Record<string, unknown>) => {
  const ids = ['cartId', 'orderId', 'paymentId'].flatMap((name) => (typeof sent[name] === 'string' ? [sent[name]] : []));
  return { status, problem: ids.reduce((text, id) => text.replaceAll(id, 'the id'), JSON.stringify(problem)) };
};

/** A paid order and an open cart of a guest. */
const recordsOfOthers = async () => {
  const product = await aProduct(live.shop.core);
  const { guest, order } = await aPaidOrder(live.shop.core, product);
  const open = await aGuestCart(live.shop.core, [[product, 2]]);
  const paymentId = order.payments[0]?.id ?? '';
  return { product, guest, order, paymentId, cart: open.cart, itemId: open.cart.items[0]?.id ?? '' };
};

/** Each call of a buyer about a cart, an order or a payment, with an input that names theirs and one that names none. */
const callsOfBuyers = ({ order, paymentId, cart, itemId, product }: Omit<Awaited<ReturnType<typeof recordsOfOthers>>, 'guest'>) => {
  const payment = { token: 'tok_success' };
  const variantId = variantOf(product).id;
  const items = [{ orderItemId: order.items[0]?.id, quantity: 1 }];
  /** Input of a call besides the ids in its path. */
  const otherFields: Record<string, Record<string, unknown>> = {
    'carts.update': { note: 'mine' },
    'carts.addItem': { variantId, quantity: 1 },
    'carts.addItems': { items: [{ variantId, quantity: 1 }] },
    'carts.updateItem': { quantity: 1 },
    'carts.setShipping': { countryCode: 'DE' },
    'carts.applyCode': { code: 'X' },
    'carts.applyCredit': { code: 'X' },
    'checkout.retryPayment': { payment },
    'orders.updateAddress': { shippingAddress: anAddress },
    'returns.request': { items, reason: 'x' },
  };
  const theirs = { orderId: order.id, paymentId, cartId: cart.id, itemId };
  const nonexistent = { orderId: absent, paymentId: absent, cartId: absent, itemId };
  const named = (path: string, ids: Record<string, string>) =>
    Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, ids[name]]));
  return [...entries].flatMap(([name, entry]): [string, Record<string, unknown>, Record<string, unknown>][] => {
    if (entry.kind === 'subscription' || scopesOfAccess(entry.access).length > 0) return [];
    if (!/\{(cartId|orderId|paymentId)\}/.test(entry.rest.path)) return [];
    const { path } = entry.rest;
    return [[name, { ...named(path, theirs), ...otherFields[name] }, { ...named(path, nonexistent), ...otherFields[name] }]];
  });
};

describe.each(protocols)('records of others over $name', ({ send }) => {
  const callers: [string, () => Promise<Record<string, string>>][] = [
    ['another customer', async () => bearer(await live.token('customer'))],
    ['a guest without a token', async () => ({})],
    ['a guest with an empty token', async () => ({ 'x-cart-token': '' })],
    ['a guest with the token null', async () => ({ 'x-cart-token': 'null' })],
    ['a guest with two tokens', async () => ({ 'x-cart-token': '["a","b"]' })],
    ['a guest with the token of another cart', async () => ({ 'x-cart-token': (await aGuestCart(live.shop.core)).guest.cartToken ?? '' })],
  ];

  it.each(callers)(
    '%s gets the same status and body for records of others as for absent ones, and changes nothing',
    async (_who, tokenOf) => {
      const { order, paymentId, cart, itemId, product } = await recordsOfOthers();
      const headers = { ...(await tokenOf()), ...sameId, 'idempotency-key': aKey() };
      const attempts = callsOfBuyers({ order, paymentId, cart, itemId, product });
      const checkout = { email: 'a@example.com', shippingAddress: anAddress, payment: { token: 'tok_success' }, acceptAnyTotal: true };
      attempts.push(['checkout.complete', { cartId: cart.id, ...checkout }, { cartId: absent, ...checkout }]);
      expect(attempts.length).toBeGreaterThan(25);
      const before = await countRows(live);
      const stock = () => live.shop.core.db.selectFrom('stock_levels').selectAll().where('variantId', '=', variantOf(product).id).execute();
      const stockBefore = await stock();
      for (const [path, foreignInput, absentInput] of attempts) {
        const foreign = await send(live, path, { input: foreignInput, headers });
        const none = await send(live, path, { input: absentInput, headers });
        expect({ path, ...outcomeOf(foreign, foreignInput) }).toEqual({ path, ...outcomeOf(none, absentInput) });
        const signedOut = entries.get(path)?.access === 'signed-in' && !('authorization' in headers);
        const answer = signedOut ? { status: 401, code: 'UNAUTHENTICATED' } : { status: 404, code: 'NOT_FOUND' };
        expect({ path, status: foreign.status, code: foreign.problem?.code }).toEqual({ path, ...answer });
      }
      expect(await countRows(live)).toEqual(before);
      expect(await stock()).toEqual(stockBefore);
    },
  );

  it.each(['admin', 'support'] as const)(
    '%s is refused the cart or order of a buyer unless the contract names a scope of the role',
    async (role) => {
      const records = await recordsOfOthers();
      const staff = { ...bearer(await live.token(role)), ...sameId };
      const calls = callsOfBuyers(records).filter(([name]) => entries.get(name)?.access !== 'signed-in');
      for (const [path, theirs, nonexistent] of calls) {
        const access = entries.get(path)?.access ?? 'public';
        expect({ path, isForBuyer: isForBuyer(access) }).toEqual({ path, isForBuyer: true });
        const [answer, none] = [
          outcomeOf(await send(live, path, { input: theirs, headers: { ...staff, 'idempotency-key': aKey() } }), theirs),
          outcomeOf(await send(live, path, { input: nonexistent, headers: { ...staff, 'idempotency-key': aKey() } }), nonexistent),
        ];
        const refused = !isForBuyer(access) || access.orStaff === undefined || !scopesOfRole[role].includes(access.orStaff);
        expect({ path, refused: answer.status === 404 && answer.problem === none.problem }).toEqual({ path, refused });
      }
    },
  );

  it('the lists of a customer contain no order or invoice of others', async () => {
    await recordsOfOthers();
    const headers = bearer(await live.token('customer'));
    for (const path of ['orders.list', 'invoices.list'])
      expect((await send(live, path, { headers })).data).toMatchObject({ items: [], totalCount: 0 });
  });

  it('an account with the e-mail address of a guest’s order cannot read that order', async () => {
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

describe.each(protocols)('staff permissions over $name', ({ send }) => {
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

  it('a valid token has no staff permissions after the role is removed', async () => {
    const { headers, userId } = await staff();
    await live.shop.core.database.kysely.updateTable('users').set({ role: 'customer' }).where('id', '=', userId).execute();
    expect(await adjust(headers)).toEqual({ status: 403, code: 'FORBIDDEN' });
  });

  it('a valid token has no staff permissions after the account is suspended', async () => {
    const { headers, userId } = await staff();
    await live.shop.core.database.kysely.updateTable('users').set({ accountStatus: 'suspended' }).where('id', '=', userId).execute();
    expect(await adjust(headers)).toEqual({ status: 403, code: 'ACCOUNT_INACTIVE' });
  });

  it('a token has no staff permissions after its session is signed out', async () => {
    const { headers } = await staff();
    await send(live, 'auth.logout', { headers });
    expect(await adjust(headers)).toEqual({ status: 401, code: 'INVALID_TOKEN' });
  });
});

describe.each(protocols)('a draft over $name', ({ send }) => {
  it('a draft cannot be read, listed, searched, added to a cart or priced', async () => {
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
