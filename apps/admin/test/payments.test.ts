/** Payments in a browser: payment attempts, refunds, and discrepancies that staff resolve. */
import { retryPayment } from '@cartwright/core/checkout';
import { contract, formatMoney, type ErrorDetails } from '@cartwright/contracts';
import { DomainError } from '@cartwright/core/kernel';
import { reconcileRecords, verifyPayment } from '@cartwright/core/payments';
import { aCheckout, aGuestCart, aKey, aProduct, aStaffMember, checkOut, password, there, unique } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('payments in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));

  it('the order page shows staff why a payment failed, without the sentence for the buyer, and refunds a part', async () => {
    const { page } = admin;
    const { core } = admin.shop;
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core, { priceCents: 4000 }), 1]]);
    const refusal: unknown = await checkOut(core, guest, aCheckout(cart, { token: 'tok_decline' })).catch((error: unknown) => error);
    if (!(refusal instanceof DomainError)) throw new Error('The payment was not declined');
    const input = contract.checkout.retryPayment.input.parse({ orderId: refusal.details?.['orderId'], payment: { token: 'tok_success' } });
    const order = await retryPayment(core, guest, input, { idempotencyKey: aKey() });
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    const failure = page.getByText('Failed: card declined (“The card was declined.”)');
    await failure.waitFor();
    const colors = await failure.evaluate((text) => [text, document.body].map((element) => getComputedStyle(element).color));
    expect(colors[0]).not.toBe(colors[1]);
    const amount = formatMoney(order.totalCents, order.currency);
    await page.getByText(`The charge of ${amount} by sandbox failed: card declined.`).waitFor();
    expect(await page.getByText('another payment method').count()).toBe(0);
    await admin.shoot('order-payments');
    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    await page.getByLabel('Amount (').fill('15');
    await page.getByLabel('Reason').fill('scratched');
    await page.getByRole('dialog').getByRole('button', { name: 'Refund' }).click();
    await page.getByText('Partly refunded').first().waitFor();
    await page.getByText(/Refund .*15\.00, processed: scratched/).waitFor();
  });

  it('the order page and the view of declined orders show that an order can still be paid, and until when', async () => {
    const { page } = admin;
    const { core } = admin.shop;
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core, { priceCents: 4000 }), 1]]);
    const refusal: unknown = await checkOut(core, guest, aCheckout(cart, { token: 'tok_decline' })).catch((error: unknown) => error);
    if (!(refusal instanceof DomainError)) throw new Error('The payment was not declined');
    const { orderId, orderNumber } = refusal.details as ErrorDetails<'PAYMENT_DECLINED'>;
    await admin.go(`/orders/${orderId}`, orderNumber);
    await page.getByText('Declined, can be paid').waitFor();
    await page.getByText(/^The payment was declined\. The order can be paid until .*\d:\d\d/).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await admin.shoot('order-declined-390');
    expect([await admin.axe(), await admin.overflow()]).toEqual([[], []]);
    await admin.go('/orders', 'Orders');
    await page.getByRole('link', { name: 'Declined, can be paid' }).click();
    await page.getByRole('link', { name: orderNumber }).waitFor();
    expect([await admin.axe(), await admin.overflow()]).toEqual([[], []]);
    await admin.shoot('orders-declined-390');
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('the order page shows a refund that was made at the provider and an inquiry of the bank', async () => {
    const { page } = admin;
    const { core } = admin.shop;
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core, { priceCents: 4000 }), 1]]);
    const order = await checkOut(core, guest, aCheckout(cart));
    const charge = await core.database.kysely
      .updateTable('sandbox_charges')
      .set({ refundedCents: 1000 })
      .where('idempotencyKey', '=', order.payments[0]?.id ?? '')
      .returning('reference')
      .executeTakeFirstOrThrow();
    const record = { chargeReference: charge.reference, amountCents: 1000, currency: order.currency };
    await core.database.kysely
      .insertInto('sandbox_refunds')
      .values({ ...record, reference: `sbr_${unique()}` })
      .execute();
    await core.database.kysely
      .insertInto('sandbox_disputes')
      .values({ ...record, reference: `sbd_${unique()}`, status: 'inquiry' })
      .execute();
    await reconcileRecords(core);
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    await page.getByText(/Refund .*10\.00, processed \(made at sandbox\)/).waitFor();
    await page.getByText(/Bank inquiry: .*10\.00/).waitFor();
    await admin.shoot('order-provider-refund');
    expect(await admin.axe()).toEqual([]);
  });

  it('the page of unreconciled payments is empty in a consistent shop', async () => {
    await admin.go('/payments', 'Unreconciled payments');
    await admin.page.getByText('No unreconciled payments').waitFor();
    expect(await admin.axe()).toEqual([]);
  });

  it('staff dismiss an unknown charge with a reason', async () => {
    const { page } = admin;
    const reference = `sbx_${unique()}`;
    await admin.shop.core.database.kysely
      .insertInto('gateway_events')
      .values({
        provider: 'sandbox',
        eventId: `evt_${reference}`,
        type: 'charge.captured',
        gatewayReference: reference,
        payload: {},
        outcome: 'orphaned',
        handledAt: new Date(),
      })
      .execute();
    await admin.go('/payments', 'Unreconciled payments');
    await page.getByText('Unknown charge').waitFor();
    await admin.shoot('payment-discrepancies');
    expect(await admin.axe()).toEqual([]);
    expect(await admin.overflow()).toEqual([]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByLabel('Reason').fill('belongs to our other shop');
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('No unreconciled payments').waitFor();
    expect(admin.consoleErrors).toEqual([]);
  });

  it('staff see the details of an event that does not match a payment, and dismiss it with a reason', async () => {
    const { page } = admin;
    await admin.shop.core.database.kysely
      .insertInto('gateway_events')
      .values({
        provider: 'sandbox',
        eventId: `evt_${unique()}`,
        type: 'charge.captured',
        gatewayReference: `sbx_${unique()}`,
        payload: { about: { subject: 'charge', amountCents: 4100, currency: 'USD' } },
        outcome: 'conflicting',
        handledAt: new Date(),
        lastError: 'The event names another amount than the payment.',
      })
      .execute();
    await admin.go('/payments', 'Unreconciled payments');
    await page.getByText('Event that does not match a payment').waitFor();
    await page.getByText('The event names another amount than the payment.').waitFor();
    await page.getByText(/41\.00/).waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByLabel('Reason').fill('compared with the provider');
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('No unreconciled payments').waitFor();
  });

  it('staff see both amounts of a charge with a different amount, and refund the charged amount', async () => {
    const { page } = admin;
    const { core } = admin.shop;
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core, { priceCents: 4000 }), 1]]);
    const order = await checkOut(core, guest, aCheckout(cart, { token: 'tok_3ds' }));
    const { id: paymentId, amountCents } = there(order.payments[0]);
    const taken = amountCents + 500;
    await core.database.kysely
      .updateTable('sandbox_charges')
      .set({ status: 'captured', amountCents: taken })
      .where('idempotencyKey', '=', paymentId)
      .execute();
    await verifyPayment(core, guest, { paymentId });
    // The order links to the discrepancy in its alert and in its timeline.
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    const links = page.getByRole('link', { name: 'Charge with a different amount: resolve' });
    await expect.poll(() => links.count()).toBe(2);
    await admin.shoot('order-wrong-charge');
    expect(await admin.axe()).toEqual([]);
    await links.last().click();
    await page.getByRole('heading', { level: 1, name: 'Unreconciled payments' }).waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#wrong_charge-sandbox-/);
    const row = page.locator('tr[aria-current="true"]').filter({ hasText: 'Charge with a different amount' });
    await row.waitFor();
    await page.reload();
    await row.waitFor();
    await page.getByText(`Requested: ${formatMoney(amountCents, order.currency)}`).waitFor();
    await page.getByText(`Provider: ${formatMoney(taken, order.currency)}`).waitFor();
    await page.getByRole('button', { name: 'Accept' }).waitFor();
    await admin.shoot('payment-wrong-charge');
    expect(await admin.axe()).toEqual([]);
    expect(await admin.overflow()).toEqual([]);
    await page.getByRole('button', { name: 'Refund' }).click();
    await page.getByLabel('Reason').fill('the provider took too much');
    await page.getByRole('dialog').getByRole('button', { name: 'Refund' }).click();
    await page.getByText('No unreconciled payments').waitFor();
    const charge = await core.db
      .selectFrom('sandbox_charges')
      .select('refundedCents')
      .where('idempotencyKey', '=', paymentId)
      .executeTakeFirstOrThrow();
    expect(charge.refundedCents).toBe(taken);
    expect(admin.consoleErrors).toEqual([]);
  });

  it('the actions on unreconciled payments are disabled for support staff, with the reason', async () => {
    const { page, shop, url } = admin;
    const event = { provider: 'sandbox', type: 'charge.captured', payload: {}, outcome: 'orphaned', handledAt: new Date() } as const;
    // The last row of a long list is out of view unless the URL points to it.
    const rows = Array.from({ length: 15 }, (_, n) => ({
      ...event,
      eventId: `evt_${n}`,
      receivedAt: new Date(Date.now() - 3_600_000 + n),
    }));
    await shop.core.database.kysely.insertInto('gateway_events').values(rows).execute();
    const support = await aStaffMember(shop.core, 'support');
    await page.evaluate(() => window.sessionStorage.clear());
    await page.goto(`${url}/admin/sign-in`);
    await page.getByLabel('E-mail').fill(support.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.goto(`${url}/admin/payments#unknown_charge-sandbox-evt_14`);
    const row = page.locator('tr[aria-current="true"]');
    await row.waitFor();
    await expect.poll(() => row.boundingBox().then((box) => box && box.y > 0 && box.y + box.height < 860)).toBe(true);
    const refund = row.getByRole('button', { name: 'Refund' });
    await expect.poll(() => refund.getAttribute('title')).toBe('Your role lacks payments:refund.');
    await refund.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await shop.core.database.kysely
      .deleteFrom('gateway_events')
      .where(
        'eventId',
        'in',
        rows.map((one) => one.eventId),
      )
      .execute();
  });
});
