/** The admin by keyboard alone: every dialog opens, is filled in, sent and closed, and the focus comes back to what opened it. */
import { findProduct } from '@cartwright/core/catalog';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysOf, type Keys } from './keys.ts';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('the admin by keyboard alone', () => {
  let admin: AdminInBrowser;
  let page: Page;
  let keys: Keys;
  beforeAll(async () => {
    admin = await openAdmin();
    ({ page } = admin);
    keys = keysOf(page);
    await admin.signIn();
  });
  afterAll(() => admin?.close());
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

  it('skips the navigation, and goes through the rows of a list by arrows', async () => {
    await admin.go('/orders', 'Orders');
    await page.keyboard.press('Tab');
    expect(await keys.has(page.getByRole('link', { name: 'Skip to the content' }))).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => keys.has(page.getByRole('main'))).toBe(true);
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

  it('shows where the focus is, on every page it starts', async () => {
    for (const to of ['/', '/orders', '/products', '/pricing', '/inventory']) {
      await page.goto(`${admin.url}/admin${to}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      for (let n = 0; n < 30; n += 1) {
        await page.keyboard.press('Tab');
        const seen = await page.evaluate(() => {
          const at = document.activeElement;
          if (!at || at === document.body) return 'nothing has the focus';
          // Radio buttons of a segmented control are shown by what stands around them.
          const shown = [at, at.nextElementSibling, at.parentElement].some((one) => {
            if (!one) return false;
            const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(one);
            return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' || borderColor === 'rgb(12, 133, 153)';
          });
          return shown || at.matches('input') ? '' : at.outerHTML.slice(0, 200);
        });
        expect(seen, `${to} after ${n + 1} times Tab`).toBe('');
      }
    }
  });

  it.each([
    ['/products', 'Products', ['New product']],
    ['/categories', 'Categories', ['New category', 'Edit or move Garden']],
    ['/collections', 'Collections', ['New collection']],
    ['/inventory', 'Inventory', ['Details', 'Adjust']],
    ['/sales', 'Flash sales', ['New sale']],
    ['/store-credit', 'Gift cards', ['Issue a gift card']],
    ['/pricing?tab=lists', 'Pricing', ['New price list']],
    ['/pricing?tab=codes', 'Pricing', ['New promo codes']],
    ['/pricing?tab=shipping', 'Pricing', ['New shipping method']],
  ] as const)('opens and closes the dialogs of %s', async (to, heading, openers) => {
    await admin.go(to, heading);
    for (const opener of openers) await keys.opensAndCloses(button(opener));
  });

  it('opens and closes what a row of events has to tell', async () => {
    await admin.go('/events', 'Events');
    await keys.opensAndCloses(page.locator('tbody [data-row]').first());
  });

  it('opens and closes the dialogs of an order, those behind a menu too', async () => {
    await openOrder('confirmed');
    for (const opener of ['Ship', 'Cancel', 'Change address', 'Add note', 'Give money back']) await keys.opensAndCloses(button(opener));
    await keys.pick(button('More'), 'Change the order');
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await closed();
    await expect.poll(() => keys.has(button('More'))).toBe(true);
  });

  it('ships an order, gives money back, takes units back', async () => {
    await openOrder('confirmed');
    await keys.press(button('Ship'));
    await keys.write(field('Tracking number'), 'KEYS-1');
    await page.keyboard.press('Enter');
    await page.getByText('Handed to DHL').waitFor();
    await closed();
    await keys.press(button('Give money back'));
    await keys.write(field(/^Amount/), '1.50');
    await keys.write(field('Reason'), 'A dent');
    await keys.press(inDialog('Give it back'));
    await page.getByText('A dent').first().waitFor();
    await closed();
    await expect.poll(() => keys.has(button('Give money back'))).toBe(true);
    await keys.pick(button('More'), 'Take units back');
    await keys.write(field('Reason'), 'Too small');
    await keys.press(inDialog('Expect these units'));
    await closed();
    await keys.press(button('Arrived'));
    await keys.press(inDialog('Take in and refund'));
    await closed();
    await page.getByText('Return received').waitFor();
  });

  it('changes an order', async () => {
    await openOrder('confirmed');
    await keys.pick(button('More'), 'Change the order');
    await keys.write(
      dialog()
        .getByRole('textbox', { name: /^Units of/ })
        .first(),
      '0',
    );
    await keys.write(field('Reason'), 'Asked for by phone');
    await dialog().getByText('goes back to the customer').waitFor();
    await keys.press(inDialog('Change the order'));
    await page.getByText('Order changed').first().waitFor();
    await closed();
  });

  it('adjusts stock', async () => {
    await admin.go('/inventory', 'Inventory');
    await keys.press(button('Adjust'));
    await keys.write(field('Units'), '3');
    await keys.write(field('Reason'), 'Counted');
    await page.keyboard.press('Enter');
    await page.getByText('Stock adjusted').waitFor();
    await closed();
    await expect.poll(() => keys.has(button('Adjust'))).toBe(true);
  });

  it('makes a product, a sale of it, a price list, a rule and a gift card', async () => {
    await admin.go('/products', 'Products');
    await keys.press(button('New product'));
    await keys.write(field('Name'), 'Ash Tray');
    await keys.write(field(/^Price/), '12.50');
    await keys.write(field('Units on hand'), '40');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Ash Tray' }).waitFor();
    expect((await findProduct(admin.shop.core, { slug: 'ash-tray' }))?.variants[0]?.priceCents).toBe(1_250);

    await admin.go('/sales', 'Flash sales');
    await keys.press(button('New sale'));
    await keys.write(field('Name'), 'Ash day');
    await keys.choose(field('Product'), 'Garden Trowel');
    await keys.write(field(/^Sale price/), '9');
    await keys.press(inDialog('Prepare the sale'));
    await page.getByRole('heading', { level: 1, name: 'Ash day' }).waitFor();

    await admin.go('/pricing?tab=lists', 'Pricing');
    await keys.press(button('New price list'));
    await keys.write(field('Name'), 'Trade');
    await keys.press(inDialog('Open the list'));
    await page.getByText('Price list opened').waitFor();
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

  it('imports a file', async () => {
    await admin.go('/import', 'CSV import');
    const chooser = page.waitForEvent('filechooser');
    await keys.press(page.getByLabel('Products in the CSV format of Shopify'));
    await (
      await chooser
    ).setFiles({ name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from('Handle,Title,Variant Price\nash-bowl,Ash Bowl,9.00\n') });
    await keys.press(button('Preview'));
    await page.getByText('Preview: nothing was written').waitFor();
    await keys.press(button('Import'));
    await page.getByText('Imported', { exact: true }).first().waitFor();
  });

  it('never complained on the console', () => {
    expect(admin.complaints).toEqual([]);
  });
});
