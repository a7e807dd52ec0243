/** Gift cards in a browser: issue, correct, disable, and refund an order that a gift card paid. */
import { addCartItem, applyCartCredit, createCart } from '@cartwright/core/carts';
import { listMyCredit } from '@cartwright/core/store-credit';
import { aCheckout, aCustomer, aGiftCard, aGuestCart, aProduct, checkOut, variantOf } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('gift cards in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));

  it('staff issue a gift card whose code is shown once, correct its balance with a reason and disable it', async () => {
    const { page } = admin;
    await admin.go('/store-credit', 'Gift cards');
    await page.getByText('No gift cards or store credit yet').waitFor();
    await page.getByRole('button', { name: 'Issue a gift card' }).click();
    await page.getByLabel('Amount').fill('50');
    await page.getByLabel('Note').fill('for Ada');
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    const code = (await page.getByLabel('Code of the gift card').textContent()) ?? '';
    expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    await admin.shoot('gift-card-issued');
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: `Gift card ···· ${code.slice(-4)}` }).click();
    await page.getByText('Credited').waitFor();
    await page.getByRole('button', { name: 'Correct' }).click();
    const dialog = page.getByRole('dialog', { name: 'Correct the balance' });
    await dialog.getByLabel('Amount').fill('-12.5');
    await dialog.getByLabel('Reason').fill('sold at a wrong price');
    await dialog.getByRole('button', { name: 'Correct' }).click();
    await page.getByText('sold at a wrong price').waitFor();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    await admin.shoot('gift-card-ledger');
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByText(code).count()).toBe(0);
    await admin.shoot('gift-cards');
    expect(await admin.overflow()).toEqual([]);
  });

  it('the order page shows a gift card beside the charge, and a refund covers both', async () => {
    const { page } = admin;
    const { core } = admin.shop;
    const product = await aProduct(core, { priceCents: 4000 });
    const code = await aGiftCard(core, 2500, { currency: product.currency });
    const { guest, cart } = await aGuestCart(core, [[product, 1]]);
    await applyCartCredit(core, guest, { cartId: cart.id, code });
    const order = await checkOut(core, guest, aCheckout(cart));
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    await page.getByText(`Paid by gift card ···· ${code.slice(-4)}`).waitFor();
    await page.getByText('Charged to the payment method').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText(/^Refunded: .+ to the payment method and .+ to the gift card\. .* This cannot be undone\.$/).waitFor();
    await page.getByRole('button', { name: 'Keep the order' }).click();
    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    await page.getByText(/to the payment method and .+ to the gift card\. The charge is refunded first\./).waitFor();
    // The whole charge, and 5.00 of the amount that the card paid.
    await page.getByLabel('Amount (').fill(String((order.totalCents - 2500 + 500) / 100));
    await page.getByLabel('Reason').fill('scratched');
    await page.getByRole('dialog').getByRole('button', { name: 'Refund' }).click();
    await page.getByText(/^.?5\.00 refunded/).waitFor();
    await page.getByText(`Refunded to gift card ending in ${code.slice(-4)}`).waitFor();
    await admin.shoot('order-gift-card');
    expect(await admin.axe()).toEqual([]);
    expect(admin.consoleErrors).toEqual([]);
  });

  it('staff give store credit to the account that placed an order, with a reason', async () => {
    const { page } = admin;
    const { core } = admin.shop;
    const customer = await aCustomer(core);
    const product = await aProduct(core);
    const { cart } = await createCart(core, customer, { currency: product.currency });
    await addCartItem(core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    const order = await checkOut(core, customer, aCheckout(cart));
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    await page.getByRole('button', { name: 'Give store credit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give store credit' });
    await dialog.getByLabel('Amount').fill('7.5');
    await dialog.getByLabel('Reason').fill('late parcel');
    await dialog.getByRole('button', { name: 'Give credit' }).click();
    await page.getByText(/Balance: .?7\.50/).waitFor();
    expect(await listMyCredit(core, customer)).toMatchObject({ items: [{ currency: product.currency, balanceCents: 750 }] });
    expect(admin.consoleErrors).toEqual([]);
  });
});
