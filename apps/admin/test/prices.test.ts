import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('prices in a browser', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });

  it('the product page shows the price history with the lowest price in 30 days, and updates it after a new price', async () => {
    const { ids, database } = admin.shop.core;
    const db = database.kysely;
    const product = await db
      .selectFrom('products')
      .select(['id', 'name'])
      .where('status', '=', 'active')
      .orderBy('id')
      .executeTakeFirstOrThrow();
    const variant = await db
      .selectFrom('variants')
      .select(['id', 'sku', 'priceCents'])
      .where('productId', '=', product.id)
      .orderBy('position')
      .executeTakeFirstOrThrow();
    const was = (days: number, priceCents: number) => ({
      id: ids.next(),
      variantId: variant.id,
      priceCents,
      changedBy: 'test',
      createdAt: new Date(Date.now() - days * 86_400_000),
    });
    await db
      .insertInto('price_changes')
      .values([was(120, variant.priceCents + 900), was(60, variant.priceCents + 500), was(20, 1_234)])
      .execute();
    await admin.go(`/products/${product.id}`, product.name);
    const chart = page.getByRole('img', { name: `Price of ${variant.sku}` });
    await chart.locator('path.recharts-line-curve').first().waitFor();
    await page.getByText('Lowest price in 30 days: €12.34').waitFor();
    await chart.scrollIntoViewIfNeeded();
    await admin.shoot('price-history');
    await page.getByLabel(`Price of ${variant.sku}`, { exact: true }).fill('9.99');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Lowest price in 30 days: €9.99').waitFor();
    expect(await admin.axe()).toEqual([]);
  });

  it('staff create a scheduled price list for a customer group, and set prices one by one, in the table and in bulk', async () => {
    const variants = await admin.shop.core.db.selectFrom('variants').select('sku').orderBy('sku').limit(2).execute();
    const [first, second] = variants.map((v) => v.sku);
    await admin.go('/pricing?tab=lists', 'Pricing');
    await page.getByRole('button', { name: 'New price list' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Trade 2031');
    await dialog.getByLabel('Currency').fill('jpy');
    await dialog.getByLabel('Customer group').fill('trade');
    await dialog.getByLabel('Starts').fill('2031-01-01T00:00');
    await dialog.getByRole('button', { name: 'Create price list' }).click();
    await page.getByText('Price list created').waitFor();
    await page.getByRole('row', { name: /Trade 2031.*trade.*Scheduled/ }).waitFor();
    await page.getByLabel('Many prices').fill(`${first}; 1500\n${first}; 1200; 10\n${second};900`);
    await page.getByRole('button', { name: 'Set 3 prices' }).click();
    const price = page.getByLabel(`Price of ${first} from 10`);
    await price.waitFor();
    await price.fill('1100');
    await page.keyboard.press('Tab');
    const save = page.getByRole('button', { name: 'Save 1 price' });
    await save.waitFor();
    // A deleted price leaves what is typed beside the others.
    const deletion = page.getByRole('button', { name: `Delete ${second} from 1` });
    await deletion.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await deletion.waitFor({ state: 'detached' });
    await save.click();
    await save.waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'Variant' }).fill(second ?? '');
    await page.getByRole('option', { name: new RegExp(second ?? '') }).click();
    await page.getByLabel('Price (JPY)').fill('800');
    await page.getByLabel('From units').fill('5');
    await page.getByRole('button', { name: 'Add price' }).click();
    await page.getByLabel(`Price of ${second} from 5`).waitFor();
    await page.getByLabel('Many prices').fill('NO-SUCH-SKU; 5');
    // Notices can cover the button.
    await page.getByRole('button', { name: 'Set 1 price' }).press('Enter');
    await page
      .getByText(/is not a variant of this shop/)
      .first()
      .waitFor();
    await admin.shoot('price-lists');
    expect(await admin.axe()).toEqual([]);
    const rows = await admin.shop.core.db
      .selectFrom('price_list_prices')
      .select(['minQuantity', 'priceCents'])
      .orderBy('priceCents')
      .execute();
    expect(rows.map((r) => [r.minQuantity, r.priceCents])).toEqual([
      [5, 800],
      [10, 1_100],
      [1, 1_500],
    ]);
  });
});
