import { contract, type PaymentId } from '@cartwright/contracts';
import { aGuestCart, aCheckout, aPaidOrder, aProduct, checkOut, aConsistentShop, race } from '@cartwright/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { saveTaxRate } from '../pricing/index.ts';
import { refundPayment } from './index.ts';

const shop = await aConsistentShop();
const staff = system('test');
const paymentOf = (order: { readonly payments: readonly { readonly id: PaymentId }[] }): PaymentId => {
  const [payment] = order.payments;
  if (!payment) throw new Error('A paid order has a payment');
  return payment.id;
};
const refund = (paymentId: PaymentId, amountCents: number) =>
  refundPayment(shop.core, staff, contract.payments.refund.input.parse({ paymentId, amountCents, reason: 'Part by part' }));
/** The amounts of a payment: captured, refunded, at the provider, on the invoice and on its credit notes. */
const recordsOf = async (paymentId: PaymentId) => {
  const { db } = shop.core;
  const payment = await db
    .selectFrom('payments')
    .select(['orderId', 'capturedCents', 'refundedCents', 'gatewayReference'])
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow();
  const invoice = await db
    .selectFrom('invoices')
    .select(['id', 'totalCents'])
    .where('orderId', '=', payment.orderId)
    .executeTakeFirstOrThrow();
  const notes = await db.selectFrom('credit_notes').select('totalCents').where('invoiceId', '=', invoice.id).execute();
  const charge = await db
    .selectFrom('sandbox_charges')
    .select('refundedCents')
    .where('reference', '=', payment.gatewayReference)
    .executeTakeFirstOrThrow();
  return {
    captured: payment.capturedCents,
    refunded: payment.refundedCents,
    atProvider: charge.refundedCents,
    invoiced: invoice.totalCents,
    credited: notes.reduce((sum, note) => sum + note.totalCents, 0),
    notes: notes.length,
  };
};

describe('refunds of one minor unit', () => {
  it('refunds of one minor unit reduce a payment to zero and not below, also when all are requested at once', async () => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core, { priceCents: 7 }));
    const paymentId = paymentOf(order);
    const { won, refused, defects } = await race(10, () => refund(paymentId, 1));
    expect(won).toHaveLength(7);
    expect({ refused, defects }).toEqual({ refused: { REFUND_EXCEEDS_CAPTURED: 3 }, defects: [] });
    expect(await recordsOf(paymentId)).toEqual({ captured: 7, refunded: 7, atProvider: 7, invoiced: 7, credited: 7, notes: 7 });
    await expect(refund(paymentId, 1)).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_CAPTURED',
      message: 'Only $0.00 is left to refund on this payment, less than the $0.01 requested.',
      details: { refundableCents: 0 },
    });
  });
});

describe('refunds in any parts', () => {
  it('refunds in any parts never exceed the captured amount, and their credit notes add up to the invoice with tax and discount', async () => {
    await saveTaxRate(shop.core, staff, { countryCode: 'GB', taxClass: 'standard', name: 'VAT', ratePpm: 190_000 });
    const parts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 3 }), parts, async (priceCents, quantity, wanted) => {
        const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents }), quantity]]);
        const order = await checkOut(shop.core, guest, aCheckout(cart));
        const paymentId = paymentOf(order);
        let left = order.totals.totalCents;
        for (const amount of wanted) {
          const answer = await refund(paymentId, amount).catch((error: unknown) => error);
          if (amount <= left) left -= amount;
          else expect(answer).toMatchObject({ code: 'REFUND_EXCEEDS_CAPTURED', details: { refundableCents: left } });
        }
        const records = await recordsOf(paymentId);
        expect(records).toMatchObject({
          captured: order.totals.totalCents,
          refunded: records.captured - left,
          credited: records.captured - left,
        });
        if (left > 0) await refund(paymentId, left);
        const { captured, refunded, atProvider, invoiced, credited } = await recordsOf(paymentId);
        expect(new Set([captured, refunded, atProvider, invoiced, credited])).toEqual(new Set([order.totals.totalCents]));
      }),
      { numRuns: 12 },
    );
  });
});
