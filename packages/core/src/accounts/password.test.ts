import argon2 from 'argon2';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../kernel/index.ts';
import { assertStrongPassword, hashesAtOnce, hashPassword, needsRehash, verifyPassword } from './password.ts';

const codeOf = (refusal: unknown): string => (refusal instanceof DomainError ? refusal.code : `not a refusal: ${String(refusal)}`);

describe('passwords', () => {
  it('passwords are hashed with argon2id, a salt and the cost that OWASP recommends', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword(one, 'correct horse battery')).toBe(true);
    expect(await verifyPassword(one, 'correct horse batterY')).toBe(false);
  });

  it('a password matches however the keyboard composes its characters', async () => {
    const composed = await hashPassword('Caf\u00E9 a\u0300 la carte \uFB01n');
    expect(await verifyPassword(composed, 'Cafe\u0301 \u00E0 la carte fin')).toBe(true);
  });

  it('a password is compared to its last character, also after a null byte', async () => {
    const long = `${'x1'.repeat(63)}ab`;
    const hash = await hashPassword(long);
    expect(await verifyPassword(hash, `${long.slice(0, -1)}c`)).toBe(false);
    const nul = await hashPassword('front\u0000behind it');
    expect(await verifyPassword(nul, 'front\u0000another end')).toBe(false);
  });

  it('without a stored hash, no password matches', async () => {
    expect(await verifyPassword(null, 'nobody has this password')).toBe(false);
  });

  it('a hash with a lower cost than the current one needs a rehash', async () => {
    expect(needsRehash(await hashPassword('correct horse battery'))).toBe(false);
    expect(needsRehash(await argon2.hash('x', { type: argon2.argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1 }))).toBe(true);
  });

  it.each([
    ['a common one', 'password1234'],
    ['a keyboard walk', '1q2w3e4r5t6y'],
    ['one repeated character', 'aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['the shop’s name and a year', 'Cartwright-2026!'],
    ['the person’s name and a year', 'Ada.Byron1815'],
    ['the person’s address', 'ada.byron@example.com'],
    ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ１２３４'],
  ])('a password is rejected when it is %s', async (_what, password) => {
    const refused = await assertStrongPassword(password, ['ada.byron@example.com', 'Ada', 'Byron']).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'WEAK_PASSWORD', fields: [{ path: 'password', message: 'is too easy to guess' }] });
  });

  it.each(['correct horse battery staple', 'vT7#kq0zLm2!', 'Übermäßig grüne Ameisen', 'cartwright sells me seven umbrellas'])(
    'a password needs no digit, capital or symbol: %s',
    async (password) => {
      await expect(assertStrongPassword(password, ['ada.byron@example.com', 'Ada', 'Byron'])).resolves.toBeUndefined();
    },
  );

  it.each([
    ['one per core', 2, 4, 2],
    ['one thread stays free for signing tokens', 16, 4, 3],
    ['one per core when libuv has more threads than cores', 16, 20, 16],
    ['at least one', 1, 1, 1],
  ])('the number of concurrent hashes is bounded: %s', (_why, cores, threads, atOnce) => {
    expect(hashesAtOnce(cores, threads)).toBe(atOnce);
  });

  it('a burst beyond the queue of hashes is rejected with SERVICE_UNAVAILABLE', async () => {
    const settled = await Promise.allSettled(Array.from({ length: 120 }, () => hashPassword('correct horse battery')));
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
    expect(refused.length).toBeGreaterThan(50);
    expect(new Set(refused)).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    expect(settled.length - refused.length).toBeGreaterThanOrEqual(50);
    await expect(hashPassword('correct horse battery')).resolves.toContain('argon2id');
  });
});
