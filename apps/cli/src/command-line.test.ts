/** What every command does alike, on real databases: help, wrong calls, wrong settings; and the migrations. */
import { createTestDatabase, nothing } from '@cartwright/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { aCliShop, password, runCli } from '../test/cli-run.ts';

const { shop, rowsOf } = await aCliShop();
const empty = await createTestDatabase(nothing);
afterAll(() => empty.drop());

describe('the command line', () => {
  it('the command line lists its commands and shows the help of each one', async () => {
    const { code, out } = await runCli(shop.url, ['--help']);
    expect(code).toBe(0);
    for (const name of ['create-admin', 'migrate', 'doctor', 'invariants', 'repair-stock']) {
      expect(out).toContain(name);
      expect((await runCli(shop.url, [name, '--help'])).out).toContain(`cartwright -- ${name}`);
    }
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['destroy']],
    ['an unknown option', ['invariants', '--fast']],
    ['an unexpected argument', ['migrate', 'up', 'now']],
    ['an unknown migration step', ['migrate', 'down']],
    ['an invalid e-mail address', ['create-admin', '--email', 'ada']],
    ['a password among the arguments', ['create-admin', '--email', 'ada@example.com', '--password', password]],
    ['no password at all', ['create-admin', '--email', 'ada@example.com']],
    ['an invalid variant id', ['repair-stock', 'everything']],
    ...[
      'consumers retire x\u0000',
      'repair-stock \u0000',
      'create-admin --email \u0000',
      'create-admin --first-name \u0000',
      'migrate \u0000',
    ].map((line): [string, string[]] => [`NUL in ${line.split(' ', 1)[0]}`, line.split(' ')]),
    ['NUL in the name of an event', ['consumers', 'retire', 'gone', '--event', 'order.\u0000']],
  ])('the command line exits with 2 and changes nothing when it is called with %s', async (_what, args) => {
    const { code, out, err } = await runCli(shop.url, args);
    expect([code, out === '' || args.length === 0]).toEqual([2, true]);
    expect(err + out).not.toContain(password);
    expect(err + out).not.toMatch(/\n\s+at /);
    expect(await rowsOf('select 1 from users')).toEqual([]);
  });

  it('the command line exits with 1 and names every invalid setting', async () => {
    const { code, err } = await runCli(shop.url, ['invariants'], { env: { CARTWRIGHT_SECRET: 'short', DATABASE_URL: 'nowhere' } });
    expect(code).toBe(1);
    expect(err).toMatch(/CARTWRIGHT_SECRET: must have at least 32 characters[^]*DATABASE_URL: must be a URL/);
  });

  it.each(['invariants', 'repair-stock', 'migrate status', 'migrate up', 'create-admin --email eve@example.com'])(
    '%s is refused with a one-sentence error when the secret is wrong',
    async (command) => {
      const args = command.split(' ');
      const env = { CARTWRIGHT_SECRET: 'another-secret-0123456789-abcdefghijk', CARTWRIGHT_ADMIN_PASSWORD: password };
      const { code, err } = await runCli(shop.url, args, { env });
      expect([code, err]).toEqual([1, expect.stringContaining('CARTWRIGHT_SECRET is not the secret that this database was sealed with')]);
    },
  );

  it('the command line reports an unreachable database and a rejected password without a stack trace', async () => {
    const away = await runCli('postgresql://shop@127.0.0.1:1/shop', ['invariants']);
    expect([away.code, away.err]).toEqual([1, expect.stringMatching(/^The database of DATABASE_URL cannot be reached: .*ECONNREFUSED/)]);
    const nowhere = await runCli('postgresql://shop@database.invalid/shop', ['migrate', 'status']);
    expect([nowhere.code, nowhere.err]).toEqual([
      1,
      expect.stringMatching(/^The database of DATABASE_URL cannot be reached: .*database\.invalid$/),
    ]);
    const refused = new URL(shop.url);
    refused.password = 'wrong';
    const { code, err } = await runCli(refused.href, ['migrate', 'status']);
    expect([code, err]).toEqual([1, expect.stringMatching(/^PostgreSQL refuses: password authentication failed/)]);
  });
});

describe('cartwright migrate', () => {
  it('migrate plans the migrations of an empty database, applies them once in two calls at once, and reports that it is up to date', async () => {
    const before = await runCli(empty.url, ['migrate', 'status']);
    expect([before.code, before.out]).toEqual([1, expect.stringMatching(/missing 20261121000000-initial[^]*lacks \d+ migrations\. Run:/)]);
    const plan = await runCli(empty.url, ['migrate', 'plan']);
    expect([plan.code, plan.out]).toEqual([0, expect.stringMatching(/^-- 20261121000000-initial\n[^]*create table "users"/)]);
    expect(
      (JSON.parse((await runCli(empty.url, ['migrate', 'plan', '--json'])).out) as { pending: unknown[] }).pending.length,
    ).toBeGreaterThan(30);
    const missing = await runCli(empty.url, ['invariants']);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('npm run cartwright -- migrate up')]);
    const both = await Promise.all([runCli(empty.url, ['migrate', 'up', '--json']), runCli(empty.url, ['migrate', 'up', '--json'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const counts = both.map(({ out }) => (JSON.parse(out) as { applied: string[] }).applied.length).toSorted((a, b) => a - b);
    expect([counts[0], (counts[1] ?? 0) > 30]).toEqual([0, true]);
    const after = await runCli(empty.url, ['migrate', 'status', '--json']);
    expect([after.code, JSON.parse(after.out)]).toEqual([0, { upToDate: true, pending: [] }]);
    expect((await runCli(empty.url, ['migrate', 'plan'])).out).toBe('The database is up to date.');
  });

  it('migrate binds the database to its secret', async () => {
    const { code } = await runCli(empty.url, ['migrate', 'status'], {
      env: { CARTWRIGHT_SECRET: 'another-secret-0123456789-abcdefghijk' },
    });
    expect(code).toBe(1);
  });
});
