/** The check of a trial must find every wrong report about a correct sale. */
import { contract } from '@cartwright/contracts';
import { buyFromSale, createFlashSale } from '@cartwright/core/flash-sales';
import { system } from '@cartwright/core/kernel';
import { anAddress, aProduct, createTestShop, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrowdReport, Outcome } from './crowd.ts';
import { checkTrial } from './verdict.ts';

let shop: TestShop;
let itemId: string;
const outcomes = new Map<string, Outcome>();
const keys = ['known-buyer-00001', 'known-buyer-00002', 'known-buyer-00003'] as const;

beforeAll(async () => {
  shop = await createTestShop();
  const product = await aProduct(shop.core, { stock: 10 });
  const sale = await createFlashSale(
    shop.core,
    system('test'),
    contract.flashSales.create.input.parse({
      name: 'Small drop',
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2199-01-01T00:00:00Z',
      items: [{ variantId: variantOf(product).id, units: 2, salePriceCents: 500 }],
    }),
  );
  itemId = sale.items[0]?.id ?? '';
  for (const key of keys) {
    const input = contract.flashSales.buy.input.parse({ itemId, email: `${key}@example.com`, shippingAddress: anAddress });
    outcomes.set(
      key,
      await buyFromSale(shop.core, { kind: 'guest', cartToken: null }, input, { idempotencyKey: key }).then(
        ({ purchase }): Outcome => ({ kind: 'bought', orderId: purchase.orderId }),
        (): Outcome => ({ kind: 'refused', code: 'OUT_OF_STOCK' }),
      ),
    );
  }
  await shop.core.database.kysely.updateTable('outbox_events').set({ relayedAt: new Date() }).execute();
});
afterAll(() => shop.close());

const correctReport = (): CrowdReport => ({ outcomes, waits: [1], visits: new Map(), statuses: { 201: 2, 409: 1 }, contradictions: [] });
const problemsOf = async (report: CrowdReport, faulty = false): Promise<string> =>
  (await checkTrial(shop.core, itemId, report, faulty)).problems.join('\n');
const reportWith = (key: string, wrong: Outcome): CrowdReport => ({ ...correctReport(), outcomes: new Map([...outcomes, [key, wrong]]) });

describe('the check of a trial', () => {
  it('the check of a trial finds no problem in a correct report', async () => {
    expect(await problemsOf(correctReport())).toBe('');
  });
  it.each([
    [
      'an order that does not exist',
      () => reportWith(keys[0], { kind: 'bought', orderId: '0190f7a0-0000-7000-8000-000000000000' }),
      /do not exist/,
    ],
    [
      'a refusal of a buyer with an order',
      () => reportWith(keys[0], { kind: 'refused', code: 'OUT_OF_STOCK' }),
      /refused buyers have an order/,
    ],
    ['a refusal with another code', () => reportWith(keys[2], { kind: 'refused', code: 'BUSY' }), /for another reason: BUSY/],
    ['a buyer without a final response', () => reportWith(keys[2], { kind: 'unknown', last: '503' }), /got no final response/],
    [
      'one buyer too many',
      () => reportWith('one-more-buyer-01', { kind: 'bought', orderId: '0190f7a0-0000-7000-8000-000000000001' }),
      /do not exist/,
    ],
    ['a server error', () => ({ ...correctReport(), statuses: { 201: 2, 500: 1 } }), /1 x 500/],
    ['two outcomes for one key', () => ({ ...correctReport(), contradictions: ['a / b'] }), /two different outcomes/],
  ])('the check of a trial finds %s', async (_what, report, found) => {
    expect(await problemsOf(report())).toMatch(found);
  });
  it('the check of a trial allows broken connections with a fault of the shop, but no 500', async () => {
    const report = { ...correctReport(), statuses: { 0: 3, 201: 2, 409: 1, 503: 2 } };
    expect(await problemsOf(report, true)).toBe('');
    expect(await problemsOf(report, false)).toMatch(/3 x 0, 2 x 503/);
    expect(await problemsOf({ ...report, statuses: { 500: 1 } }, true)).toMatch(/1 x 500/);
  });
});
