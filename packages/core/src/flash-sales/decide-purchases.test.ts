import { aCurrency } from '@cartwright/testing';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../kernel/index.ts';
import { decidePurchases, type ItemUnderLock, type PurchaseHistory, type PurchaseRequest } from './decide-purchases.ts';

const item = (changes: Partial<ItemUnderLock> = {}): ItemUnderLock => ({
  variantId: '01990000-0000-7000-8000-000000000000' as ItemUnderLock['variantId'],
  productName: 'Mug',
  variantTitle: 'Blue',
  sku: 'MUG-1',
  unitsFree: 10,
  onSale: true,
  phase: 'open',
  startsAt: new Date('2026-01-01T10:00:00Z'),
  salePriceCents: 900,
  currency: aCurrency('EUR'),
  limitPerCustomer: null,
  limitPerAddress: null,
  waitingRoom: false,
  ...changes,
});
const nothingBefore: PurchaseHistory = { before: new Map(), claimed: new Map(), admitted: new Set(), unsendable: new Map() };
const request = (n: number, changes: Partial<PurchaseRequest> = {}): PurchaseRequest => ({
  requestKey: `key-${n}`,
  fingerprint: `print-${n}`,
  quantity: 1,
  expectedUnitPriceCents: undefined,
  customerIdentities: [`customer-${n}`],
  addressIdentity: `address-${n}`,
  placeId: null,
  ...changes,
});
const many = (count: number, changes: Partial<PurchaseRequest> = {}) => Array.from({ length: count }, (_, n) => request(n, changes));
const outcomes = (...args: Parameters<typeof decidePurchases>) =>
  decidePurchases(...args).map((d) => (d.kind === 'refused' ? d.error.code : d.kind));
const count = (list: readonly string[], what: string) => list.filter((x) => x === what).length;

describe('allocating units to a batch of purchases', () => {
  test('units go to the first requests of a batch in order of arrival, and never to more than there are units', () => {
    const got = outcomes(item({ unitsFree: 10 }), nothingBefore, many(25));
    expect(got.slice(0, 10).every((o) => o === 'sold')).toBe(true);
    expect(got.slice(10).every((o) => o === 'OUT_OF_STOCK')).toBe(true);
  });

  test('a request for more than the remaining units is refused with their number, and a smaller one after it is served', () => {
    const decisions = decidePurchases(item({ unitsFree: 3 }), nothingBefore, [
      request(1, { quantity: 2 }),
      request(2, { quantity: 2 }),
      request(3),
    ]);
    expect(decisions.map((d) => d.kind)).toEqual(['sold', 'refused', 'sold']);
    expect(decisions[1]).toMatchObject({
      error: {
        code: 'INSUFFICIENT_STOCK',
        message: 'Only 1 unit of Mug – Blue (SKU MUG-1) is available, but 2 were requested.',
        details: { variantId: item().variantId, requested: 2, available: 1 },
      },
    });
  });

  test('the limit per customer counts the batch, earlier orders, and the account together with its address', () => {
    const limited = item({ limitPerCustomer: 2 });
    expect(count(outcomes(limited, nothingBefore, many(50, { customerIdentities: ['same'] })), 'sold')).toBe(2);
    const bought = { ...nothingBefore, claimed: new Map([['same', 2]]) };
    expect(outcomes(limited, bought, [request(1, { customerIdentities: ['other', 'same'] })])).toEqual(['PURCHASE_LIMIT']);
    expect(outcomes(limited, nothingBefore, [request(1, { quantity: 3 })])).toEqual(['PURCHASE_LIMIT']);
  });

  test('the limit per address counts fifty accounts of one household together', () => {
    expect(count(outcomes(item({ limitPerAddress: 3 }), nothingBefore, many(50, { addressIdentity: 'one house' })), 'sold')).toBe(3);
  });

  test('a refusal for the purchase limit says how many units are left of it', () => {
    const [decision] = decidePurchases(item({ limitPerCustomer: 2 }), { ...nothingBefore, claimed: new Map([['a', 1]]) }, [
      request(1, { customerIdentities: ['a'], quantity: 2 }),
    ]);
    expect(decision).toMatchObject({ error: { details: { limit: 2, per: 'customer', bought: 1, left: 1 } } });
  });

  test('the same key twice in a batch buys once, and with another request is refused', () => {
    const twin = request(1);
    expect(outcomes(item(), nothingBefore, [twin, twin, request(1, { fingerprint: 'other' })])).toEqual([
      'sold',
      'same-as',
      'IDEMPOTENCY_KEY_REUSED',
    ]);
  });

  test('a key of an earlier call returns its order, even when the sale is sold out or has ended', () => {
    const before = { ...nothingBefore, before: new Map([['key-1', { orderId: 'order-1', fingerprint: 'print-1' }]]) };
    const [again, other] = decidePurchases(item({ unitsFree: 0, phase: 'ended' }), before, [request(1), request(2)]);
    expect(again).toEqual({ kind: 'bought-before', orderId: 'order-1' });
    expect(other).toMatchObject({ error: { code: 'SALE_ENDED' } });
    expect(outcomes(item(), before, [request(1, { fingerprint: 'changed' })])).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  test.each([
    ['scheduled', 'SALE_NOT_OPEN'],
    ['paused', 'SALE_PAUSED'],
    ['ended', 'SALE_ENDED'],
  ] as const)('nothing is sold while the sale is %s', (phase, code) => {
    expect(outcomes(item({ phase }), nothingBefore, many(3))).toEqual([code, code, code]);
  });

  test('a request with another price than the present one is refused', () => {
    const decisions = decidePurchases(item({ salePriceCents: 1_000 }), nothingBefore, [
      request(1, { expectedUnitPriceCents: 900 }),
      request(2, { expectedUnitPriceCents: 1_000 }),
    ]);
    expect(decisions[0]).toMatchObject({ error: { code: 'PRICE_CHANGED', details: { unitPriceCents: 1_000 } } });
    expect(decisions[1]).toMatchObject({ kind: 'sold' });
  });

  test('a request to an address without shipping is refused and takes no unit from others', () => {
    const history = { ...nothingBefore, unsendable: new Map([['key-1', new DomainError('SHIPPING_UNAVAILABLE', 'Not there.')]]) };
    expect(outcomes(item({ unitsFree: 1 }), history, [request(1), request(2)])).toEqual(['SHIPPING_UNAVAILABLE', 'sold']);
  });

  test('a place in the waiting room buys once, and only while it is admitted', () => {
    const history = { ...nothingBefore, admitted: new Set(['place-1']) };
    expect(
      outcomes(item({ waitingRoom: true }), history, [
        request(1, { placeId: 'place-1' }),
        request(2, { placeId: 'place-1' }),
        request(3, { placeId: 'place-2' }),
        request(4),
      ]),
    ).toEqual(['sold', 'ADMISSION_REQUIRED', 'ADMISSION_REQUIRED', 'ADMISSION_REQUIRED']);
  });
});
