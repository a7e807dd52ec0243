import { aCustomer, createTestShop, race, testConfig, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeCore, createCore, migrateShop, openGate } from '../composition/index.ts';
import { getJwks } from '../accounts/index.ts';
import { claimInstallation, SecretMismatch, type Core } from './index.ts';

const otherSecret = 'another-secret-for-tests-9876543210-zyxwv';
const opened: Core[] = [];
let shop: TestShop;
afterEach(async () => {
  for (const core of opened.splice(0)) await closeCore(core);
  await shop.close();
});
const start = async (secret: string): Promise<Core> => {
  const core = await createCore(testConfig(shop.url, { secret }), { log: pino({ level: 'silent' }) });
  opened.push(core);
  return core;
};
const startsOf = async (secret: string): Promise<'served' | 'refused'> => {
  try {
    (await openGate(await start(secret))).close();
    return 'served';
  } catch (error) {
    if (error instanceof SecretMismatch) return 'refused';
    throw error;
  }
};
const forgetCheck = () => sql`delete from installation`.execute(shop.core.db);

describe('the secret of a shop', () => {
  it('the first start ties its secret to the empty database, and every other secret is refused after that', async () => {
    shop = await createTestShop();
    expect(await startsOf(shop.config.secret)).toBe('served');
    expect(await startsOf(otherSecret)).toBe('refused');
    expect(await startsOf(shop.config.secret)).toBe('served');
  });

  it('when two processes start an empty shop at once, one sets the secret and the other is refused', async () => {
    shop = await createTestShop();
    const cores = [await start(shop.config.secret), await start(otherSecret), await start(shop.config.secret), await start(otherSecret)];
    const results = await Promise.all(
      cores.map((core) =>
        claimInstallation(core).then(
          () => core.config.secret,
          (error: unknown) => error,
        ),
      ),
    );
    const [winner, ...others] = new Set(results.filter((result) => typeof result === 'string'));
    expect(others).toEqual([]);
    const refused = results.filter((result) => result instanceof SecretMismatch);
    expect(refused).toHaveLength(2);
    expect(await startsOf(String(winner))).toBe('served');
  });

  it('a shop of an earlier version is checked against its signing key, and its secret is stored', async () => {
    shop = await createTestShop();
    await getJwks(shop.core);
    await forgetCheck();
    expect(await startsOf(otherSecret)).toBe('refused');
    expect((await sql`select 1 from installation`.execute(shop.core.db)).rows).toEqual([]);
    expect(await startsOf(shop.config.secret)).toBe('served');
    await sql`delete from signing_keys`.execute(shop.core.db);
    expect(await startsOf(otherSecret)).toBe('refused');
  });

  it('a shop without a signing key is checked against its accounts, also when some of their values are damaged', async () => {
    shop = await createTestShop();
    const people = [await aCustomer(shop.core), await aCustomer(shop.core), await aCustomer(shop.core)];
    await sql`delete from signing_keys`.execute(shop.core.db);
    await sql`update users set email_sealed = 'v1:damaged:damaged' where id = ${people[0]?.userId ?? ''}`.execute(shop.core.db);
    await forgetCheck();
    expect(await startsOf(otherSecret)).toBe('refused');
    expect(await startsOf(shop.config.secret)).toBe('served');
  });

  it('a shop whose secret check is damaged is checked against its other sealed values; another secret is still refused', async () => {
    shop = await createTestShop();
    await claimInstallation(shop.core);
    await sql`update installation set secret_check_sealed = 'v1:damaged:damaged'`.execute(shop.core.db);
    expect(await startsOf(shop.config.secret)).toBe('refused');
    await aCustomer(shop.core);
    expect(await startsOf(otherSecret)).toBe('refused');
    expect(await startsOf(shop.config.secret)).toBe('served');
  });

  it('a wrong secret is refused with the setting, a restored backup as a possible cause, and what to do', async () => {
    shop = await createTestShop();
    await claimInstallation(shop.core);
    const refusal = await openGate(await start(otherSecret)).catch((error: unknown) => (error instanceof Error ? error.message : ''));
    expect(refusal).toMatch(/^CARTWRIGHT_SECRET is not the secret that this database was sealed with\. .*restored backup/);
    expect(refusal).not.toContain(otherSecret);
  });

  it('the secret is checked before a database is migrated, so a wrong one changes nothing', async () => {
    shop = await createTestShop();
    await getJwks(shop.core);
    await sql`drop table installation`.execute(shop.core.db);
    await sql`delete from schema_migrations where name like '%-installation'`.execute(shop.core.db);
    const before = (await sql`select name from schema_migrations`.execute(shop.core.db)).rows;
    await expect(migrateShop(await start(otherSecret))).rejects.toThrow(SecretMismatch);
    expect((await sql`select name from schema_migrations`.execute(shop.core.db)).rows).toEqual(before);
    expect((await migrateShop(await start(shop.config.secret))).applied).toEqual([expect.stringContaining('installation')]);
    expect(await startsOf(otherSecret)).toBe('refused');
  });

  it('the secret is not checked while the database refuses the role, which is logged once', async () => {
    shop = await createTestShop();
    const lines: string[] = [];
    const refused = new URL(shop.url);
    refused.password = 'wrong';
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const core = await createCore(testConfig(refused.href), { log });
    opened.push(core);
    const looks = vi.spyOn(core.database.pool, 'connect');
    const gate = await openGate(core, { everyMs: 20 });
    await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(3), { timeout: 20_000 });
    gate.close();
    expect(gate.obstacle?.message).toContain('password authentication failed');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'the database cannot be used',
      expect.stringMatching(/^not ready, waiting\. The database cannot be used: password authentication failed/),
    ]);
  });

  it('a constraint ties a database to a secret once only', async () => {
    shop = await createTestShop();
    await claimInstallation(shop.core);
    const { defects } = await race(2, () => sql`insert into installation (id, secret_check_sealed) values (2, 'x')`.execute(shop.core.db));
    expect(defects.map(String)).toEqual([expect.stringContaining('installation_one_row'), expect.stringContaining('installation_one_row')]);
  });
});
