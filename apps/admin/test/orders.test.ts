/** Orders in a browser: filter, export, ship in parcels, return, change. */
import { readFileSync } from 'node:fs';
import { contract, type OrderId } from '@cartwright/contracts';
import { deleteOrder } from '@cartwright/core/order-cancellations';
import { aStaffMember } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('orders in the admin', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  const shoot: AdminInBrowser['shoot'] = (name) => admin.shoot(name);
  const list = async (search: string) => {
    await page.goto(`${admin.url}/admin/orders${search}`);
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
    await page.locator('tbody tr').first().waitFor();
  };
  const openFirst = async () => {
    await list('?status=confirmed');
    await page.locator('tbody tr').first().getByText('ORD-').click();
    await page.getByText('Timeline').waitFor();
  };
  const dialog = () => page.getByRole('dialog');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const pressIn = (name: string) => dialog().getByRole('button', { name, exact: true }).click();
  const choose = async (item: string) => {
    await press('More');
    await page.getByRole('menuitem', { name: item }).click();
  };
  /** The SKU of a variant that can be added to the open order. */
  const notOrdered = async (): Promise<string> => {
    const orderId = page.url().split('/').at(-1) ?? '';
    const { sku } = await admin.shop.core.db
      .selectFrom('stock_levels as s')
      .innerJoin('variants as v', 'v.id', 's.variantId')
      .innerJoin('products as p', 'p.id', 'v.productId')
      .select('v.sku')
      .where('p.status', '=', 'active')
      .where('v.priceCents', '>', 0)
      .where((eb) => eb('s.onHand', '>', eb.ref('s.reserved')))
      .where('v.id', 'not in', (eb) =>
        eb
          .selectFrom('order_items')
          .select('variantId')
          .where('orderId', '=', orderId as OrderId),
      )
      .orderBy('v.sku')
      .limit(1)
      .executeTakeFirstOrThrow();
    return sku;
  };
  const closed = () => dialog().waitFor({ state: 'detached' });

  it('the order list keeps its filters and sorting in the URL', async () => {
    await list('');
    await press('Filters');
    await page.getByLabel('Total from').fill('60');
    await page.waitForURL(/min=/);
    await page.getByLabel('Sort').first().click();
    await page.getByRole('option', { name: 'Highest total first' }).click();
    await page.waitForURL(/sort=total_high/);
    await page.reload();
    await page.locator('tbody tr').first().waitFor();
    const totals = await page.locator('tbody tr td:last-child').allTextContents();
    const amounts = totals.map((t) => Number(t.replace(/[^\d.]/g, '')));
    expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
    expect(Math.min(...amounts)).toBeGreaterThanOrEqual(60);
    await shoot('orders-filtered');
  });

  it('the filtered order list is exported as CSV', async () => {
    await list('?status=confirmed');
    const rows = await page.locator('tbody tr').count();
    const [download] = await Promise.all([page.waitForEvent('download'), press('Export CSV')]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(rows + 1);
    expect(lines[1]).toContain('confirmed');
  });

  it('staff ship an order in two parcels, mark them as delivered and receive a return', async () => {
    await openFirst();
    await press('Ship');
    await dialog()
      .getByRole('textbox', { name: /^Units of/ })
      .first()
      .fill('0');
    await dialog().getByLabel('Tracking number').fill('PART-1');
    await dialog().getByText('for another parcel').waitFor();
    await shoot('order-ship-part');
    await pressIn('Send this parcel');
    await page.getByText('Partly shipped').first().waitFor();
    await closed();
    await press('Ship');
    await dialog().getByLabel('Tracking number').fill('PART-2');
    await pressIn('Mark as shipped');
    await page.getByText('PART-2').first().waitFor();
    await closed();
    await page
      .getByRole('button', { name: /^Mark as delivered: / })
      .first()
      .click();
    await page.getByText('Parcel delivered').first().waitFor();
    await page.getByRole('button', { name: /^Mark as delivered: / }).click();
    await page.getByRole('button', { name: /^Mark as delivered: / }).waitFor({ state: 'detached' });
    await choose('Create a return');
    await dialog().getByLabel('Reason').fill('Too small');
    await pressIn('Create return');
    await closed();
    await press('Receive');
    await pressIn('Receive and refund');
    await page.getByText(/ by .* · .*refunded/).waitFor();
    await closed();
    await page.getByText('Return received').first().waitFor();
    await shoot('order-returned');
  });

  it('staff change the items and the address of an unshipped order, add a note and refund a part', async () => {
    await openFirst();
    await choose('Edit the order');
    await dialog()
      .getByRole('textbox', { name: /^Units of/ })
      .first()
      .fill('0');
    await dialog().getByText('is refunded to the customer').waitFor();
    await shoot('order-edit');
    await pressIn('Edit the order');
    await page.getByText('Order edited').first().waitFor();
    await closed();
    await press('Change address');
    await dialog().getByLabel('Street').fill('Another Street 5');
    await pressIn('Save address');
    await page.getByText('Another Street 5').waitFor();
    await closed();
    await press('Add note');
    await dialog().getByRole('textbox', { name: 'Note' }).fill('Ring twice');
    await pressIn('Save note');
    await page.getByText('Ring twice').waitFor();
    await closed();
    await press('Refund');
    await dialog().getByLabel('Amount').fill('1.00');
    await dialog().getByLabel('Reason').fill('For the trouble');
    await pressIn('Refund');
    await page.getByText('For the trouble').first().waitFor();
    await closed();
    await shoot('order-changed');
    expect(await admin.axe()).toEqual([]);
    expect(await admin.overflow()).toEqual([]);
  });

  it('staff add an item to an order, see the price and the payment link, and withdraw the edit', async () => {
    const { core } = admin.shop;
    await core.database.kysely.updateTable('payments').set({ token: 'tok_once' }).execute();
    await openFirst();
    const sku = await notOrdered();
    await choose('Edit the order');
    await dialog().getByLabel('Add a variant').fill(sku);
    await page.getByRole('option', { name: sku }).click();
    await dialog().getByText("new, at today's price").waitFor();
    await dialog().getByText('gets a payment link by mail').waitFor();
    await dialog().getByLabel('Add a variant').fill(sku);
    await page.getByRole('option', { name: sku }).click();
    await expect
      .poll(() =>
        dialog()
          .getByRole('textbox', { name: /^Units of/ })
          .last()
          .inputValue(),
      )
      .toBe('2');
    await shoot('order-edit-more-expensive');
    await page.setViewportSize({ width: 360, height: 740 });
    await shoot('order-edit-more-expensive-360');
    expect(await admin.overflow()).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(await admin.axe()).toEqual([]);
    await dialog()
      .getByRole('button', { name: /^Edit and charge/ })
      .click();
    await page.getByText('An edit is waiting for').waitFor();
    await closed();
    expect(await page.getByRole('button', { name: 'Ship', exact: true }).count()).toBe(0);
    await press('Show the payment link');
    await page.getByRole('link', { name: /sandbox\/payments/ }).waitFor();
    await shoot('order-edit-waits');
    expect(await admin.axe()).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await shoot('order-edit-waits-360');
    expect(await admin.overflow()).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 860 });
    await press('Withdraw the edit');
    await page.getByText('Edit withdrawn').first().waitFor();
    await page.getByRole('button', { name: 'Ship', exact: true }).waitFor();
  });

  it('another page or view of the order list ends the selection of orders to ship', async () => {
    await list('');
    const all = page.getByLabel('Select all orders that can be shipped');
    const ship = page.getByRole('button', { name: /^Ship \d/ });
    await all.check();
    await ship.waitFor();
    await page.getByRole('button', { name: 'next page' }).click();
    await ship.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'previous page' }).click();
    await all.waitFor();
    expect(await ship.count()).toBe(0);
    await all.check();
    await ship.waitFor();
    await page.getByRole('link', { name: 'To ship' }).click();
    await ship.waitFor({ state: 'detached' });
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
  });

  it('staff ship several orders at once, each with its own tracking number', async () => {
    await list('?status=confirmed');
    const boxes = page.getByRole('checkbox', { name: /^Select ORD/ });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await press('Ship 2');
    const numbers = dialog().getByPlaceholder('Tracking number');
    await numbers.nth(0).fill('BULK-1');
    await numbers.nth(1).fill('BULK-2');
    await shoot('orders-bulk-ship');
    await pressIn('Ship orders');
    await page.getByText('2 orders shipped').waitFor();
    await closed();
    const { n } = await admin.shop.core.db
      .selectFrom('shipments')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('trackingNumber', 'like', 'BULK-%')
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBe(2);
  });

  it('the page of a deleted order says when and by whom it was deleted, and offers no step', async () => {
    await openFirst();
    const orderId = page.url().split('/').at(-1) ?? '';
    await press('Cancel');
    await pressIn('Cancel the order');
    await closed();
    await deleteOrder(admin.shop.core, await aStaffMember(admin.shop.core), contract.orders.delete.input.parse({ orderId }));
    await page.reload();
    await page
      .getByRole('status')
      .filter({ hasText: /^Deleted on .* by staff\./ })
      .waitFor();
    await page.locator('[data-status]', { hasText: 'Deleted' }).waitFor();
    await page.getByText('Order deleted', { exact: true }).waitFor();
    for (const name of ['Ship', 'Cancel', 'More', 'Change address'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    expect(await admin.axe()).toEqual([]);
    await shoot('order-deleted');
  });

  it('the order pages log no errors on the browser console', () => {
    expect(admin.consoleErrors).toEqual([]);
  });
});
