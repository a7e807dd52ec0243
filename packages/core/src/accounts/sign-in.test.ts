import { aCustomer, aStaffMember, cpuMsOf, createTestShop, letPass, password, race, unique, type TestShop } from '@cartwright/testing';
import { contract } from '@cartwright/contracts';
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
const visible = ({ code, message, details, fields }: DomainError) => ({ code, message, details, fields });
const unknownAddress = () => `nobody-${unique()}@example.com`;
const setStatus = (userId: string, status: 'active' | 'suspended') =>
  shop.core.database.kysely.updateTable('users').set({ accountStatus: status }).where('id', '=', userId).execute();

describe('signing in', () => {
  it('an unknown address, a wrong password and a suspended account get the same response', async () => {
    const known = await aCustomer(shop.core);
    const suspended = await aCustomer(shop.core);
    await setStatus(suspended.userId, 'suspended');
    const answers = await Promise.all([
      refusal(unknownAddress(), password),
      refusal(known.email, 'a wrong password'),
      refusal(suspended.email, password),
    ]);
    expect(answers[0].code).toBe('INVALID_CREDENTIALS');
    expect(visible(answers[1])).toEqual(visible(answers[0]));
    expect(visible(answers[2])).toEqual(visible(answers[0]));
  });

  it('sign-in takes the same CPU time whether or not the address has an account', async () => {
    const { email } = await aCustomer(shop.core);
    const median = async (make: () => string): Promise<number> => {
      const took: number[] = [];
      for (let n = 0; n < 7; n += 1) took.push(await cpuMsOf(() => refusal(make(), 'a wrong password')));
      return took.toSorted((a, b) => a - b)[3] ?? 0;
    };
    const [unknown, wrong] = [await median(unknownAddress), await median(() => email)];
    // Without the hash it would take a tenth of the time.
    expect(unknown / wrong).toBeGreaterThan(0.4);
    expect(unknown / wrong).toBeLessThan(2.5);
  });

  it('ten failed sign-ins lock an address, known or not, for longer each time and never permanently', async () => {
    const { email } = await aCustomer(shop.core);
    const stranger = unknownAddress();
    for (const address of [email, stranger]) {
      for (let n = 0; n < 10; n += 1) expect((await refusal(address, 'a wrong password')).code).toBe('INVALID_CREDENTIALS');
      const first = await refusal(address, password);
      expect(visible(first)).toMatchObject({
        code: 'RATE_LIMITED',
        message: expect.stringMatching(/Try again in \d+ s\.$/),
        details: { retryAfterSeconds: expect.any(Number) },
      });
      expect(first.details?.['retryAfterSeconds']).toBeLessThanOrEqual(15);
    }
    const messageFor = async (address: string) => (await refusal(address, password)).message.replace(/\d+/, 'n');
    expect(await messageFor(email)).toBe(await messageFor(stranger));
    await letPass(shop.core, 1);
    await refusal(email, 'a wrong password');
    expect((await refusal(email, password)).details?.['retryAfterSeconds']).toBeGreaterThan(15);
    await letPass(shop.core, 16);
    await expect(signIn(shop.core, guest, { email, password })).resolves.toMatchObject({ user: { email } });
    expect((await refusal(email, 'a wrong password')).code).toBe('INVALID_CREDENTIALS');
  });

  it('concurrent sign-ins get no more attempts than sequential ones', async () => {
    const { email } = await aCustomer(shop.core);
    const { won, refused, defects } = await race(40, () => signIn(shop.core, guest, { email, password: 'a wrong password' }));
    expect({ won, defects, refused }).toEqual({ won: [], defects: [], refused: { INVALID_CREDENTIALS: 10, RATE_LIMITED: 30 } });
  });

  it('failed sign-ins are forgotten after a day', async () => {
    const { email } = await aCustomer(shop.core);
    for (let n = 0; n < 10; n += 1) await refusal(email, 'a wrong password');
    await letPass(shop.core, 24 * 60 + 1);
    for (let n = 0; n < 9; n += 1) expect((await refusal(email, 'a wrong password')).code).toBe('INVALID_CREDENTIALS');
  });

  it('each sign-in opens its own session', async () => {
    const { email } = await aCustomer(shop.core);
    const [one, two] = [await signIn(shop.core, guest, { email, password }), await signIn(shop.core, guest, { email, password })];
    const [first, second] = [await authenticate(shop.core, one.tokens.accessToken), await authenticate(shop.core, two.tokens.accessToken)];
    expect(first.userId).toBe(second.userId);
    expect(first.sessionId).not.toBe(second.sessionId);
    expect(one.tokens.refreshToken).not.toBe(two.tokens.refreshToken);
  });

  it('signing in replaces an outdated hash by one of the current cost', async () => {
    const { email, userId } = await aCustomer(shop.core);
    const cheap = await argon2.hash(password, { type: argon2.argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await shop.core.database.kysely.updateTable('users').set({ passwordHash: cheap }).where('id', '=', userId).execute();
    await signIn(shop.core, guest, { email, password });
    const row = await shop.core.db.selectFrom('users').select('passwordHash').where('id', '=', userId).executeTakeFirstOrThrow();
    expect(row.passwordHash).toContain('m=19456,p=1,t=2');
    await expect(signIn(shop.core, guest, { email, password })).resolves.toMatchObject({ user: { email } });
  });
});

describe('permissions of an account', () => {
  it('suspending an account ends its access in the middle of a session', async () => {
    const { email, userId } = await aStaffMember(shop.core);
    const { tokens } = await signIn(shop.core, guest, { email, password });
    await setStatus(userId, 'suspended');
    await expect(authenticate(shop.core, tokens.accessToken)).rejects.toMatchObject({ code: 'ACCOUNT_INACTIVE' });
  });

  it('an access token grants the scopes of the role that the account has now', async () => {
    const { email, userId } = await aStaffMember(shop.core);
    const { tokens } = await signIn(shop.core, guest, { email, password });
    await shop.core.database.kysely.updateTable('users').set({ role: 'customer' }).where('id', '=', userId).execute();
    const actor = await authenticate(shop.core, tokens.accessToken);
    expect(actor).toMatchObject({ role: 'customer' });
    expect(actor.scopes.size).toBe(0);
  });
});

describe('registration', () => {
  const person = (email: string) => ({ email, password: 'a password nobody guesses', firstName: 'Ada', lastName: 'Byron' });

  it('registering a known address returns the same response, leaves the account unchanged and notifies its owner', async () => {
    const { email, userId } = await aCustomer(shop.core);
    const before = await shop.core.db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow();
    const fresh = await registerCustomer(shop.core, guest, person(unknownAddress()));
    expect(await registerCustomer(shop.core, guest, person(email))).toEqual(fresh);
    expect(await shop.core.db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow()).toEqual(before);
    const events = await shop.core.db.selectFrom('outbox_events').select('name').where('aggregateId', '=', userId).execute();
    expect(events.map((event) => event.name)).toContain('user.registration_repeated');
  });

  it('a person with one name registers without a last name', async () => {
    const { lastName: _, ...sukarno } = person(unknownAddress());
    await registerCustomer(shop.core, guest, contract.auth.register.input.parse(sukarno));
    expect((await signIn(shop.core, guest, sukarno)).user).toMatchObject({ firstName: 'Ada', lastName: '', unreadable: [] });
  });

  it('ten concurrent registrations of one address create one account', async () => {
    const email = unknownAddress();
    const { won, defects } = await race(10, () => registerCustomer(shop.core, guest, person(email)));
    expect({ won: won.length, defects }).toEqual({ won: 10, defects: [] });
    const index = shop.core.sealer.index('email', email);
    const rows = await shop.core.db.selectFrom('users').select('id').where('emailIndex', '=', index).execute();
    expect(rows).toHaveLength(1);
  });
});
