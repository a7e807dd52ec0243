import type { Order, PaymentId, Product } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aProduct, atMost, checkOut, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system, type ChargeOutcome } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { readOrder } from '../orders/index.ts';
import { settleOutcome } from './settle-charge.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

interface Undecided {
  readonly order: Order;
  readonly paymentId: PaymentId;
}
const undecided = async (product: Product): Promise<Undecided> => {
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
  return { order, paymentId: order.payments[0]?.id ?? expect.fail('no payment') };
};
const captured = ({ order, paymentId }: Undecided): ChargeOutcome => ({
  status: 'captured',
  reference: `late-${paymentId}`,
  capturedCents: order.totals.totalCents,
  currency: order.currency,
});
const settleAll = (all: readonly Undecided[]) =>
  Promise.all(all.map((one) => settleOutcome(shop.core, { paymentId: one.paymentId, outcome: captured(one) })));

describe('concurrent settlements', () => {
  it('concurrent settlements confirm each order once with an invoice, for the same or different products, also when repeated', async () => {
    const [hot, other] = [await aProduct(shop.core, { stock: 100 }), await aProduct(shop.core, { stock: 100 })] as const;
    const all = await Promise.all([hot, hot, other, hot, other].map(undecided));
    const refused = await undecided(other);
    await Promise.all([
      settleAll(all),
      settleAll(all.slice(0, 2)),
      settleOutcome(shop.core, {
        paymentId: refused.paymentId,
        outcome: { status: 'declined', reference: 'no', code: 'card_declined', message: 'no' },
      }),
    ]);
    const orders = await Promise.all(all.map(({ order }) => readOrder(shop.core, order.id)));
    expect(orders.map((order) => order.status)).toEqual(all.map(() => 'confirmed'));
    const numbers = orders.map((order) => Number(order.invoice?.number.split('-').at(-1))).toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
    expect(await readOrder(shop.core, refused.order.id)).toMatchObject({ status: 'pending', payments: [{ status: 'failed' }] });
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
  });

  it('the same outcome that arrives twice at one moment is recorded and announced once', async () => {
    const one = await undecided(await aProduct(shop.core));
    const outcome = { status: 'action', reference: `act_${one.paymentId}`, url: 'https://example.com/3ds', clientSecret: null } as const;
    await Promise.all([1, 2, 3].map(() => settleOutcome(shop.core, { paymentId: one.paymentId, outcome })));
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from outbox_events where name = 'payment.requires_action' and aggregate_id = ${one.paymentId}`.execute(
      shop.core.db,
    );
    expect(rows).toEqual([{ n: 1 }]);
    const declined = { status: 'declined', reference: 'no', code: 'card_declined', message: 'no' } as const;
    const texts = await shop.countQueries(() =>
      Promise.all([1, 2, 3].map(() => settleOutcome(shop.core, { paymentId: one.paymentId, outcome: declined }))),
    );
    expect(texts.filter((text) => text.startsWith('update "payments"') && text.includes('failure_code')).length).toEqual(atMost(1));
  });

  it('settling eight orders of different products takes at most one statement more than settling one', async () => {
    const things = await Promise.all(Array.from({ length: 9 }, () => aProduct(shop.core)));
    const [first, ...others] = await Promise.all(things.map(undecided));
    if (!first) return expect.fail();
    const statements = async (all: readonly Undecided[]) => (await shop.countQueries(() => settleAll(all))).length;
    const one = await statements([first]);
    expect(one).toEqual(atMost(11));
    // With several products, the stock rows are locked in a statement of their own.
    expect(await statements(others)).toEqual(atMost(one + 1));
  });
});
