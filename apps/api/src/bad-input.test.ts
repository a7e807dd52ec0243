import { aFlashSale, aGuestCart, aKey, anAddress, aProduct, cpuMsOf, unique, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { countRows, protocols, type ProtocolAnswer } from '../test/protocols.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';
import { entries } from './entries.ts';

let live: LiveShop;
let admin: string;
let now = 0;
beforeAll(async () => {
  // The many calls of this file would exceed the rate limits.
  live = await startLiveShop({ rateLimitFactor: 1_000 }, { clock: { now: () => new Date(Date.now() + now) } });
  admin = await live.token('admin');
});
afterAll(() => live.close());

const absent = '01990000-0000-7000-8000-000000000000';
const calls = [...entries].flatMap(([path, entry]) => (entry.kind === 'subscription' ? [] : [{ path, entry }]));
const changes = calls.filter(({ entry }) => entry.kind === 'mutation');
/** A well-formed value for each path parameter. */
const addressed = (path: string): Record<string, string> => {
  const entry = entries.get(path);
  const route = entry && 'rest' in entry ? entry.rest.path : '';
  return Object.fromEntries([...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, absent]));
};
const outcomeOf = ({ status, problem }: ProtocolAnswer) => ({ status, code: problem?.code });
const asAdmin = () => ({ ...bearer(admin), 'idempotency-key': aKey() });
const internals = /select |insert |node_modules|at \w+ \(|Zod|postgres|stack/i;

/** Sends each call and returns those whose answer is not the expected one or shows internals. */
const unexpectedAnswers = async (
  paths: readonly { path: string }[],
  send: (path: string) => Promise<ProtocolAnswer>,
  expected: { status: number; code: string },
): Promise<unknown[]> => {
  const answers = await Promise.all(paths.map(async ({ path }) => ({ path, answer: await send(path) })));
  return answers.flatMap(({ path, answer }) => {
    const asExpected =
      answer.status === expected.status && answer.problem?.code === expected.code && !internals.test(JSON.stringify(answer.problem));
    return asExpected ? [] : [{ path, ...outcomeOf(answer), detail: answer.problem?.detail }];
  });
};

describe.each(protocols)('invalid requests over $name', ({ name, send }) => {
  const expectNoWrites = async (work: () => Promise<unknown[]>): Promise<void> => {
    const before = await countRows(live);
    expect(await work()).toEqual([]);
    expect(await countRows(live)).toEqual(before);
  };

  it('every call refuses an unknown field', () =>
    expectNoWrites(() =>
      unexpectedAnswers(calls, (path) => send(live, path, { input: { ...addressed(path), isAdmin: true }, headers: asAdmin() }), {
        status: 400,
        code: 'UNKNOWN_FIELD',
      }),
    ));

  it.each(['{"a":', '{"a":1}}', '\u0000', "{'a':1}", '<xml/>'])('every call refuses the body %j, which is not JSON', (raw) =>
    expectNoWrites(() =>
      unexpectedAnswers(
        changes.filter(({ entry }) => name === 'tRPC' || ('rest' in entry && entry.rest.method !== 'DELETE')),
        (path) => send(live, path, { input: addressed(path), raw, headers: asAdmin() }),
        { status: 400, code: 'MALFORMED_BODY' },
      ),
    ),
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'every call refuses a body of type %s, which a form of another site could send',
    (type) =>
      expectNoWrites(() =>
        unexpectedAnswers(
          changes.filter(({ entry }) => name === 'tRPC' || ('rest' in entry && entry.rest.method !== 'DELETE')),
          (path) => send(live, path, { input: addressed(path), raw: '{}', headers: { ...asAdmin(), 'content-type': type } }),
          { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
        ),
      ),
  );

  it('every call refuses a malformed id', () =>
    expectNoWrites(() =>
      unexpectedAnswers(
        calls.filter(({ path }) => Object.keys(addressed(path)).some((field) => field !== 'id')),
        (path) => {
          const input = Object.fromEntries(Object.keys(addressed(path)).map((field) => [field, `${absent}' or '1'='1`]));
          return send(live, path, { input, headers: asAdmin() });
        },
        { status: 400, code: 'INVALID_INPUT' },
      ),
    ));

  it('every call refuses an expired token, even if it is public', async () => {
    const token = await live.token('admin');
    now = 16 * 60_000;
    const guarded = calls.filter(({ entry }) => entry.budget !== 'auth' || entry.access !== 'public');
    await expectNoWrites(() =>
      unexpectedAnswers(guarded, (path) => send(live, path, { input: addressed(path), headers: bearer(token) }), {
        status: 401,
        code: 'INVALID_TOKEN',
      }),
    );
    now = 0;
  });

  it('every call refuses a body that is too large', () =>
    expectNoWrites(() =>
      unexpectedAnswers(
        changes.filter(
          ({ entry }) => entry.budget !== 'import' && (name === 'tRPC' || ('rest' in entry && entry.rest.method !== 'DELETE')),
        ),
        (path) => send(live, path, { input: addressed(path), raw: `{"a":"${'x'.repeat(1_050_000)}"}`, headers: asAdmin() }),
        { status: 413, code: 'PAYLOAD_TOO_LARGE' },
      ),
    ));
});

/** Names of the text fields of a call. */
const textFields = (entry: { readonly input: z.ZodType }): string[] => {
  const { properties = {} } = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { type?: string }>;
  };
  return Object.entries(properties).flatMap(([name, { type }]) => (type === 'string' ? [name] : []));
};

describe.each(protocols)('text that PostgreSQL cannot store, over $name', ({ send }) => {
  it.each([
    ['NUL', '\u0000'],
    ['half a surrogate pair', '\ud83c'],
  ])('text with %s causes no internal error in any text field of any call', async (_what, character) => {
    // A URL cannot contain half a surrogate pair.
    const fits = (path: string, field: string) => character === '\u0000' || !(field in addressed(path));
    const tried = calls.flatMap(({ path, entry }) => textFields(entry).flatMap((field) => (fits(path, field) ? [{ path, field }] : [])));
    const answers = await Promise.all(
      tried.map(async ({ path, field }) => {
        const input = { ...addressed(path), [field]: `a${character}b` };
        return { path, field, status: (await send(live, path, { input, headers: asAdmin() })).status };
      }),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.length).toBeGreaterThan(100);
  });

  it.each(['orders.list', 'inventory.list', 'inventory.lowStock'])('%s refuses a search text with NUL as invalid input', async (path) => {
    const answer = await send(live, path, { input: { q: 'a\u0000b' }, headers: asAdmin() });
    expect(outcomeOf(answer)).toEqual({ status: 400, code: 'INVALID_INPUT' });
  });

  it('a stock adjustment whose reason contains NUL or half a surrogate pair is refused and changes nothing', async () => {
    const { id: variantId } = variantOf(await aProduct(live.shop.core));
    for (const character of ['\u0000', '\ud83c']) {
      const before = await countRows(live);
      const noted = await send(live, 'inventory.adjust', { input: { variantId, delta: 1, reason: `a${character}b` }, headers: asAdmin() });
      expect(outcomeOf(noted)).toEqual({ status: 400, code: 'INVALID_INPUT' });
      expect(await countRows(live)).toEqual(before);
    }
  });
});

describe.each(protocols)('over $name', ({ send }) => {
  const quantities: [string, unknown][] = [-1, 0, 1.5, '2', 2 ** 31, 2 ** 53 + 2, 999_999, null, true, [1], {}, '1e3'].map((q) => [
    JSON.stringify(q),
    q,
  ]);
  it.each(quantities)('every cart call refuses the quantity %s and leaves the cart unchanged', async (_text, quantity) => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const variantId = variantOf(product).id;
    const headers = { 'x-cart-token': guest.cartToken ?? '' };
    const before = await send(live, 'carts.get', { input: { cartId: cart.id }, headers });
    const answers = [
      await send(live, 'carts.addItem', { input: { cartId: cart.id, variantId, quantity }, headers }),
      await send(live, 'carts.addItems', {
        input: {
          cartId: cart.id,
          items: [
            { variantId, quantity: 1 },
            { variantId, quantity },
          ],
        },
        headers,
      }),
      await send(live, 'carts.updateItem', { input: { cartId: cart.id, itemId: cart.items[0]?.id, quantity }, headers }),
    ];
    expect(answers.map(outcomeOf)).toEqual(answers.map(() => ({ status: 400, code: 'INVALID_QUANTITY' })));
    expect((await send(live, 'carts.get', { input: { cartId: cart.id }, headers })).data).toEqual(before.data);
  });

  it.each(quantities.filter(([, q]) => q !== -1))(
    'every stock and flash sale call refuses the number of units %s and changes nothing',
    async (_text, units) => {
      const product = await aProduct(live.shop.core);
      const variantId = variantOf(product).id;
      const sale = await aFlashSale(live.shop.core);
      const before = await countRows(live);
      const ask = (path: string, input: Record<string, unknown>) => send(live, path, { input, headers: asAdmin() });
      const counted = units === 0 ? 0.5 : units;
      const answers = [
        await ask('inventory.adjust', { variantId, delta: units === 999_999 ? 1e12 : units, reason: 'r' }),
        await ask('inventory.set', { variantId, onHand: counted === 999_999 ? 1e12 : counted, version: 1, reason: 'r' }),
        await ask('inventory.transfer', {
          variantId,
          fromLocationId: absent,
          toLocationId: absent,
          quantity: units === 999_999 ? -5 : units,
          reason: 'r',
        }),
        await ask('flashSales.adjustUnits', { itemId: sale.item.id, delta: units === 999_999 ? 1e12 : units }),
        await send(live, 'flashSales.buy', {
          input: { itemId: sale.item.id, quantity: units, email: 'a@example.com', shippingAddress: anAddress },
          headers: { 'idempotency-key': aKey() },
        }),
      ];
      expect(answers.map(outcomeOf)).toEqual(answers.map(() => ({ status: 400, code: 'INVALID_QUANTITY' })));
      expect(await countRows(live)).toEqual(before);
    },
  );

  it.each(['unitPriceCents', 'totalCents', 'discountCents', 'paid', 'taxRate', 'currency', 'status'])(
    'a cart or checkout request with the field %s is refused',
    async (field) => {
      const product = await aProduct(live.shop.core);
      const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
      const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
      const before = await countRows(live);
      const added = await send(live, 'carts.addItem', {
        input: { cartId: cart.id, variantId: variantOf(product).id, quantity: 1, [field]: 1 },
        headers,
      });
      const input = { cartId: cart.id, email: 'a@example.com', shippingAddress: anAddress, payment: { token: 'tok_success' } };
      const bought = await send(live, 'checkout.complete', { input: { ...input, [field]: 1 }, headers });
      const hidden = await send(live, 'checkout.complete', { input: { ...input, payment: { ...input.payment, [field]: 1 } }, headers });
      expect([added, bought, hidden].map(outcomeOf)).toEqual(Array.from({ length: 3 }, () => ({ status: 400, code: 'UNKNOWN_FIELD' })));
      expect(await countRows(live)).toEqual(before);
    },
  );

  it.each([
    'role',
    'isAdmin',
    'emailVerified',
    'customerGroup',
    'customerGroupId',
    'storeCredit',
    'id',
    'createdAt',
    'accountStatus',
    'passwordHash',
  ])('a registration with the field %s is refused', async (field) => {
    const before = await countRows(live);
    const person = { email: `a-${unique()}@example.com`, password: 'correct horse battery staple', firstName: 'A', lastName: 'B' };
    expect(outcomeOf(await send(live, 'auth.register', { input: { ...person, [field]: 'admin' } }))).toEqual({
      status: 400,
      code: 'UNKNOWN_FIELD',
    });
    expect(await countRows(live)).toEqual(before);
  });

  it.each([
    ['of 9 characters', 'abcdefghi'],
    ['of 129 characters', 'x1'.repeat(64) + 'y'],
    ['of a million characters', 'x1'.repeat(500_000)],
    ['that is a list', ['correct horse battery staple']],
  ])('a new password %s is refused before it is hashed', async (_what, password) => {
    const input = { email: 'long@example.com', password, firstName: 'A', lastName: 'B' };
    const answer = await send(live, 'auth.register', { input });
    expect(outcomeOf(answer)).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(answer.problem?.fields?.[0]?.path).toBe('password');
    expect(JSON.stringify(answer.problem)).not.toContain('x1x1');
    expect(await cpuMsOf(() => send(live, 'auth.register', { input }))).toBeLessThan(1_000);
  });

  it.each([
    ['25,000 dots', `a@${'a.'.repeat(25_000)}a`],
    ['50,000 quotes', `${'"'.repeat(50_000)}@example.com`],
    ['50,000 @ signs', '@'.repeat(50_000)],
  ])('an e-mail address of %s is refused with less than a second of CPU time', async (_what, email) => {
    const cpuMs = await cpuMsOf(async () =>
      expect(outcomeOf(await send(live, 'auth.login', { input: { email, password: 'x' } }))).toEqual({
        status: 400,
        code: 'INVALID_INPUT',
      }),
    );
    expect(cpuMs).toBeLessThan(1_000);
  });

  const sql = `id; drop table users; --`;
  it.each([
    ['products.list', { sort: sql }],
    ['products.list', { currency: sql }],
    ['products.list', { page: sql }],
    ['search.products', { q: 'mug', sort: sql }],
    ['orders.list', { status: sql }],
    ['events.list', { cursor: sql }],
    ['events.list', { cursor: Buffer.from("x' union select email_index from users --").toString('base64url') }],
    ['events.list', { name: sql }],
    ['products.list', { categoryId: sql }],
    ['pricing.quote', { variantId: absent, currency: sql }],
  ])('%s refuses the SQL in %o as an invalid value and shows no internals', async (path, input) => {
    const answer = await send(live, path, { input, headers: bearer(admin) });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.problem)).not.toMatch(internals);
  });

  it.each(["mug' or 1=1 --", '%', '_', '\\', '((((((((((a)*)*)*)*)*', ':*&|!<->', '\u{1F381}', 'a'.repeat(100)])(
    'a search for %j never puts its words into the text of a statement',
    async (q) => {
      const statements = await live.shop.countQueries(async () => {
        const answer = await send(live, 'products.list', { input: { q } });
        expect([200, 400]).toContain(answer.status);
      });
      expect(statements.filter((text) => q.length > 2 && text.includes(q))).toEqual([]);
    },
  );
});

