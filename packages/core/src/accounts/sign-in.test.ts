import { aCustomer, aStaffMember, createTestShop, letPass, password, race, unique, type TestShop } from '@cartwright/testing';
import argon2 from 'argon2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DomainError, type GuestActor } from '../kernel/index.ts';
import { authenticate, registerCustomer, signIn } from './index.ts';

const guest: GuestActor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const refusal = async (email: string, tried: string): Promise<DomainError> => {
  const error = await signIn(shop.core, guest, { email, password: tried }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
};
const told = ({ code, message, details, fields }: DomainError) => ({ code, message, details, fields });
const nobody = () => `nobody-${unique()}@example.com`;
const setStatus = (userId: string, status: 'active' | 'suspended') =>
  shop.core.db.updateTable('users').set({ account_status: status }).where('id', '=', userId).execute();

describe('signing in', () => {
  it('tells an unknown address, a wrong password and a suspended account apart to nobody', async () => {
    const known = await aCustomer(shop.core);
    const suspended = await aCustomer(shop.core);
    await setStatus(suspended.userId, 'suspended');
    const answers = await Promise.all([
      refusal(nobody(), password),
      refusal(known.email, 'a wrong password'),
      refusal(suspended.email, password),
    ]);
    expect(answers[0].code).toBe('INVALID_CREDENTIALS');
    expect(told(answers[1])).toEqual(told(answers[0]));
    expect(told(answers[2])).toEqual(told(answers[0]));
  });

  it('hashes once whether or not the address has an account', async () => {
    const { email } = await aCustomer(shop.core);
    const median = async (make: () => string): Promise<number> => {
      const took: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        const start = performance.now();
        await refusal(make(), 'a wrong password');
        took.push(performance.now() - start);
      }
      return took.toSorted((a, b) => a - b)[3] ?? 0;
    };
    const [unknown, wrong] = [await median(nobody), await median(() => email)];
    // A skipped hash would be a tenth of the time; a loaded machine is not more than twice off.
    expect(unknown / wrong).toBeGreaterThan(0.4);
    expect(unknown / wrong).toBeLessThan(2.5);
  });

  it('locks an address after ten misses, known or not, for longer each time, and never for good', async () => {
    const { email } = await aCustomer(shop.core);
    const stranger = nobody();
    for (const address of [email, stranger]) {
      for (let n = 0; n < 10; n += 1) expect((await refusal(address, 'a wrong password')).code).toBe('INVALID_CREDENTIALS');
      const first = await refusal(address, password);
      expect(told(first)).toMatchObject({
        code: 'RATE_LIMITED',
        message: expect.stringMatching(/Try again in \d+ s\.$/),
        details: { retryAfterSeconds: expect.any(Number) },
      });
      expect(first.details?.['retryAfterSeconds']).toBeLessThanOrEqual(15);
    }
    const saidTo = async (address: string) => (await refusal(address, password)).message.replace(/\d+/, 'n');
    expect(await saidTo(email)).toBe(await saidTo(stranger));
    await letPass(shop.core, 1);
    await refusal(email, 'a wrong password');
    expect((await refusal(email, password)).details?.['retryAfterSeconds']).toBeGreaterThan(15);
    await letPass(shop.core, 16);
    await expect(signIn(shop.core, guest, { email, password })).resolves.toMatchObject({ user: { email } });
    expect((await refusal(email, 'a wrong password')).code).toBe('INVALID_CREDENTIALS');
  });

  it('gives a burst no more tries than a queue', async () => {
    const { email } = await aCustomer(shop.core);
    const { won, refused, defects } = await race(40, () => signIn(shop.core, guest, { email, password: 'a wrong password' }));
    expect({ won, defects, refused }).toEqual({ won: [], defects: [], refused: { INVALID_CREDENTIALS: 10, RATE_LIMITED: 30 } });
  });

  it('forgets misses after a day', async () => {
    const { email } = await aCustomer(shop.core);
    for (let n = 0; n < 10; n += 1) await refusal(email, 'a wrong password');
    await letPass(shop.core, 24 * 60 + 1);
    for (let n = 0; n < 9; n += 1) expect((await refusal(email, 'a wrong password')).code).toBe('INVALID_CREDENTIALS');
  });

  it('opens a session of its own each time', async () => {
    const { email } = await aCustomer(shop.core);
    const [one, two] = [await signIn(shop.core, guest, { email, password }), await signIn(shop.core, guest, { email, password })];
    const [first, second] = [await authenticate(shop.core, one.tokens.accessToken), await authenticate(shop.core, two.tokens.accessToken)];
    expect(first.userId).toBe(second.userId);
    expect(first.sessionId).not.toBe(second.sessionId);
    expect(one.tokens.refreshToken).not.toBe(two.tokens.refreshToken);
  });

  it('raises the cost of an old hash without anybody noticing', async () => {
    const { email, userId } = await aCustomer(shop.core);
    const cheap = await argon2.hash(password, { type: argon2.argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await shop.core.db.updateTable('users').set({ password_hash: cheap }).where('id', '=', userId).execute();
    await signIn(shop.core, guest, { email, password });
    const row = await shop.core.db.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirstOrThrow();
    expect(row.password_hash).toContain('m=19456,p=1,t=2');
    await expect(signIn(shop.core, guest, { email, password })).resolves.toMatchObject({ user: { email } });
  });
});

describe('an account’s powers', () => {
  it('end with its suspension, in the middle of a session', async () => {
    const { email, userId } = await aStaffMember(shop.core);
    const { tokens } = await signIn(shop.core, guest, { email, password });
    await setStatus(userId, 'suspended');
    await expect(authenticate(shop.core, tokens.accessToken)).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });
  });

  it('are those of its role now, not when the token was made', async () => {
    const { email, userId } = await aStaffMember(shop.core);
    const { tokens } = await signIn(shop.core, guest, { email, password });
    await shop.core.db.updateTable('users').set({ role: 'customer' }).where('id', '=', userId).execute();
    const actor = await authenticate(shop.core, tokens.accessToken);
    expect(actor).toMatchObject({ role: 'customer' });
    expect(actor.scopes.size).toBe(0);
  });
});

describe('registering', () => {
  const person = (email: string) => ({ email, password: 'a password nobody guesses', firstName: 'Ada', lastName: 'Byron' });

  it('answers the same for an address that has an account, leaves that account alone and tells its owner', async () => {
    const { email, userId } = await aCustomer(shop.core);
    const before = await shop.core.db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow();
    const fresh = await registerCustomer(shop.core, guest, person(nobody()));
    expect(await registerCustomer(shop.core, guest, person(email))).toEqual(fresh);
    expect(await shop.core.db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow()).toEqual(before);
    const told = await shop.core.db.selectFrom('outbox_events').select('name').where('aggregate_id', '=', userId).execute();
    expect(told.map((event) => event.name)).toContain('user.registration_repeated');
  });

  it('makes one account of ten forms sent at once', async () => {
    const email = nobody();
    const { won, defects } = await race(10, () => registerCustomer(shop.core, guest, person(email)));
    expect({ won: won.length, defects }).toEqual({ won: 10, defects: [] });
    const index = shop.core.sealer.index('email', email);
    const rows = await shop.core.db.selectFrom('users').select('id').where('email_index', '=', index).execute();
    expect(rows).toHaveLength(1);
  });
});
