import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contract } from '@cartwright/contracts';
import { updateProduct } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { demoPassword } from '@cartwright/core/seed';
import { findProduct, type TestShop } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, screenshots, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('the admin in a browser', () => {
  let admin: AdminInBrowser;
  let shop: TestShop;
  let url: string;
  let page: Page;
  const go: AdminInBrowser['go'] = (to, heading) => admin.go(to, heading);
  const shoot: AdminInBrowser['shoot'] = (name) => admin.shoot(name);

  beforeAll(async () => {
    admin = await openAdmin();
    ({ shop, url, page } = admin);
  });
  afterAll(() => admin?.close());

  it('the sign-in page logs no error on the console, shows an error for a wrong password and for a customer account, then signs staff in', async () => {
    await page.goto(`${url}/admin/`);
    await page.getByLabel('E-mail').fill('admin@demo.shop');
    await page.waitForLoadState('networkidle');
    expect(admin.consoleErrors).toEqual([]);
    await page.getByRole('textbox', { name: 'Password' }).fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    await shoot('sign-in');
    admin.consoleErrors.length = 0;
    await page.getByLabel('E-mail').fill('customer@demo.shop');
    await page.getByRole('textbox', { name: 'Password' }).fill(demoPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('This account belongs to a customer. The admin is for staff.').waitFor();
    await page.getByLabel('E-mail').fill('admin@demo.shop');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.getByText('Latest orders').waitFor();
    await page.locator('.recharts-area').first().waitFor();
    await shoot('dashboard');
  });

  it('staff ship an order with its tracking number, and the customer is notified by mail', async () => {
    await go('/orders?status=confirmed', 'Orders');
    await shoot('orders');
    await page.locator('tbody tr').first().click();
    await page.getByRole('button', { name: 'Ship' }).click();
    await page.getByLabel('Tracking number').fill('JD014600001234');
    await page.getByRole('button', { name: 'Mark as shipped' }).click();
    await page.getByText('Handed to DHL').waitFor();
    await page.getByText('JD014600001234').first().waitFor();
    await shoot('order');
    const number = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
    await go('/mailbox', 'Mailbox');
    await page.getByText(`Order ${number} is on its way`).first().waitFor({ timeout: 30_000 });
    await page.getByText(`Order ${number} is on its way`).first().click();
    await page.frameLocator('iframe.mail').getByText('JD014600001234').waitFor();
    await shoot('mailbox');
  });

  it('staff cancel an order, which refunds it', async () => {
    await go('/orders?status=confirmed', 'Orders');
    await page.locator('tbody tr').first().click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByLabel('Reason').fill('Damaged in the warehouse');
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await page.getByText('Damaged in the warehouse').waitFor();
    await page.getByText('Refunded', { exact: true }).first().waitFor();
  });

  it('staff change a price and the stock of a product', async () => {
    await go('/products?q=Linen', 'Products');
    await shoot('products');
    await page.getByText('Linen Apron').click();
    await page.getByLabel('Price of LINEN-APRON').fill('61.50');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.getByRole('button', { name: 'Adjust the stock of LINEN-APRON' }).click();
    await page.getByLabel('Units').fill('5');
    await page.getByLabel('Reason').fill('Delivery 4711');
    await page.getByRole('dialog').getByRole('button', { name: 'Adjust' }).click();
    await page.getByText('Stock adjusted').waitFor();
    await shoot('product');
    const { priceCents } = await shop.core.db
      .selectFrom('variants')
      .select('priceCents')
      .where('sku', '=', 'LINEN-APRON')
      .executeTakeFirstOrThrow();
    expect(priceCents).toBe(6150);
  });

  it('the import page previews a CSV file before it imports it', async () => {
    const csv =
      'Handle,Title,Vendor,Published,Variant Price,Variant Inventory Qty\n' +
      'red-kite,Red Kite,Holm,true,19.90,5\nblue-kite,Blue Kite,Holm,true,cheap,5\n';
    await go('/import', 'CSV import');
    await page.locator('input[type="file"]').setInputFiles({ name: 'kites.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Preview: nothing was written').waitFor();
    await page.getByText('Variant Price "cheap" is not a price in EUR. Write it like 19.99.').waitFor();
    await shoot('import');
    expect(await shop.core.db.selectFrom('products').select('id').where('slug', '=', 'red-kite').execute()).toEqual([]);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('status').getByText('Imported', { exact: true }).waitFor();
    await page.getByRole('status').getByText('Imported').waitFor();
    expect(await shop.core.db.selectFrom('products').select('id').where('slug', '=', 'red-kite').execute()).toHaveLength(1);
  });

  it('staff open pages, search and open an order by keyboard alone', async () => {
    await go('/', 'Dashboard');
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Go to' }).fill('Inv');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Inventory' }).waitFor();
    await page.getByRole('textbox', { name: 'Go to' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('stool');
    await page.waitForURL(/q=stool/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
    await page.locator('tbody tr').first().getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Timeline').waitFor();
  });

  it('the palette opens the page of an order by its number, and of a product by its name, SKU or barcode', async () => {
    const { db } = shop.core;
    const order = await db.selectFrom('orders').select(['id', 'orderNumber']).orderBy('id').limit(1).executeTakeFirstOrThrow();
    const variant = await db
      .selectFrom('variants as v')
      .innerJoin('products as p', 'p.id', 'v.productId')
      .select(['v.id', 'v.productId', 'v.sku', 'p.name'])
      .where('p.slug', '=', 'linen-apron')
      .orderBy('v.position')
      .limit(1)
      .executeTakeFirstOrThrow();
    const product = await findProduct(shop.core, { id: variant.productId });
    if (!product) throw new Error('There is no linen apron');
    const variants = [{ id: variant.id, barcode: '4006381333931' }];
    const input = contract.products.update.input.parse({ id: product.id, version: product.version, variants });
    await updateProduct(shop.core, system('test'), input);
    const opens = async (typed: string, label: string, path: string) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Go to' }).fill(typed);
      // The searches, which are there at once, contain the label too: Search products for “Linen Apron”.
      await page
        .getByRole('dialog')
        .getByRole('button', { name: label })
        .filter({ hasNotText: /^Search/ })
        .first()
        .waitFor();
      await shoot('palette-found');
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`${path}$`));
      await page.getByRole('textbox', { name: 'Go to' }).waitFor({ state: 'hidden' });
    };
    await go('/', 'Dashboard');
    await opens(order.orderNumber, order.orderNumber, `/orders/${order.id}`);
    for (const typed of [variant.name, variant.sku, '4006381333931']) {
      await go('/', 'Dashboard');
      await opens(typed, variant.name, `/products/${variant.productId}`);
    }
  });

  it('the event log shows the related events of an event and links to its order', async () => {
    await go('/events', 'Events');
    await page
      .getByRole('row', { name: /order\.confirmed/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Show related events' }).click();
    await page.getByText('Only events about').waitFor();
    await page.getByRole('row', { name: /order\.placed/ }).click();
    await shoot('event');
    await page.getByRole('link', { name: 'Open the order' }).click();
    await page.getByText('Timeline').waitFor();
  });

  it('the admin switches to the dark colour scheme', async () => {
    await go('/', 'Dashboard');
    await page.getByRole('button', { name: 'Switch colour scheme' }).click();
    expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe('dark');
    await shoot('dark');
  });

  it('the reference page loads without requests to other hosts', async () => {
    const foreign: string[] = [];
    page.on(
      'request',
      (request) =>
        !request.url().startsWith(url) &&
        !request.url().startsWith('data:') &&
        !request.url().startsWith('blob:') &&
        foreign.push(request.url()),
    );
    await page.goto(`${url}/docs`);
    await page.getByText('Cartwright shop API').first().waitFor();
    await shoot('reference');
    expect(foreign).toEqual([]);
  });

  it('the admin logs no errors on the browser console', () => {
    expect(admin.consoleErrors).toEqual([]);
    expect(readFileSync(path.join(screenshots, 'dashboard.png')).length).toBeGreaterThan(10_000);
  });
});