describe('a URL', () => {
  it.each([
    ['a list of 2,000 values', `a[]=${Array.from({ length: 2_000 }, () => 'x').join('&a[]=')}`, 400],
    ['2,000 nested objects', `a${'[b]'.repeat(2_000)}=x`, 400],
    ['prototype fields', 'a[__proto__][role]=admin&__proto__[role]=admin&constructor[prototype][role]=admin', 400],
    ['4,000 commas', `tag=${',x'.repeat(4_000)}`, 400],
    ['3,000 percent signs', `q=${'%25'.repeat(3_000)}`, 400],
    ['20,000 characters', `q=${'x'.repeat(20_000)}`, 431],
  ])(
    'a URL with %s is answered with less than a second of CPU time and leaves Object.prototype unchanged',
    async (_what, search, status) => {
      const cpuMs = await cpuMsOf(async () => {
        const answer = await fetch(`${live.url}/api/v1/products?${search}`);
        await answer.text();
        expect(answer.status).toBe(status);
      });
      expect(cpuMs).toBeLessThan(1_000);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it('a mutation by GET, which a link on another site could send, is refused', async () => {
    for (const { path, entry } of changes) {
      const answer = await fetch(`${live.url}/trpc/${path}?input=%7B%7D`);
      await answer.text();
      expect({ path, status: answer.status }).toEqual({ path, status: 405 });
      if (!('rest' in entry)) continue;
      const served = calls.some(
        (other) => 'rest' in other.entry && other.entry.rest.method === 'GET' && other.entry.rest.path === entry.rest.path,
      );
      if (!served) expect((await fetch(`${live.url}/api/v1${entry.rest.path.replaceAll(/\{\w+\}/g, absent)}`)).status).not.toBe(200);
    }
  });
});
