/**
 * The admin by keyboard alone: dialogs open, are filled in, submitted and closed, and the focus returns to the element that opened
 * them.
 */
import type { Page } from 'playwright-core';
import { findProduct } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { keysOf, type Keys } from './keys.ts';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('the admin by keyboard alone', () => {
  let admin: AdminInBrowser;
  let page: Page;
  let keys: Keys;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
    keys = keysOf(page);
  });
  const button = (name: string) => page.getByRole('button', { name, exact: true }).first();
  const dialog = () => page.getByRole('dialog');
  const inDialog = (name: string | RegExp) => dialog().getByRole('button', { name });
  const field = (name: string | RegExp) => dialog().getByLabel(name).first();
  const closed = () => dialog().waitFor({ state: 'detached' });
  const openOrder = async (state: string) => {
    await admin.go(`/orders?status=${state}`, 'Orders');
    await keys.press(page.locator('tbody a').first());
    await page.getByText('Timeline').waitFor();
    await page.waitForURL(/orders\/./);
  };

  it('the keyboard skips the navigation and moves between the rows of a list by arrow keys', async () => {
    await admin.go('/orders', 'Orders');
    await keys.skipNavigation();
    await page.keyboard.press('Tab');
    expect(await page.getByRole('main').evaluate((main) => main.contains(document.activeElement))).toBe(true);
    const rows = page.locator('tbody a');
    await keys.tabTo(rows.nth(0));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await keys.has(rows.nth(2))).toBe(true);
    await page.keyboard.press('ArrowUp');
    expect(await keys.has(rows.nth(1))).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('Timeline').waitFor();
  });

  /** The HTML of the focused element if nothing shows that it has the focus. */
  const hiddenFocus = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return 'nothing has the focus';
      // The radio buttons of a segmented control are shown by the elements around them.
      const shown = [at, at.nextElementSibling, at.parentElement].some((one) => {
        if (!one) return false;
        const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(one);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' || borderColor === 'rgb(12, 133, 153)';
      });
      return shown || at.matches('input') ? '' : at.outerHTML.slice(0, 200);
    });

  it('the navigation and the first 15 elements of the main pages show a visible focus', async () => {
    for (const [to, tabs] of [
      ['/', 30],
      ['/orders', 15],
      ['/products', 15],
      ['/pricing', 15],
      ['/inventory', 15],
    ] as const) {
      await page.goto(`${admin.url}/admin${to}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      // The navigation is the same on every page.
      if (to !== '/') await keys.skipNavigation();
      for (let n = 0; n < tabs; n += 1) {
        await page.keyboard.press('Tab');
        expect(await hiddenFocus(), `${to} after ${n + 1} times Tab`).toBe('');
      }
    }
  });

  it.each([
    ['/products', 'Products', ['New product']],
    ['/categories', 'Categories', ['New category', 'Edit or move Garden']],
    ['/collections', 'Collections', ['New collection']],
    ['/inventory', 'Inventory', ['Details', 'Adjust']],
    ['/sales', 'Flash sales', ['New flash sale']],
    ['/store-credit', 'Gift cards', ['Issue a gift card']],
    ['/pricing?tab=lists', 'Pricing', ['New price list']],
    ['/pricing?tab=codes', 'Pricing', ['New promo codes']],
    ['/pricing?tab=shipping', 'Pricing', ['New shipping method']],
  ] as const)('the dialogs of %s open and close by keyboard', async (to, heading, openers) => {
    await admin.go(to, heading);
    for (const opener of openers) await keys.opensAndCloses(button(opener));
  });

  it('the details of an event open and close by keyboard', async () => {
    await admin.go('/events', 'Events');
    await keys.opensAndCloses(page.locator('tbody [data-row]').first());
  });

  it('the dialogs of an order open and close by keyboard, including those in a menu', async () => {
    await openOrder('confirmed');
    for (const opener of ['Ship', 'Cancel', 'Change address', 'Add note', 'Refund']) await keys.opensAndCloses(button(opener));
    await keys.pick(button('More'), 'Edit the order');
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await closed();
    await expect.poll(() => keys.has(button('More'))).toBe(true);
  });

  it('staff ship an order, refund a part of it and receive a return by keyboard', async () => {
    await openOrder('confirmed');
    await keys.press(button('Ship'));
    await keys.write(field('Tracking number'), 'KEYS-1');
    await page.keyboard.press('Enter');
    await page.getByText('Handed to DHL').waitFor();
    await closed();
    await keys.press(button('Refund'));
    await keys.write(field(/^Amount/), '1.50');
    await keys.write(field('Reason'), 'A dent');
    await keys.press(inDialog('Refund'));
    await page.getByText('A dent').first().waitFor();
    await closed();
    await expect.poll(() => keys.has(button('Refund'))).toBe(true);
    await keys.pick(button('More'), 'Create a return');
    await keys.write(field('Reason'), 'Too small');
    await keys.press(inDialog('Create return'));
    await closed();
    await keys.press(button('Receive'));
    await keys.press(inDialog('Receive and refund'));
    await closed();
    await page.getByText('Return received').first().waitFor();
  });

  it('staff change an order by keyboard', async () => {
    await openOrder('confirmed');
    await keys.pick(button('More'), 'Edit the order');
    await keys.write(
      dialog()
        .getByRole('textbox', { name: /^Units of/ })
        .first(),
      '0',
    );
    await keys.write(field('Reason'), 'Asked for by phone');
    await dialog().getByText('is refunded to the customer').waitFor();
    await keys.press(inDialog('Edit the order'));
    await page.getByText('Order edited').first().waitFor();
    await closed();
  });

  it('staff adjust stock by keyboard', async () => {
    await admin.go('/inventory', 'Inventory');
    await keys.press(button('Adjust'));
    await keys.write(field('Units'), '3');
    await keys.write(field('Reason'), 'Counted');
    await page.keyboard.press('Enter');
    await page.getByText('Stock adjusted').waitFor();
    await closed();
    await expect.poll(() => keys.has(button('Adjust'))).toBe(true);
  });

  it('staff create a product, a flash sale, a price list, a rule and a gift card by keyboard', async () => {
    await admin.go('/products', 'Products');
    await keys.press(button('New product'));
    await keys.write(field('Name'), 'Ash Tray');
    await keys.write(field(/^Price/), '12.50');
    await keys.write(field('Units on hand'), '40');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Ash Tray' }).waitFor();
    expect((await findProduct(admin.shop.core, { slug: 'ash-tray' }))?.variants[0]?.priceCents).toBe(1_250);

    await admin.go('/sales', 'Flash sales');
    await keys.press(button('New flash sale'));
    await keys.write(field('Name'), 'Ash day');
    await keys.choose(field('Variant'), 'Garden Trowel');
    await keys.write(field(/^Units/), '3');
    await keys.write(field(/^Sale price/), '9');
    await keys.press(inDialog('Create flash sale'));
    await page.getByRole('heading', { level: 1, name: 'Ash day' }).waitFor();

    await admin.go('/pricing?tab=lists', 'Pricing');
    await keys.press(button('New price list'));
    await keys.write(field('Name'), 'Trade');
    await keys.press(inDialog('Create price list'));
    await page.getByText('Price list created').waitFor();
    await closed();

    await admin.go('/pricing', 'Pricing');
    await keys.write(page.getByRole('textbox', { name: 'Name' }).first(), 'Ten off');
    await keys.write(page.getByRole('textbox', { name: 'Percent' }).first(), '10');
    await keys.press(button('Add rule'));
    await page.getByText('Rule added').waitFor();

    await admin.go('/store-credit', 'Gift cards');
    await keys.press(button('Issue a gift card'));
    await keys.write(field('Amount'), '25');
    await page.keyboard.press('Enter');
    await dialog().getByText('Issue a gift card').waitFor();
    await expect.poll(() => dialog().locator('.mono, code').count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await closed();
    await expect.poll(() => keys.has(button('Issue a gift card'))).toBe(true);
    await keys.opensAndCloses(page.locator('tbody button').first());
  });

  it('staff import a file by keyboard', async () => {
    await admin.go('/import', 'CSV import');
    const chooser = page.waitForEvent('filechooser');
    await keys.press(page.getByLabel('Products as a CSV file'));
    await (
      await chooser
    ).setFiles({ name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from('Handle,Title,Variant Price\nash-bowl,Ash Bowl,9.00\n') });
    await keys.press(button('Preview'));
    await page.getByText('Preview: nothing was written').waitFor();
    await keys.press(button('Import'));
    await page.getByText('Imported', { exact: true }).first().waitFor();
  });

  it('the admin logs no errors on the browser console while it is used by keyboard', () => {
    expect(admin.consoleErrors).toEqual([]);
  });
});
