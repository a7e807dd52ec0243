/** Runs the command line on real databases as its process does. */
import { signIn } from '@cartwright/core/accounts';
import { consumers } from '@cartwright/core/composition';
import { registerConsumers, type EventConsumer } from '@cartwright/core/events';
import { claimInstallation } from '@cartwright/core/kernel';
import {
  aCustomer,
  aProduct,
  createTestDatabase,
  createTestShop,
  nothing,
  testSecret,
  there,
  variantOf,
  type TestDatabase,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine, type Io } from './index.ts';

const password = 'seven green umbrellas sing';
const guest = { kind: 'guest', cartToken: null } as const;

interface Keyboard {
  readonly env?: NodeJS.ProcessEnv;
  /** Answers to the questions, in order. Without it there is no terminal. */
  readonly typed?: string[];
  readonly stdin?: string;
}
/** Runs the command line. Returns its exit code and output. */
const run = async (url: string, args: string[], { env = {}, typed, stdin }: Keyboard = {}) => {
  const out: string[] = [];
  const err: string[] = [];
  const next = async (question: string): Promise<string> => {
    err.push(question);
    return there(typed?.shift());
  };
  const io: Io = {
    env: { CARTWRIGHT_ENV: 'test', CARTWRIGHT_SECRET: testSecret, DATABASE_URL: url, PUBLIC_URL: 'https://shop.example', ...env },
    isInteractive: typed !== undefined,
    say: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    ask: next,
    askHidden: next,
    readLine: async () => stdin ?? null,
  };
  const code = await runCommandLine(args, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

let shop: TestShop;
let empty: TestDatabase;
beforeAll(async () => {
  shop = await createTestShop();
  await claimInstallation(shop.core);
  empty = await createTestDatabase(nothing);
});
afterAll(async () => {
  await shop.close();
  await empty.drop();
});
const rowsOf = async (statement: string, values: unknown[] = []) =>
  (await shop.core.database.pool.query<Record<string, unknown>>(statement, values)).rows;
const signInAs = (email: string, word = password) => signIn(shop.core, guest, { email, password: word });

describe('the command line', () => {
  it('the command line lists its commands and shows the help of each one', async () => {
    const { code, out } = await run(shop.url, ['--help']);
    expect(code).toBe(0);
    for (const name of ['create-admin', 'migrate', 'doctor', 'invariants', 'repair-stock']) {
      expect(out).toContain(name);
      expect((await run(shop.url, [name, '--help'])).out).toContain(`cartwright -- ${name}`);
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
    const { code, out, err } = await run(shop.url, args);
    expect([code, out === '' || args.length === 0]).toEqual([2, true]);
    expect(err + out).not.toContain(password);
    expect(err + out).not.toMatch(/\n\s+at /);
    expect(await rowsOf('select 1 from users')).toEqual([]);
  });

  it('the command line exits with 1 and names every invalid setting', async () => {
    const { code, err } = await run(shop.url, ['invariants'], { env: { CARTWRIGHT_SECRET: 'short', DATABASE_URL: 'nowhere' } });
    expect(code).toBe(1);
    expect(err).toMatch(/CARTWRIGHT_SECRET: must have at least 32 characters[^]*DATABASE_URL: must be a URL/);
  });

  it.each(['invariants', 'repair-stock', 'migrate status', 'migrate up', 'create-admin --email eve@example.com'])(
    '%s is refused with a one-sentence error when the secret is wrong',
    async (command) => {
      const args = command.split(' ');
      const env = { CARTWRIGHT_SECRET: 'another-secret-0123456789-abcdefghijk', CARTWRIGHT_ADMIN_PASSWORD: password };
      const { code, err } = await run(shop.url, args, { env });
      expect([code, err]).toEqual([1, expect.stringContaining('CARTWRIGHT_SECRET is not the secret that this database was sealed with')]);
    },
  );

  it('the command line reports an unreachable database and a rejected password without a stack trace', async () => {
    const away = await run('postgresql://shop@127.0.0.1:1/shop', ['invariants']);
    expect([away.code, away.err]).toEqual([1, expect.stringMatching(/^The database of DATABASE_URL cannot be reached: .*ECONNREFUSED/)]);
    const nowhere = await run('postgresql://shop@database.invalid/shop', ['migrate', 'status']);
    expect([nowhere.code, nowhere.err]).toEqual([
      1,
      expect.stringMatching(/^The database of DATABASE_URL cannot be reached: .*database\.invalid$/),
    ]);
    const refused = new URL(shop.url);
    refused.password = 'wrong';
    const { code, err } = await run(refused.href, ['migrate', 'status']);
    expect([code, err]).toEqual([1, expect.stringMatching(/^PostgreSQL refuses: password authentication failed/)]);
  });
});

describe('cartwright create-admin', () => {
  it('create-admin creates the owner of an empty shop with the password of the environment', async () => {
    const args = ['create-admin', '--email', 'Grace@Example.com', '--first-name', 'Grace', '--json'];
    const { code, out, err } = await run(shop.url, args, { env: { CARTWRIGHT_ADMIN_PASSWORD: password } });
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
    const { code, out } = await run(shop.url, ['create-admin', '--email', 'joan@example.com'], { stdin: password });
    expect([code, out]).toEqual([0, 'joan@example.com is an administrator of this shop. Sign in at https://shop.example/admin/']);
    await signInAs('joan@example.com');
  });

  it.each([
    ['too short', 'vT7#kq0zLm2!', /at least 15 characters; this one has 12/],
    ['common', 'password1234567890', /too easy to guess/],
    ['the e-mail address', 'alan.turing@example.com', /too easy to guess/],
  ])('create-admin refuses a password that is %s', async (_what, weak, sentence) => {
    const { code, err, out } = await run(shop.url, ['create-admin', '--email', 'alan.turing@example.com'], { stdin: weak });
    expect([code, err]).toEqual([1, expect.stringMatching(sentence)]);
    expect(err.split('\n')).toHaveLength(1);
    expect(out + err).not.toContain(weak === 'alan.turing@example.com' ? 'nothing' : weak);
    await expect(signInAs('alan.turing@example.com', weak)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('create-admin refuses the address of an administrator, with or without --promote, and keeps the password', async () => {
    for (const more of [[], ['--promote']]) {
      const { code, err } = await run(shop.url, ['create-admin', '--email', 'joan@example.com', ...more], { stdin: `${password} again` });
      expect([code, err]).toEqual([1, expect.stringContaining('This address belongs to an administrator already.')]);
    }
    await signInAs('joan@example.com');
  });

  it('create-admin refuses the address of a customer, and with --promote replaces the password and ends the sessions', async () => {
    const { email, userId } = await aCustomer(shop.core);
    const isOpen = 'select 1 from sessions where user_id = $1 and revoked_at is null';
    expect(await rowsOf(isOpen, [userId])).toHaveLength(1);
    const refused = await run(shop.url, ['create-admin', '--email', email, '--json'], { stdin: password });
    expect([refused.code, JSON.parse(refused.out)]).toEqual([
      1,
      {
        ok: false,
        code: 'EMAIL_TAKEN',
        message: expect.stringMatching(/customer account\. .*run create-admin with --promote on the server/),
      },
    ]);
    const { code } = await run(shop.url, ['create-admin', '--email', email, '--promote'], { stdin: password });
    expect(code).toBe(0);
    expect(await rowsOf(isOpen, [userId])).toEqual([]);
    expect((await signInAs(email)).user.role).toBe('admin');
  });

  it('create-admin refuses to promote a suspended account', async () => {
    const { email, userId } = await aCustomer(shop.core);
    await shop.core.database.kysely.updateTable('users').set({ account_status: 'suspended' }).where('id', '=', userId).execute();
    const { code, err } = await run(shop.url, ['create-admin', '--email', email, '--promote'], { stdin: password });
    expect([code, err]).toEqual([1, expect.stringContaining('is suspended')]);
  });

  it('create-admin asks on a terminal for missing values, asks again for invalid ones and never shows a password', async () => {
    const typed = ['no address', 'mary@example.com', password, 'something else here', 'too short', 'too short', password, password];
    const { code, err, out } = await run(shop.url, ['create-admin'], { typed });
    expect([code, typed]).toEqual([0, []]);
    expect(err).toMatch(/not an e-mail address[^]*two passwords differ[^]*at least 15 characters/);
    expect(out + err).not.toContain(password);
    await signInAs('mary@example.com');
  });

  it('create-admin asks on a terminal before it promotes an existing account', async () => {
    const { email } = await aCustomer(shop.core);
    const no = await run(shop.url, ['create-admin', '--email', email], { typed: [password, password, ''] });
    expect([no.code, no.err]).toEqual([1, expect.stringContaining('Make it an administrator?')]);
    const yes = await run(shop.url, ['create-admin', '--email', email], { typed: [password, password, 'y'] });
    expect(yes.code).toBe(0);
    expect((await signInAs(email)).user.role).toBe('admin');
  });

  it('create-admin creates one account when it is called ten times at once with one address', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, () => run(shop.url, ['create-admin', '--email', 'ten@example.com'], { stdin: password })),
    );
    expect(results.map(({ code }) => code).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([0, ...Array.from({ length: 9 }, () => 1)]);
  });
});

describe('cartwright migrate', () => {
  it('migrate plans the migrations of an empty database, applies them once in two calls at once, and reports that it is up to date', async () => {
    const before = await run(empty.url, ['migrate', 'status']);
    expect([before.code, before.out]).toEqual([1, expect.stringMatching(/missing 20261121000000-initial[^]*lacks \d+ migrations\. Run:/)]);
    const plan = await run(empty.url, ['migrate', 'plan']);
    expect([plan.code, plan.out]).toEqual([0, expect.stringMatching(/^-- 20261121000000-initial\n[^]*create table "users"/)]);
    expect(
      (JSON.parse((await run(empty.url, ['migrate', 'plan', '--json'])).out) as { pending: unknown[] }).pending.length,
    ).toBeGreaterThan(30);
    const missing = await run(empty.url, ['invariants']);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('npm run cartwright -- migrate up')]);
    const both = await Promise.all([run(empty.url, ['migrate', 'up', '--json']), run(empty.url, ['migrate', 'up', '--json'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const counts = both.map(({ out }) => (JSON.parse(out) as { applied: string[] }).applied.length).toSorted((a, b) => a - b);
    expect([counts[0], (counts[1] ?? 0) > 30]).toEqual([0, true]);
    const after = await run(empty.url, ['migrate', 'status', '--json']);
    expect([after.code, JSON.parse(after.out)]).toEqual([0, { upToDate: true, pending: [] }]);
    expect((await run(empty.url, ['migrate', 'plan'])).out).toBe('The database is up to date.');
  });

  it('migrate binds the database to its secret', async () => {
    const { code } = await run(empty.url, ['migrate', 'status'], { env: { CARTWRIGHT_SECRET: 'another-secret-0123456789-abcdefghijk' } });
    expect(code).toBe(1);
  });
});

describe('cartwright invariants and repair-stock', () => {
  it('invariants and repair-stock report a wrong counter, correct it with --apply, and find no problem afterwards', async () => {
    const { sku, id } = variantOf(await aProduct(shop.core, { stock: 5 }));
    await shop.core.database.kysely.updateTable('stock_levels').set({ on_hand: 7 }).where('variant_id', '=', id).execute();
    const found = await run(shop.url, ['invariants']);
    expect([found.code, found.out]).toEqual([1, expect.stringMatching(/^FAIL I\d+/m)]);
    expect(await run(shop.url, ['repair-stock'])).toEqual({
      code: 1,
      out: `${sku}: onHand 7 -> 5\nWrong counters: 1, of 1 variants. Run the command with --apply to correct them.`,
      err: '',
    });
    const put = await run(shop.url, ['repair-stock', '--apply', '--json', id]);
    expect([put.code, JSON.parse(put.out)]).toEqual([
      0,
      { applied: true, variantCount: 1, changes: [expect.objectContaining({ sku, from: 7, to: 5 })] },
    ]);
    expect((await run(shop.url, ['repair-stock'])).out).toBe('Every counter agrees with the ledger and the holds.');
    const clean = await run(shop.url, ['invariants', '--json']);
    expect([clean.code, (JSON.parse(clean.out) as { clean: boolean }).clean]).toEqual([0, true]);
  });
});

describe('cartwright repair-stock', () => {
  it('repair-stock exits with 1 for an unknown variant', async () => {
    const unknown = '01990000-0000-7000-8000-000000000000';
    expect(await run(shop.url, ['repair-stock', '--apply', unknown])).toEqual({
      code: 1,
      out: '',
      err: `Variant ${unknown} was not found.`,
    });
  });
});

describe('cartwright doctor', () => {
  interface Check {
    readonly state: string;
    readonly text: string;
    readonly remedy?: string;
  }
  const checksOf = async (env: NodeJS.ProcessEnv = {}): Promise<{ code: number; checks: Check[] }> => {
    const { code, out } = await run(shop.url, ['doctor', '--json'], { env: { PATH: process.env['PATH'], ...env } });
    return { code, checks: (JSON.parse(out) as { checks: Check[] }).checks };
  };

  it('doctor finds no problem in a migrated shop with the right secret', async () => {
    const { code, checks } = await checksOf();
    const texts = checks.map(({ state, text }) => `${state} ${text}`);
    expect(texts).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ok DATABASE_URL: PostgreSQL \d+/),
        'ok the database is migrated',
        'ok CARTWRIGHT_SECRET opens the database',
        'ok the shop has an administrator',
      ]),
    );
    expect(texts.filter((text) => text.startsWith('fail'))).toEqual([]);
    expect(code).toBe(0);
  });

  it('doctor fails with a remedy for a wrong secret, an unreachable mail server and an unreachable Redis, and shows no password', async () => {
    const { code, checks } = await checksOf({
      CARTWRIGHT_SECRET: 'another-secret-0123456789-abcdefghijk',
      REDIS_URL: 'redis://:hush-hush@127.0.0.1:1',
      SMTP_URL: 'smtp://shop:hush-hush@127.0.0.1:1',
    });
    const failed = checks.filter(({ state }) => state === 'fail');
    expect(failed.map(({ text }) => text.split(/[ :]/)[0])).toEqual(['CARTWRIGHT_SECRET', 'REDIS_URL', 'SMTP_URL']);
    expect(failed.every(({ remedy }) => remedy)).toBe(true);
    expect(JSON.stringify(checks)).not.toContain('hush-hush');
    expect(code).toBe(1);
  });

  it('doctor fails for a database that is unreachable or lacks migrations', async () => {
    const away = await checksOf({ DATABASE_URL: 'postgresql://shop@127.0.0.1:1/shop' });
    expect(away.checks).toContainEqual(expect.objectContaining({ state: 'fail', text: expect.stringContaining('ECONNREFUSED') }));
    // Makes the database look like one of an earlier version during the check.
    await rowsOf(`update schema_migrations set name = 'away ' || name where id = (select max(id) from schema_migrations)`);
    const behind = await checksOf();
    await rowsOf(`update schema_migrations set name = substr(name, 6) where name like 'away %'`);
    expect([behind.code, behind.checks]).toEqual([
      1,
      expect.arrayContaining([{ state: 'fail', text: 'the database lacks 1 migrations', remedy: 'Run: npm run cartwright -- migrate up' }]),
    ]);
  });

  it('doctor fails for an empty database and names the command that migrates it', async () => {
    const bare = await createTestDatabase(nothing);
    const { code, out } = await run(bare.url, ['doctor'], { env: { PATH: process.env['PATH'] } });
    await bare.drop();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/FAIL {2}the database lacks \d+ migrations\n {6}Run: npm run cartwright -- migrate up/),
    ]);
  });

  it.skipIf(!process.env['TEST_REDIS_URL'])('doctor accepts a Redis that evicts nothing', async () => {
    const { checks } = await checksOf({ REDIS_URL: process.env['TEST_REDIS_URL'] });
    expect(checks).toContainEqual({ state: 'ok', text: 'REDIS_URL: Redis answers and evicts nothing' });
  });
});

