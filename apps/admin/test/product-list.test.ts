/** The product list in a browser: edits in its rows, bulk actions and the stacked rows of a phone. */
import { aProduct, findProduct } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { productOf, signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('the product list in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));
  const product = (slug: string) => productOf(admin, slug);

  it('staff change price and stock of a product in the list and undo the change', async () => {
    const { page } = admin;
    await admin.go('/products?q=Trowel', 'Products');
    await page.getByLabel('Price of Garden Trowel').fill('27.50');
    await page.keyboard.press('Enter');
    await page.getByText('Garden Trowel: €27.50').waitFor();
    expect((await product('garden-trowel')).minPriceCents).toBe(2_750);
    const before = (await product('garden-trowel')).available;
    await page.getByLabel('Available units of Garden Trowel').fill(String(before + 7));
    await page.keyboard.press('Enter');
    await page.getByText('Garden Trowel: +7').waitFor();
    expect((await product('garden-trowel')).available).toBe(before + 7);
    await admin.shoot('products-undo');
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('alert').filter({ hasText: '+7' }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await product('garden-trowel')).available).toBe(before);
    await expect.poll(() => page.getByLabel('Available units of Garden Trowel').inputValue()).toBe(String(before));
  });

  it('the product list shows a change at once and reverts it when the API rejects it', async () => {
    const { page } = admin;
    await admin.go('/products?q=Trowel', 'Products');
    const price = page.getByLabel('Price of Garden Trowel');
    const before = await price.inputValue();
    const held = Promise.withResolvers<void>();
    await page.route('**/trpc/products.setPrice**', async (route) => {
      await held.promise;
      await route.abort();
    });
    await price.fill('31.00');
    await page.keyboard.press('Enter');
    await expect.poll(() => price.inputValue()).toContain('31.00');
    held.resolve();
    await expect.poll(() => price.inputValue()).toBe(before);
    await page.unroute('**/trpc/products.setPrice**');
    admin.consoleErrors.length = 0;
  });

  it('staff create a draft product, which opens its page', async () => {
    const { page } = admin;
    await admin.go('/products', 'Products');
    await page.getByRole('button', { name: 'New product' }).hover();
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('button', { name: 'New product' }).click();
    await page.getByLabel('Name').fill('Oak Ladle No. 2');
    await page.getByLabel('Price (EUR)').fill('18.40');
    await page.getByLabel('Units on hand').fill('12');
    expect(await admin.axe()).toEqual([]);
    await admin.shoot('new-product');
    await page.getByRole('button', { name: 'Create draft' }).click();
    await page.getByRole('heading', { level: 1, name: 'Oak Ladle No. 2' }).waitFor();
    const made = await product('oak-ladle-no-2');
    expect(made).toMatchObject({ status: 'draft', variants: [{ sku: 'OAK-LADLE-NO-2', priceCents: 1_840 }] });
  });

  it('staff filter products by category, unpublish all of them and publish them again', async () => {
    const { page } = admin;
    await admin.go('/products?category=garden', 'Products');
    await page.getByText('Garden Trowel').waitFor();
    await page.getByLabel('Select all on this page').check();
    await admin.shoot('products-chosen');
    await page.getByRole('button', { name: 'Unpublish' }).click();
    await page.getByText('Done', { exact: true }).waitFor();
    expect((await product('garden-trowel')).status).toBe('archived');
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect.poll(async () => (await product('garden-trowel')).status).toBe('active');
  });

  it('another page or filter of the product list ends the selection, and going back does not restore it', async () => {
    const { page } = admin;
    for (let n = 1; n <= 21; n += 1) await aProduct(admin.shop.core, { name: `Spindle ${n}` });
    const all = page.getByLabel('Select all on this page');
    const boxes = page.getByRole('checkbox', { name: /^Select Spindle/ });
    const bar = page.getByRole('toolbar', { name: 'Selected products' });
    const isNoneSelected = async (rows: number) => {
      await expect.poll(() => boxes.count()).toBe(rows);
      expect(await bar.count()).toBe(0);
      expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    };
    await admin.go('/products?q=Spindle', 'Products');
    await all.check();
    await bar.getByText('20 selected').waitFor();
    await page.getByRole('button', { name: 'next page' }).click();
    await isNoneSelected(1);
    await all.check();
    await bar.getByText('1 selected').waitFor();
    await page.goBack();
    await isNoneSelected(20);
    await boxes.first().check();
    await expect.poll(() => all.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
    await page.getByRole('radiogroup', { name: 'Status' }).getByText('Active', { exact: true }).click();
    await bar.waitFor({ state: 'detached' });
    await isNoneSelected(20);
    expect(await admin.axe()).toEqual([]);
  });

  it('staff delete products of the list only after a confirmation', async () => {
    const { page } = admin;
    await admin.go('/products?q=Ladle', 'Products');
    await page.getByLabel('Select Oak Ladle No. 2').check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Delete / });
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await product('oak-ladle-no-2')).status).toBe('draft');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByLabel('Select Oak Ladle No. 2').waitFor({ state: 'detached' });
    expect(await findProduct(admin.shop.core, { slug: 'oak-ladle-no-2' })).toBeNull();
  });

  it('at 390 px, the values of a stacked product row end where the numbers in its fields end', async () => {
    const { page } = admin;
    await page.setViewportSize({ width: 390, height: 844 });
    const { id } = await product('terracotta-planter');
    for (const [to, heading] of [
      ['/products?q=Planter', 'Products'],
      ['/products?q=Trowel', 'Products'],
      [`/products/${id}`, 'Terracotta Planter'],
    ] as const) {
      await admin.go(to, heading);
      const ends = await page.locator('table.stacks tbody td[data-label]').evaluateAll((cells) =>
        cells.map((cell) => {
          const field = cell.querySelector('input');
          if (field) {
            const { paddingRight, borderRightWidth } = getComputedStyle(field);
            return field.getBoundingClientRect().right - parseFloat(paddingRight) - parseFloat(borderRightWidth);
          }
          const texts = document.createRange();
          texts.selectNodeContents(cell);
          return texts.getBoundingClientRect().right;
        }),
      );
      for (const end of ends) expect(Math.abs(end - (ends[0] ?? 0)), to).toBeLessThanOrEqual(1);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });
});
