import { aCustomer, atMost, createTestShop, password, race, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuestActor } from '../kernel/index.ts';
import { authenticate, getJwks, rotateSigningKey, signIn } from './index.ts';

const guest: GuestActor = { kind: 'guest', cartToken: null };
let shop: TestShop;
let passedMs = 0;
beforeAll(async () => {
  shop = await createTestShop({}, { clock: { now: () => new Date(Date.now() + passedMs) } });
});
afterAll(() => shop.close());

const aToken = async (): Promise<string> => {
  const { email } = await aCustomer(shop.core);
  return (await signIn(shop.core, guest, { email, password })).tokens.accessToken;
};
const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const published = async () => (await getJwks(shop.core)).keys.map(({ kid }) => kid);
/** A minute later every process has reloaded the keys. */
const aMinuteLater = () => (passedMs += 61_000);

describe('signing keys', () => {
  it('the signing key stays until it is 30 days old', async () => {
    const kid = kidOf(await aToken());
    expect(await rotateSigningKey(shop.core)).toBe(false);
    expect(await published()).toEqual([kid]);
  });

  it('an old signing key is replaced once by concurrent workers, and tokens signed with it stay valid', async () => {
    const old = await aToken();
    await sql`update signing_keys set created_at = created_at - interval '31 days'`.execute(shop.core.db);
    const { won, defects } = await race(5, () => rotateSigningKey(shop.core));
    expect([won.filter(Boolean).length, defects]).toEqual([1, []]);
    expect(await published()).toHaveLength(2);
    aMinuteLater();
    const fresh = await aToken();
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    await expect(authenticate(shop.core, old)).resolves.toMatchObject({ kind: 'user' });
    await expect(authenticate(shop.core, fresh)).resolves.toMatchObject({ kind: 'user' });
  });

  it('a signing key is removed a day after it was replaced', async () => {
    await sql`update signing_keys set retired_at = retired_at - interval '2 days' where retired_at is not null`.execute(shop.core.db);
    await rotateSigningKey(shop.core);
    const left = await published();
    expect(left).toEqual([kidOf(await aToken())]);
  });

  it('twenty concurrent requests reload outdated signing keys with one statement', async () => {
    const token = await aToken();
    aMinuteLater();
    const statements = await shop.countQueries(() => Promise.all(Array.from({ length: 20 }, () => authenticate(shop.core, token))));
    expect(statements.filter((text) => text.includes('from "signing_keys"'))).toEqual(atMost(1));
  });
});