describe('cartwright consumers', () => {
  const consumer: EventConsumer = { name: 'gone', events: ['pricing.changed'], handle: async () => [] };

  it('consumers lists the consumers, and retires one that no worker handles with its waiting events', async () => {
    await registerConsumers(shop.core, [consumer]);
    expect(await run(shop.url, ['consumers', 'list'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('gone: handled by a worker'),
    });
    expect(await run(shop.url, ['consumers', 'retire', 'gone'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('Stop that worker'),
    });
    await shop.core.database.kysely
      .updateTable('event_consumers')
      .set({ last_seen_at: new Date(Date.now() - 600_000) })
      .execute();
    expect(await run(shop.url, ['consumers', 'list'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('no worker has handled it since'),
    });
    expect(await run(shop.url, ['consumers', 'retire', 'gone', '--json'])).toMatchObject({
      code: 0,
      out: '{"name":"gone","droppedDeliveries":0}',
    });
    expect(await run(shop.url, ['consumers', 'retire', 'gone'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('gone was not found'),
    });
  });

  it('consumers refuses to retire an event that this version handles while a worker runs', async () => {
    await registerConsumers(shop.core, consumers);
    expect(await run(shop.url, ['consumers', 'retire', 'notifications', '--event', 'order.confirmed'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('A running worker handles order.confirmed for the consumer notifications'),
    });
    expect(await rowsOf(`select 1 from event_subscriptions where event = 'order.confirmed'`)).toHaveLength(1);
  });

  it('consumers exits with 2 when the action or the name of the consumer is missing or wrong', async () => {
    for (const args of [[], ['retire'], ['list', 'gone'], ['lists']])
      expect((await run(shop.url, ['consumers', ...args])).code, args.join(' ')).toBe(2);
  });
});
