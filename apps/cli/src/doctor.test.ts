/** `doctor` names each problem of an installation with its remedy, and shows no password. */
import { aStaffMember, createTestDatabase, nothing } from '@cartwright/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { aCliShop, runCli } from '../test/cli-run.ts';

const { shop, rowsOf } = await aCliShop();
beforeAll(() => aStaffMember(shop.core, 'admin'));

describe('cartwright doctor', () => {
  interface Check {
    readonly state: string;
    readonly text: string;
    readonly remedy?: string;
  }
  const checksOf = async (env: NodeJS.ProcessEnv = {}): Promise<{ code: number; checks: Check[] }> => {
    const { code, out } = await runCli(shop.url, ['doctor', '--json'], { env: { PATH: process.env['PATH'], ...env } });
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
    const { code, out } = await runCli(bare.url, ['doctor'], { env: { PATH: process.env['PATH'] } });
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
