/** The database refuses a currency that is empty, and a refund in another currency than its payment. */
import { aPaidOrder, aProduct, createTestShop, there, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const paymentOf = async (): Promise<string> => {
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  return there(order.payments[0]).id;
};
const aRefund = (paymentId: string, currency: string | null) => sql`
  insert into refunds (id, payment_id, amount_cents, currency, reason, requested_by)
  values (gen_random_uuid(), ${paymentId}, 1, ${currency}, 'x', 'test') returning currency`;

describe('currencies in the database', () => {
  it.each(['', 'eur', 'E'])('the database refuses the currency "%s"', async (code) => {
    const id = await paymentOf();
    for (const table of ['payments', 'orders', 'carts', 'invoices', 'store_settings'])
      await expect(sql`update ${sql.table(table)} set currency = ${code}`.execute(shop.core.db), table).rejects.toThrow(
        /currency|append-only/,
      );
    await expect(aRefund(id, code).execute(shop.core.db)).rejects.toThrow(/refund/);
  });

  it('a refund has the currency of its payment, also when a process of an earlier version names none', async () => {
    const id = await paymentOf();
    await expect(aRefund(id, 'EUR').execute(shop.core.db)).rejects.toThrow(/is in EUR, but its payment is in USD/);
    expect((await aRefund(id, null).execute(shop.core.db)).rows).toEqual([{ currency: 'USD' }]);
    await expect(sql`update refunds set currency = 'EUR' where payment_id = ${id}`.execute(shop.core.db)).rejects.toThrow(
      /payment is in USD/,
    );
  });
});
