import { contract } from '@cartwright/contracts';
import { aCurrency, aCustomer, aGiftCard, aKey, aStaffMember, aConsistentShop, letPass, race } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { system, withIdempotency, type Actor } from '../kernel/index.ts';
import {
  adjustCredit,
  checkGiftCard,
  expireCredits,
  grantCredit,
  issueGiftCard,
  listCreditMovements,
  listMyCredit,
  listStoreCredits,
  setCreditState,
} from './index.ts';

const shop = await aConsistentShop();

const staff = system('test');
const issue = (fields: { amountCents?: number; currency?: string; expiresAt?: string; note?: string } = {}) =>
  issueGiftCard(shop.core, staff, contract.storeCredit.issueGiftCard.input.parse({ amountCents: 5000, currency: 'USD', ...fields }));
const movementsOf = async (creditId: string) => {
  const input = contract.storeCredit.ledger.input.parse({ creditId });
  return (await listCreditMovements(shop.core, staff, input)).items.map((m) => [m.kind, m.amountCents, m.balanceCents]);
};
/** Each call without an address gets a new one, so that guesses in one test do not count in another. */
let visitors = 0;
const check = (code: string, actor: Actor = { kind: 'guest', cartToken: null }, ip = `203.0.113.${(visitors += 1)}`) =>
  checkGiftCard(shop.core, actor, { code }, ip);

