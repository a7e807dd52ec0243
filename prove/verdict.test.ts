/** A proof is worth what its judge sees: lies about an honest sale must all be found. */
import { contract } from '@cartwright/contracts';
import { buyFromSale, createFlashSale } from '@cartwright/core/flash-sales';
import { system } from '@cartwright/core/kernel';
import { anAddress, aProduct, createTestShop, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrowdReport, Told } from './crowd.ts';
import { judge } from './verdict.ts';

let shop: TestShop;
let itemId: string;
const told = new Map<string, Told>();
const keys = ['honest-buyer-00001', 'honest-buyer-00002', 'honest-buyer-00003'] as const;

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
    told.set(
      key,
      await buyFromSale(shop.core, { kind: 'guest', cartToken: null }, input, { idempotencyKey: key }).then(
        ({ purchase }): Told => ({ kind: 'bought', orderId: purchase.orderId }),
        (): Told => ({ kind: 'refused', code: 'OUT_OF_STOCK' }),
      ),
    );
  }
  await shop.core.database.kysely.updateTable('outbox_events').set({ relayed_at: new Date() }).execute();
});
afterAll(() => shop.close());

const honest = (): CrowdReport => ({ told, waits: [1], visits: new Map(), statuses: { 201: 2, 409: 1 }, contradictions: [] });
const problemsOf = async (report: CrowdReport, faulty = false): Promise<string> =>
  (await judge(shop.core, itemId, report, faulty)).problems.join('\n');
const telling = (key: string, lie: Told): CrowdReport => ({ ...honest(), told: new Map([...told, [key, lie]]) });

describe('the judge', () => {
  it('finds nothing in an honest report', async () => {
    expect(await problemsOf(honest())).toBe('');
  });
  it.each([
    [
      'an order that does not exist',
      () => telling(keys[0], { kind: 'bought', orderId: '0190f7a0-0000-7000-8000-000000000000' }),
      /are not there/,
    ],
    [
      'a refusal of somebody who has an order',
      () => telling(keys[0], { kind: 'refused', code: 'OUT_OF_STOCK' }),
      /were refused and have an order/,
    ],
    ['a refusal for no good reason', () => telling(keys[2], { kind: 'refused', code: 'BUSY' }), /for another reason: BUSY/],
    ['a buyer who never learned', () => telling(keys[2], { kind: 'unknown', last: '503' }), /never got a clear answer/],
    [
      'a buyer too many',
      () => telling('one-more-buyer-01', { kind: 'bought', orderId: '0190f7a0-0000-7000-8000-000000000001' }),
      /are not there/,
    ],
    ['a server error', () => ({ ...honest(), statuses: { 201: 2, 500: 1 } }), /1 x 500/],
    ['two answers for one key', () => ({ ...honest(), contradictions: ['a / b'] }), /told two things/],
  ])('finds %s', async (_lie, report, found) => {
    expect(await problemsOf(report())).toMatch(found);
  });
  it('lets a fault break connections, but not answer 500', async () => {
    const report = { ...honest(), statuses: { 0: 3, 201: 2, 409: 1, 503: 2 } };
    expect(await problemsOf(report, true)).toBe('');
    expect(await problemsOf(report, false)).toMatch(/3 x 0, 2 x 503/);
    expect(await problemsOf({ ...report, statuses: { 500: 1 } }, true)).toMatch(/1 x 500/);
  });
});
