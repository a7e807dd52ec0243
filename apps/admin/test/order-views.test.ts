/** Views of the order list in a browser: built-in ones, and those that staff save. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('views of the order list', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  const tab = (name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
  const current = () => page.getByRole('navigation', { name: 'Views' }).locator('[aria-current="page"]').allTextContents();

  it('the order list offers the built-in views: all, to ship, unpaid, needs attention', async () => {
    await admin.go('/orders', 'Orders');
    expect(await current()).toEqual(['All']);
    await tab('To ship').click();
    await page.waitForURL(/status=confirmed/);
    await expect.poll(current).toEqual(['To ship']);
    await tab('Unpaid').click();
    await page.waitForURL(/status=pending/);
    await tab('Needs attention').click();
    await page.waitForURL(/attention=true/);
    await expect.poll(current).toEqual(['Needs attention']);
    await admin.shoot('orders-attention');
    await tab('All').click();
    await expect.poll(current).toEqual(['All']);
  });

  it('staff save a view under a name, open it again after a reload, change, rename and remove it', async () => {
    await admin.go('/orders', 'Orders');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Total from').fill('60');
    await page.getByRole('combobox', { name: 'Sort' }).click();
    await page.getByRole('option', { name: 'Highest total first' }).click();
    await page.waitForURL(/sort=total_high/);
    await page.waitForURL(/min=/);
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Large ones');
    await admin.shoot('order-view-new');
    await page.keyboard.press('Enter');
    await expect.poll(current).toEqual(['Large ones']);
    expect(await admin.axe()).toEqual([]);

    await admin.go('/orders', 'Orders');
    await tab('Large ones').click();
    await page.waitForURL(/min=/);
    await page.getByRole('button', { name: 'Filters' }).click();
    await expect.poll(() => page.getByLabel('Total from').inputValue()).toBe('60');
    await page.getByLabel('Total up to').fill('150');
    await tab('Large ones').getByText('changed').waitFor();
    await admin.shoot('order-view-changed');
    await page.getByRole('button', { name: 'Actions for the view Large ones' }).click();
    await page.getByRole('menuitem', { name: 'Save these filters' }).click();
    await tab('Large ones').getByText('changed').waitFor({ state: 'detached' });
    const { filters } = await admin.shop.core.db.selectFrom('order_views').select('filters').executeTakeFirstOrThrow();
    expect(filters).toEqual({ minTotalCents: 6_000, maxTotalCents: 15_000 });

    for (const [currency, total] of [
      ['JPY', '6000'],
      ['KWD', '6'],
      ['EUR', '60'],
    ] as const) {
      await admin.shop.core.database.kysely.updateTable('store_settings').set({ currency }).execute();
      await admin.go('/orders', 'Orders');
      await tab('Large ones').click();
      await page.waitForURL(/min=/);
      await page.getByRole('button', { name: 'Filters' }).click();
      await expect.poll(() => page.getByLabel('Total from').inputValue()).toBe(total);
    }

    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => admin.overflow()).toEqual([]);
    await admin.shoot('order-views-360');
    await page.setViewportSize({ width: 1280, height: 860 });

    await page.getByRole('button', { name: 'Actions for the view Large ones' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Big ones');
    await page.keyboard.press('Enter');
    await tab('Big ones').waitFor();
    await page.getByRole('button', { name: 'Actions for the view Big ones' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab('Big ones').waitFor({ state: 'detached' });
    await expect.poll(current).toEqual(['All']);
  });

  it('the order views log no errors on the browser console', () => {
    expect(admin.consoleErrors).toEqual([]);
  });
});
