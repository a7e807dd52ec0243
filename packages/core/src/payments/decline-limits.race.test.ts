/** Declines per order and per network address, with two hundred payments at the same moment. */
import {
  aCheckout,
  aGuestCart,
  aKey,
  aProduct,
  checkOut,
  createTestShop,
  letPass,
  race,
  there,
  unique,
  type TestShop,
} from '@cartwright/testing';
import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import type { DomainError } from '../kernel/index.ts';
import { startCall } from './start-calls.ts';

let shop: TestShop;
// On a slow machine, a payment that waits for others must not fail with BUSY.
beforeAll(async () => {
  shop = await createTestShop({ gatewayTimeoutMs: 60_000 });
});
afterAll(() => shop.close());

const card = (token: string) => ({ provider: 'sandbox' as const, method: 'credit_card' as const, token });
const anIp = () => `network ${unique()}`;
const carts = async (count: number) => {
  const product = await aProduct(shop.core, { stock: 1_000 });
  return Promise.all(Array.from({ length: count }, () => aGuestCart(shop.core, [[product, 1]])));
};
const pay = ({ guest, cart }: Awaited<ReturnType<typeof carts>>[number], token: string, ip: string) =>
  checkOut(shop.core, guest, aCheckout(cart, { token }), aKey(), ip);
/** Payments of an address by status, and how many of them the provider has received. */
const attemptsFrom = async (ip: string) => {
  const { rows } = await sql<{ status: string; n: number; charges: number }>`
    select p.status, count(*)::int as n, count(c.reference)::int as charges from payments p
    left join sandbox_charges c on c.idempotency_key = p.id::text
    where p.ip_index = ${shop.core.sealer.index('ip', ip)} group by p.status`.execute(shop.core.db);
  return {
    ...Object.fromEntries(rows.map(({ status, n }) => [status, n])),
    charges: rows.reduce((sum, { charges }) => sum + charges, 0),
  };
};

describe('declines of a network address', () => {
  it('two hundred concurrent declines of a network address stop at the limit, and further payments make no call to the provider', async () => {
    const [buyers, ip] = [await carts(200), anIp()];
    const { won, refused, defects } = await race(200, (i) => pay(there(buyers[i]), 'tok_decline', ip));
    expect([won, defects]).toEqual([[], []]);
    expect(refused).toEqual({ PAYMENT_DECLINED: shop.config.declinesPerAddress, TOO_MANY_DECLINES: 200 - shop.config.declinesPerAddress });
    expect(await attemptsFrom(ip)).toMatchObject({ failed: shop.config.declinesPerAddress, charges: shop.config.declinesPerAddress });
  });

  it('two hundred concurrent successful payments of a network address do not reach the limit of declines', async () => {
    const [buyers, ip] = [await carts(200), anIp()];
    const { won, refused, defects } = await race(200, (i) => pay(there(buyers[i]), 'tok_success', ip));
    expect([refused, defects]).toEqual([{}, []]);
    expect(won.filter((order) => order.paymentStatus === 'captured')).toHaveLength(200);
    expect(await attemptsFrom(ip)).toEqual({ captured: 200, charges: 200 });
  });

  it('all other payments of a network address pass while its declines stay below the limit', async () => {
    const [buyers, ip] = [await carts(100), anIp()];
    const declined = shop.config.declinesPerAddress - 1;
    const { won, refused, defects } = await race(100, (i) => pay(there(buyers[i]), i < declined ? 'tok_decline' : 'tok_success', ip));
    expect([refused, defects]).toEqual([{ PAYMENT_DECLINED: declined }, []]);
    expect(won).toHaveLength(100 - declined);
  });

  it('an attempt that a crash left open counts against its network address for an hour, and no longer', async () => {
    const [ip, [last, ...crashed]] = [anIp(), await carts(shop.config.declinesPerAddress + 1)];
    const order = await pay(there(last), 'tok_late', ip);
    for (const buyer of crashed) await pay(buyer, 'tok_late', ip);
    const id = there(order.payments[0]).id;
    const index = shop.core.sealer.index('ip', ip);
    await sql`update payments set gateway_phase = case when id = ${id} then 'created' else 'calling' end where ip_index = ${index}`.execute(
      shop.core.db,
    );
    expect(await startCall(shop.core, id)).toBe('full');
    await letPass(shop.core, 61);
    expect(await startCall(shop.core, id)).toMatchObject({ id, gatewayPhase: 'calling' });
  });
});

describe('declines of an order', () => {
  it('two hundred concurrent attempts to pay an order stop at the limit of declines, in every round', async () => {
    const [[buyer], ip] = [await carts(1), anIp()];
    const { guest, cart } = there(buyer);
    const first = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_decline' }), aKey(), ip).catch((error: unknown) => error);
    const orderId = (first as DomainError).details?.['orderId'] as OrderId;
    const retry = () => retryPayment(shop.core, guest, { orderId, payment: card('tok_decline') }, { idempotencyKey: aKey(), ip });
    const declines = async () =>
      (
        await sql<{ n: number }>`select count(*)::int as n from payments where order_id = ${orderId} and status = 'failed'`.execute(
          shop.core.db,
        )
      ).rows[0]?.n;
    for (let round = 0; round < 4; round += 1) {
      const { defects } = await race(200, retry);
      expect(defects).toEqual([]);
      expect(await declines()).toBeLessThanOrEqual(shop.config.declinesPerOrder);
    }
    expect(await declines()).toBe(shop.config.declinesPerOrder);
  });
});
