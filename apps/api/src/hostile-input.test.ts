/** Input that is made to do harm: fields that raise rights, texts that cost time, SQL in values, and URLs that cost time. */
import { cpuMsOf, unique } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { absent, calls, changes, internals, outcomeOf } from '../test/invalid-calls.ts';
import { aLiveShopWithAdmin, bearer } from '../test/live-shop.ts';
import { countRows, protocols } from '../test/protocols.ts';

const { live, admin } = await aLiveShopWithAdmin();

describe.each(protocols)('over $name', ({ send }) => {
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
