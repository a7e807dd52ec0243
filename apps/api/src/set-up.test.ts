/** The one-time set-up of a shop without an administrator, over HTTP. */
import { announceSetup, createAdmin } from '@cartwright/core/accounts';
import { system } from '@cartwright/core/kernel';
import { aCustomer, createReadableLog, there } from '@cartwright/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startLiveShop, type LiveShop } from '../test/live-shop.ts';

let live: LiveShop;
afterEach(() => live.close());
let written = createReadableLog();
const open = async (): Promise<void> => {
  written = createReadableLog();
  live = await startLiveShop({}, { log: written.log });
};
const tokenOfLog = async (): Promise<string> => {
  await announceSetup(live.shop.core);
  return there(/\/admin\/setup#token=([0-9a-f]+)/.exec(written.text())?.[1]);
};
const owner = { email: 'ada@example.com', password: 'seven green umbrellas sing', firstName: 'Ada', lastName: 'Byron' };
const setUp = (token: string, changes: object = {}) => live.rest('POST', '/auth/setup', { body: { ...owner, token, ...changes } });
const outcomeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body['code']];

describe('the set-up of a shop', () => {
  it('the set-up creates the owner’s account once, with the token from the log, and is then closed for ever', async () => {
    await open();
    expect((await live.rest('GET', '/auth/setup')).body).toEqual({ open: true });
    const token = await tokenOfLog();
    expect((await setUp(token)).status).toBe(201);
    const { body } = await live.rest('POST', '/auth/login', { body: { email: owner.email, password: owner.password } });
    expect(body['user']).toMatchObject({ role: 'admin', scopes: expect.arrayContaining(['users:manage']) });
    expect((await live.rest('GET', '/auth/setup')).body).toEqual({ open: false });
    expect(outcomeOf(await setUp(token, { email: 'eve@example.com' }))).toEqual([404, 'NOT_FOUND']);
    const before = written.text();
    await announceSetup(live.shop.core);
    expect(written.text()).toBe(before);
    // The token of the old log stays invalid even without an administrator.
    await live.shop.core.database.kysely.updateTable('users').set({ role: 'customer' }).execute();
    expect(outcomeOf(await setUp(token, { email: 'eve@example.com' }))).toEqual([403, 'SETUP_TOKEN_INVALID']);
  });

  it('ten simultaneous set-ups create one administrator', async () => {
    await open();
    const token = await tokenOfLog();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => setUp(token, { email: `owner${i}@example.com` })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 9 }, () => 404)]);
    const { rows } = await live.shop.core.database.pool.query(`select 1 from users where role = 'admin'`);
    expect(rows).toHaveLength(1);
  });

  it('the set-up refuses wrong tokens, and after ten from an address also the right one', async () => {
    await open();
    const token = await tokenOfLog();
    for (const wrong of ['x', token.slice(1), `${token}0`, token.toUpperCase(), '0'.repeat(32)])
      expect(outcomeOf(await setUp(wrong))).toEqual([403, 'SETUP_TOKEN_INVALID']);
    for (let miss = 5; miss < 10; miss += 1) await setUp('wrong');
    const answer = await setUp(token);
    expect([...outcomeOf(answer), Number(answer.headers.get('retry-after')) > 0]).toEqual([429, 'RATE_LIMITED', true]);
    expect((await live.rest('GET', '/auth/setup')).body).toEqual({ open: true });
  });

  it.each([
    ['a short password', { password: 'short' }, 400, 'INVALID_INPUT'],
    ['a password that is easy to guess', { password: 'password1234567890' }, 422, 'WEAK_PASSWORD'],
    ['an invalid e-mail address', { email: 'ada' }, 400, 'INVALID_INPUT'],
    ['a chosen role', { role: 'admin' }, 400, 'UNKNOWN_FIELD'],
    ['a name of the wrong type', { firstName: null }, 400, 'INVALID_INPUT'],
  ])('the set-up refuses %s and stays open', async (_what, changes, status, code) => {
    await open();
    expect(outcomeOf(await setUp(await tokenOfLog(), changes))).toEqual([status, code]);
    expect((await live.rest('GET', '/auth/setup')).body).toEqual({ open: true });
  });

  it('the set-up refuses a customer’s e-mail address, because the holder of the token may be somebody else', async () => {
    await open();
    const { email } = await aCustomer(live.shop.core);
    const answer = await setUp(await tokenOfLog(), { email });
    expect([...outcomeOf(answer), answer.body['fields']]).toEqual([
      409,
      'EMAIL_TAKEN',
      [{ path: 'email', message: 'already has an account' }],
    ]);
  });

  it('the set-up is closed once the command line has created an administrator, even a suspended one', async () => {
    await open();
    const token = await tokenOfLog();
    const { userId } = await createAdmin(live.shop.core, system('cli'), { ...owner, promote: false });
    await live.shop.core.database.kysely.updateTable('users').set({ accountStatus: 'suspended' }).where('id', '=', userId).execute();
    expect(outcomeOf(await setUp(token, { email: 'eve@example.com' }))).toEqual([404, 'NOT_FOUND']);
  });
});