describe('codes of gift cards', () => {
  it('a gift card code has 80 random bits, is returned once and is not stored in the database', async () => {
    const { credit, code } = await issue({ note: 'for Ada' });
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(credit).toMatchObject({ kind: 'gift_card', balanceCents: 5000, state: 'active', expired: false, lastFour: code.slice(-4) });
    const { rows } = await sql<{ row: string }>`select row_to_json(c)::text as row from store_credits c where id = ${credit.id}`.execute(
      shop.core.db,
    );
    expect(rows[0]?.row).not.toContain(code.slice(0, 9));
    expect(rows[0]?.row).not.toContain(code.replaceAll('-', ''));
    expect(await movementsOf(credit.id)).toEqual([['grant', 5000, 5000]]);
  });

  it('a gift card code is accepted in lower case, with spaces, and with O for 0 and l for 1', async () => {
    const code = await aGiftCard(shop.core, 700);
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(await check(` ${typed} `)).toMatchObject({ balanceCents: 700, lastFour: code.slice(-4) });
  });

  it('repeating the issue of a gift card with its key returns the same code', async () => {
    const input = contract.storeCredit.issueGiftCard.input.parse({ amountCents: 100, currency: 'USD' });
    const key = aKey();
    const send = () =>
      withIdempotency(shop.core, { actor: staff, endpoint: 'storeCredit.issueGiftCard', key, input }, (core) =>
        issueGiftCard(core, staff, input),
      );
    const [first, again] = [await send(), await send()];
    expect(again.result).toEqual(first.result);
  });

  it('unknown, expired, disabled and empty gift cards get the same refusal', async () => {
    const [ended, stopped, empty] = [await issue({ expiresAt: await inSeconds(60) }), await issue(), await issue()];
    await letPass(shop.core, 2);
    await setCreditState(shop.core, staff, { creditId: stopped.credit.id, state: 'disabled' });
    await adjustCredit(shop.core, staff, { creditId: empty.credit.id, amountCents: -5000, reason: 'lost' });
    const answers = await Promise.all(
      ['0000-0000-0000-0000', ended.code, stopped.code, empty.code].map((code) =>
        check(code).catch((error: unknown) => String(error).replaceAll(code.slice(-4), 'the end')),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    await setCreditState(shop.core, staff, { creditId: stopped.credit.id, state: 'active' });
    expect(await check(stopped.code)).toMatchObject({ balanceCents: 5000 });
  });

  it('ten wrong gift card codes in ten minutes block further ones, also concurrent ones and the right one', async () => {
    const code = await aGiftCard(shop.core, 700);
    const customer = await aCustomer(shop.core);
    const { refused, defects } = await race(30, (i) => check(`GUESS${i}`, customer));
    expect({ refused, defects }).toEqual({ refused: { CODE_NOT_APPLICABLE: 10, RATE_LIMITED: 20 }, defects: [] });
    await expect(check(code, customer)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await check(code)).toMatchObject({ balanceCents: 700 });
  });
});

/** The instant this number of seconds after the database's present time. */
const inSeconds = async (seconds: number): Promise<string> => {
  const { rows } = await sql<{ at: Date }>`select now() + make_interval(secs => ${seconds}) as at`.execute(shop.core.db);
  return rows[0]?.at.toISOString() ?? expect.fail('no time');
};

describe('gift cards', () => {
  it('a gift card cannot be issued with an expiry in the past', async () => {
    await expect(issue({ expiresAt: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('the balance of an expired gift card is removed once, by the clock of the database', async () => {
    await expireCredits(shop.core);
    const { credit } = await issue({ expiresAt: await inSeconds(3600) });
    expect(await expireCredits(shop.core)).toBe(0);
    await letPass(shop.core, 61);
    expect(await expireCredits(shop.core)).toBe(1);
    expect(await expireCredits(shop.core)).toBe(0);
    expect(await movementsOf(credit.id)).toEqual([
      ['expire', -5000, 0],
      ['grant', 5000, 5000],
    ]);
  });

  it('many gift cards expire in as many statements as two', async () => {
    const statementsOf = async (count: number): Promise<number> => {
      const expiresAt = await inSeconds(3600);
      for (let issued = 0; issued < count; issued += 1) await issue({ expiresAt });
      await letPass(shop.core, 61);
      const expired: number[] = [];
      const texts = await shop.countQueries(async () => expired.push(await expireCredits(shop.core)));
      expect(expired).toEqual([count]);
      return texts.length;
    };
    const two = await statementsOf(2);
    expect(await statementsOf(20)).toBeLessThanOrEqual(two);
  });

  it('concurrent corrections of a gift card never take its balance below zero', async () => {
    const { credit } = await issue();
    const { won, refused, defects } = await race(10, () =>
      adjustCredit(shop.core, staff, { creditId: credit.id, amountCents: -2000, reason: 'fraud' }),
    );
    expect({ won: won.length, refused, defects }).toEqual({ won: 2, refused: { INSUFFICIENT_CREDIT: 8 }, defects: [] });
    expect(await adjustCredit(shop.core, staff, { creditId: credit.id, amountCents: 500, reason: 'sorry' })).toMatchObject({
      balanceCents: 1500,
    });
  });

  it('the ledger of a gift card cannot be changed', async () => {
    const { credit } = await issue();
    await expect(
      sql`update store_credit_movements set amount_cents = 1 where credit_id = ${credit.id}`.execute(shop.core.db),
    ).rejects.toThrow('append-only');
    await expect(sql`update store_credits set balance_cents = -1 where id = ${credit.id}`.execute(shop.core.db)).rejects.toThrow(
      'store_credits_balance',
    );
  });
});

describe('store credit of accounts', () => {
  it('an account has one credit for each currency, created once by concurrent grants', async () => {
    const customer = await aCustomer(shop.core);
    const grant = (currency: string) =>
      grantCredit(
        shop.core,
        staff,
        contract.storeCredit.grant.input.parse({ userId: customer.userId, currency, amountCents: 300, reason: 'late' }),
      );
    const { won, defects } = await race(10, (i) => grant(i < 7 ? 'USD' : 'EUR'));
    expect({ won: won.length, defects }).toEqual({ won: 10, defects: [] });
    const { items } = await listMyCredit(shop.core, customer);
    expect(items).toMatchObject([
      { currency: 'EUR', balanceCents: 900 },
      { currency: 'USD', balanceCents: 2100 },
    ]);
    const page = await listStoreCredits(shop.core, staff, contract.storeCredit.list.input.parse({ userId: customer.userId }));
    expect(page).toMatchObject({ totalCount: 2 });
  });

  it('store credit cannot be granted to an unknown account or for an unknown order', async () => {
    const customer = await aCustomer(shop.core);
    const input = { userId: customer.userId, currency: 'USD', amountCents: 300, reason: 'late' };
    const grant = (changes: object) => grantCredit(shop.core, staff, contract.storeCredit.grant.input.parse({ ...input, ...changes }));
    await expect(grant({ userId: shop.core.ids.next() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(grant({ orderId: shop.core.ids.next() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a balance beyond the exact numbers is refused for grants and adjustments, and stays as it is', async () => {
    const { userId } = await aCustomer(shop.core);
    const most = Number.MAX_SAFE_INTEGER;
    const grant = (amountCents: number) =>
      grantCredit(shop.core, staff, { userId, currency: aCurrency('USD'), amountCents, reason: 'late' });
    const { id: creditId } = await grant(most);
    await expect(grant(2)).rejects.toMatchObject({ code: 'INVALID_PRICE' });
    await expect(adjustCredit(shop.core, staff, { creditId, amountCents: 1, reason: 'late' })).rejects.toMatchObject({
      code: 'INVALID_PRICE',
    });
    expect(await movementsOf(creditId)).toEqual([['grant', most, most]]);
    await adjustCredit(shop.core, staff, { creditId, amountCents: -most, reason: 'too much' });
  });

  it('only staff with the scope store-credit:manage can issue gift cards', async () => {
    const support = await aStaffMember(shop.core, 'support');
    const input = contract.storeCredit.issueGiftCard.input.parse({ amountCents: 100, currency: 'USD' });
    expect(() => issueGiftCard(shop.core, support, input)).toThrow('store-credit:manage');
    expect(
      await listStoreCredits(shop.core, support, contract.storeCredit.list.input.parse({ kind: 'gift_card', pageSize: 1 })),
    ).toMatchObject({
      items: [{ kind: 'gift_card' }],
    });
  });
});
