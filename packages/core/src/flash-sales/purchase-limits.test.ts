import { aConsistentShop, aCustomer, anAddressIn, aPurchaseInput, aKey, race, salesOf } from '@cartwright/testing';
import { describe, expect, test } from 'vitest';
import { cancelOrder } from '../order-cancellations/index.ts';
import { DomainError, system, type Actor } from '../kernel/index.ts';
import { buyFromSale } from './index.ts';

const staff = system('test');
const anonymous: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const { aSale, buy, metricsOf } = salesOf(shop);

describe('purchase limits', () => {
  test('the purchase limit is exact for concurrent purchases, and counts an account and its address as one buyer', async () => {
    const { item } = await aSale({ units: 50, limitPerCustomer: 3 });
    const customer = await aCustomer(shop.core);
    const { won, refused } = await race(100, (i) =>
      i % 2 ? buy(item, { email: customer.email }, customer) : buy(item, { email: customer.email.replace('@', '+again@') }),
    );
    expect(won).toHaveLength(3);
    expect(refused).toEqual({ PURCHASE_LIMIT: 97 });
  });

  test('fifty accounts at one address share its limit, however they spell it', async () => {
    const { item } = await aSale({ units: 50, limitPerAddress: 2 });
    const { won } = await race(50, (i) =>
      buy(item, { address: { line1: i % 2 ? '12 St. James Square' : '12 st james square', postalCode: 'SW1Y 4JH' } }),
    );
    expect(won).toHaveLength(2);
  });

  test('one street in two towns of a country without postcodes is two addresses', async () => {
    const { item } = await aSale({ units: 10, limitPerAddress: 1 });
    const inTown = (city: string) => buy(item, { address: anAddressIn('AE', { region: city, line1: '1 Airport Road' }) });
    await inTown('Dubai');
    await inTown('Sharjah');
    await expect(inTown('DUBAI')).rejects.toMatchObject({ code: 'PURCHASE_LIMIT' });
  });

  test('a cancelled order returns its units to the sale, and its buyer can buy again', async () => {
    const { sale, item } = await aSale({ units: 1, limitPerCustomer: 1 });
    const { purchase } = await buy(item, { email: 'once@example.com' });
    await cancelOrder(shop.core, staff, { orderId: purchase.orderId });
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 1, unitsHeld: 0 });
    await expect.poll(() => buy(item, { email: 'once@example.com' }).then((w) => w.purchase.status)).toBe('pending');
  });

  test('an address with too many declines is blocked in a flash sale as at checkout', async () => {
    const { sale, item } = await aSale({ units: 60 });
    const ip = '203.0.113.9';
    const codes: unknown[] = [];
    for (let n = 0; n < shop.config.declinesPerAddress + 3; n += 1)
      await buyFromSale(shop.core, anonymous, aPurchaseInput(item, { token: 'tok_decline' }), { idempotencyKey: aKey(), ip }).catch(
        (error: unknown) => codes.push(error instanceof DomainError ? error.code : error),
      );
    expect(codes.slice(-3)).toEqual(['TOO_MANY_DECLINES', 'TOO_MANY_DECLINES', 'TOO_MANY_DECLINES']);
    expect(await metricsOf(sale)).toMatchObject({ orders: shop.config.declinesPerAddress });
  });
});
