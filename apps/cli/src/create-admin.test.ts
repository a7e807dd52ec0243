/** `create-admin` creates administrators and promotes accounts, and never shows a password. */
import { signIn } from '@cartwright/core/accounts';
import { aCustomer } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { aCliShop, password, runCli } from '../test/cli-run.ts';

const { shop, rowsOf } = await aCliShop();
const guest = { kind: 'guest', cartToken: null } as const;
const signInAs = (email: string, word = password) => signIn(shop.core, guest, { email, password: word });

describe('cartwright create-admin', () => {
  it('create-admin creates the owner of an empty shop with the password of the environment', async () => {
    const args = ['create-admin', '--email', 'Grace@Example.com', '--first-name', 'Grace', '--json'];
    const { code, out, err } = await runCli(shop.url, args, { env: { CARTWRIGHT_ADMIN_PASSWORD: password } });
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { ok: true, userId: expect.any(String), email: 'grace@example.com', outcome: 'created', owner: true },
    ]);
    expect(out + err).not.toContain(password);
    const { user } = await signInAs('grace@example.com');
    expect(user).toMatchObject({ role: 'admin', firstName: 'Grace', lastName: 'Owner' });
    expect(user.scopes).toContain('users:manage');
    expect(await rowsOf('select actor, action, "after" from audit_log where subject_id = $1', [user.id])).toEqual([
      { actor: 'system:cli', action: 'admin.created', after: { role: 'admin' } },
    ]);
  });

  it('create-admin reads the password from standard input and creates further administrators', async () => {
    const { code, out } = await runCli(shop.url, ['create-admin', '--email', 'joan@example.com'], { stdin: password });
    expect([code, out]).toEqual([0, 'joan@example.com is an administrator of this shop. Sign in at https://shop.example/admin/']);
    await signInAs('joan@example.com');
  });

  it.each([
    ['too short', 'vT7#kq0zLm2!', /at least 15 characters; this one has 12/],
    ['common', 'password1234567890', /too easy to guess/],
    ['the e-mail address', 'alan.turing@example.com', /too easy to guess/],
  ])('create-admin refuses a password that is %s', async (_what, weak, sentence) => {
    const { code, err, out } = await runCli(shop.url, ['create-admin', '--email', 'alan.turing@example.com'], { stdin: weak });
    expect([code, err]).toEqual([1, expect.stringMatching(sentence)]);
    expect(err.split('\n')).toHaveLength(1);
    expect(out + err).not.toContain(weak === 'alan.turing@example.com' ? 'nothing' : weak);
    await expect(signInAs('alan.turing@example.com', weak)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('create-admin refuses the address of an administrator, with or without --promote, and keeps the password', async () => {
    for (const more of [[], ['--promote']]) {
      const { code, err } = await runCli(shop.url, ['create-admin', '--email', 'joan@example.com', ...more], {
        stdin: `${password} again`,
      });
      expect([code, err]).toEqual([1, expect.stringContaining('This address belongs to an administrator already.')]);
    }
    await signInAs('joan@example.com');
  });

  it('create-admin refuses the address of a customer, and with --promote replaces the password and ends the sessions', async () => {
    const { email, userId } = await aCustomer(shop.core);
    const isOpen = 'select 1 from sessions where user_id = $1 and revoked_at is null';
    expect(await rowsOf(isOpen, [userId])).toHaveLength(1);
    const refused = await runCli(shop.url, ['create-admin', '--email', email, '--json'], { stdin: password });
    expect([refused.code, JSON.parse(refused.out)]).toEqual([
      1,
      {
        ok: false,
        code: 'EMAIL_TAKEN',
        message: expect.stringMatching(/customer account\. .*run create-admin with --promote on the server/),
      },
    ]);
    const { code } = await runCli(shop.url, ['create-admin', '--email', email, '--promote'], { stdin: password });
    expect(code).toBe(0);
    expect(await rowsOf(isOpen, [userId])).toEqual([]);
    expect((await signInAs(email)).user.role).toBe('admin');
  });

  it('create-admin refuses to promote a suspended account', async () => {
    const { email, userId } = await aCustomer(shop.core);
    await shop.core.database.kysely.updateTable('users').set({ accountStatus: 'suspended' }).where('id', '=', userId).execute();
    const { code, err } = await runCli(shop.url, ['create-admin', '--email', email, '--promote'], { stdin: password });
    expect([code, err]).toEqual([1, expect.stringContaining('is suspended')]);
  });

  it('create-admin asks on a terminal for missing values, asks again for invalid ones and never shows a password', async () => {
    const typed = ['no address', 'mary@example.com', password, 'something else here', 'too short', 'too short', password, password];
    const { code, err, out } = await runCli(shop.url, ['create-admin'], { typed });
    expect([code, typed]).toEqual([0, []]);
    expect(err).toMatch(/not an e-mail address[^]*two passwords differ[^]*at least 15 characters/);
    expect(out + err).not.toContain(password);
    await signInAs('mary@example.com');
  });

  it('create-admin asks on a terminal before it promotes an existing account', async () => {
    const { email } = await aCustomer(shop.core);
    const no = await runCli(shop.url, ['create-admin', '--email', email], { typed: [password, password, ''] });
    expect([no.code, no.err]).toEqual([1, expect.stringContaining('Make it an administrator?')]);
    const yes = await runCli(shop.url, ['create-admin', '--email', email], { typed: [password, password, 'y'] });
    expect(yes.code).toBe(0);
    expect((await signInAs(email)).user.role).toBe('admin');
  });

  it('create-admin creates one account when it is called ten times at once with one address', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, () => runCli(shop.url, ['create-admin', '--email', 'ten@example.com'], { stdin: password })),
    );
    expect(results.map(({ code }) => code).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([0, ...Array.from({ length: 9 }, () => 1)]);
  });
});
