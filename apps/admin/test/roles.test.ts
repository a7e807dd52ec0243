/** What the admin offers to an account of the role support, in a browser. */
import { demoPassword } from '@cartwright/core/seed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';
import { productOf } from './signed-in.ts';

describe.skipIf(!chromiumPath)('an account without all scopes', () => {
  let admin: AdminInBrowser;
  let page: Page;
  beforeAll(async () => {
    admin = await openAdmin();
    ({ page } = admin);
    await page.goto(`${admin.url}/admin/`);
    await page.getByLabel('E-mail').fill('support@demo.shop');
    await page.getByRole('textbox', { name: 'Password' }).fill(demoPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  });
  afterAll(() => admin?.close());

  const button = (name: string) => page.getByRole('button', { name }).first();

  it('the menu has no page that the role may not read', async () => {
    const menu = page.getByRole('navigation', { name: 'Pages' });
    await menu.getByText('Data integrity').waitFor({ state: 'detached' });
    await menu.getByText('Events', { exact: true }).waitFor({ state: 'detached' });
    await menu.getByText('Mailbox').waitFor();
    await page.goto(`${admin.url}/admin/health`);
    await page.getByText('system:read').first().waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  it('a change that the role may not make has a disabled button, which names the scopes that the role lacks', async () => {
    await admin.go('/categories', 'Categories');
    for (const name of ['New category', 'Edit or move', 'Delete']) {
      await expect.poll(() => button(name).getAttribute('aria-disabled')).toBe('true');
      expect(await button(name).getAttribute('title')).toMatch(/^Your role lacks catalog:/);
    }
    expect(await page.getByRole('button', { name: /^Move / }).count()).toBe(0);
    await admin.go('/products', 'Products');
    expect(await button('New product').getAttribute('title')).toBe('Your role lacks catalog:write and pricing:write.');
    expect(await page.getByLabel(/^Price of /).count()).toBe(0);
    expect(await admin.axe()).toEqual([]);
  });

  it('the page of a flash sale has no metrics for the role, and the steps of the sale are disabled', async () => {
    const { id } = await admin.shop.core.db.selectFrom('flash_sales').select('id').limit(1).executeTakeFirstOrThrow();
    await page.goto(`${admin.url}/admin/sales/${id}`);
    await page.getByText('The metrics of this sale are not shown').waitFor();
    for (const name of ['Pause the sale', 'End the sale'])
      expect(await button(name).getAttribute('title')).toBe('Your role lacks flash-sales:manage.');
    await admin.shoot('support-sale');
    expect(await admin.axe()).toEqual([]);
  });

  it('the details of a variant, with its cost, are not offered', async () => {
    const { id } = await productOf(admin, 'garden-trowel');
    await admin.go(`/products/${id}`, 'Garden Trowel');
    await expect.poll(() => button('Details of').getAttribute('title')).toBe('Your role lacks catalog:write.');
  });

  it('the steps of an order that the role may take are enabled', async () => {
    await admin.go('/orders?status=confirmed', 'Orders');
    await page.locator('tbody a').first().click();
    await button('Ship').waitFor();
    for (const name of ['Ship', 'Change address', 'Add note']) expect(await button(name).getAttribute('aria-disabled')).toBeNull();
    expect(await button('Refund').getAttribute('title')).toBe('Your role lacks payments:refund.');
  });

  it('an address without a page shows the menu, a sentence and a link to the dashboard', async () => {
    await admin.go('/whatever', 'Page not found');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('link', { name: 'Go to the dashboard' }).click();
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  });

  it('each of these pages fits a telephone and a wide window, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1440, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 860 });
        for (const [to, heading] of [
          ['/whatever', 'Page not found'],
          ['/categories', 'Categories'],
          ['/products', 'Products'],
          ['/health', 'Data integrity'],
        ] as const) {
          await admin.go(to, heading);
          await admin.shoot(`support${to.replace('/', '-')}-${width}-${colorScheme}`);
          expect(await admin.overflow()).toEqual([]);
        }
      }
  });
});
