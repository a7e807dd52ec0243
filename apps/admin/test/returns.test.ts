/**
 * Returns of orders that are cancelled after shipping, in a browser: in transit, received, written off; and actions disabled for
 * support.
 */
import { cancelOrder } from '@cartwright/core/order-cancellations';
import { system } from '@cartwright/core/kernel';
import { shipOrder } from '@cartwright/core/orders';
import { aPaidOrder, aProduct, aStaffMember, password } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('returns in the admin', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });
  const shipped = async () => {
    const { order } = await aPaidOrder(admin.shop.core, await aProduct(admin.shop.core, { name: 'Mug' }), 2);
    return shipOrder(admin.shop.core, system('test'), { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
  };

  it('the return of a cancelled shipped order is listed as in transit and received on the order page', async () => {
    const order = await shipped();
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    await button('Cancel').click();
    await page.getByRole('dialog').getByText('Shipped units are expected back').waitFor();
    await inDialog('Cancel the order').click();
    await page.getByText('In transit', { exact: true }).waitFor();
    await page.getByText('expected until').waitFor();
    await admin.go('/returns?status=in_transit', 'Returns');
    // On a narrow screen each value stands beside its column name and inside the window.
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => admin.overflow()).toEqual([]);
    const when = await page.getByText('Expected until').boundingBox();
    expect((when?.x ?? 390) + (when?.width ?? 0)).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole('link', { name: order.orderNumber }).click();
    await button('Receive').click();
    await inDialog('Receive').click();
    await page.getByText('Return received').first().waitFor();
    await admin.shoot('return-in-transit');
  });

  it('staff write off the units of a lost parcel', async () => {
    const order = await shipped();
    await cancelOrder(admin.shop.core, system('test'), { orderId: order.id });
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    await button('Write off').click();
    await page.getByText('Units written off').first().waitFor();
    await page.getByText('Written off', { exact: true }).waitFor();
  });

  it('cancelling and refunds are disabled for support staff, with the reason', async () => {
    const order = await shipped();
    const support = await aStaffMember(admin.shop.core, 'support');
    await page.evaluate(() => window.sessionStorage.clear());
    await page.goto(`${admin.url}/admin/`);
    await page.getByLabel('E-mail').fill(support.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await admin.go(`/orders/${order.id}`, order.orderNumber);
    for (const name of ['Cancel', 'Refund']) {
      await page.locator(`button[aria-disabled="true"]`, { hasText: name }).first().waitFor();
      expect(await button(name).getAttribute('title')).toBe('Your role lacks payments:refund.');
      await button(name).click({ force: true });
      expect(await page.getByRole('dialog').count()).toBe(0);
    }
    expect(await admin.axe()).toEqual([]);
  });
});
