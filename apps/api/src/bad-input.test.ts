/** Every call refuses a request of the wrong form, over REST and tRPC alike, and writes nothing. */
import { aProduct, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { absent, addressed, calls, changes, keyedHeaders, outcomeOf, unexpectedAnswers } from '../test/invalid-calls.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';
import { countRows, protocols } from '../test/protocols.ts';

let live: LiveShop;
let admin: string;
let now = 0;
beforeAll(async () => {
  // The many calls of this file would exceed the rate limits.
  live = await startLiveShop({ rateLimitFactor: 1_000 }, { clock: { now: () => new Date(Date.now() + now) } });
  admin = await live.token('admin');
});
afterAll(() => live.close());
const asAdmin = () => keyedHeaders(admin);

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

  it.each(['null', '[]', '[{}]', '"a"', '1', 'true'])('every call refuses the body %s, which is not an object', (raw) =>
    expectNoWrites(() =>
      unexpectedAnswers(
        changes.filter(({ entry }) => name === 'tRPC' || ('rest' in entry && entry.rest.method !== 'DELETE')),
        (path) => send(live, path, { input: addressed(path), raw, headers: asAdmin() }),
        { status: 400, code: 'MALFORMED_BODY' },
      ),
    ),
  );

  it.each([
    ['metadata of a product', '{"name":"a","metadata":{"a":1,"__proto__":"x"},"variants":[{"sku":"proto","priceCents":1}]}'],
    ['an escaped name', '{"name":"a","metadata":{"\\u005f_proto__":"x"},"variants":[{"sku":"proto","priceCents":1}]}'],
    ['options of a variant', '{"name":"a","variants":[{"sku":"proto","priceCents":1,"options":{"__proto__":"x"}}]}'],
  ])('a field called __proto__ in %s is refused and not left out', async (_what, raw) => {
    await expectNoWrites(async () => {
      const answer = await send(live, 'products.create', { raw, headers: asAdmin() });
      expect(outcomeOf(answer)).toEqual({ status: 400, code: 'INVALID_INPUT' });
      expect(answer.problem?.detail).toContain('__proto__');
      return [];
    });
  });

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

describe.each(protocols)('text that PostgreSQL cannot store, over $name', ({ name, send }) => {
  it.each([
    ['NUL', '\u0000'],
    ['half a surrogate pair', '\ud83c'],
  ])('text with %s is refused in any text field of any call, passwords included', async (_what, character) => {
    // A URL cannot contain half a surrogate pair.
    const inUrl = (path: string, entry: (typeof calls)[number]['entry'], field: string): boolean =>
      field in addressed(path) || (name === 'REST' && 'rest' in entry && entry.rest.method === 'GET');
    const tried = calls.flatMap(({ path, entry }) =>
      textFields(entry).flatMap((field) => (character === '\u0000' || !inUrl(path, entry, field) ? [{ path, field }] : [])),
    );
    const answers = await Promise.all(
      tried.map(async ({ path, field }) => {
        const input = { ...addressed(path), [field]: `a${character}b` };
        return { path, field, status: (await send(live, path, { input, headers: asAdmin() })).status };
      }),
    );
    expect(answers.filter(({ status }) => status < 400 || status >= 500)).toEqual([]);
    expect(answers.map(({ path, field }) => `${path} ${field}`)).toContain('auth.login password');
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
