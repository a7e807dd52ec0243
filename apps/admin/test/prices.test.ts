import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('prices in a browser', () => {
  let admin: AdminInBrowser;
  let page: Page;
  beforeAll(async () => {
    admin = await openAdmin();
    page = admin.page;
    await admin.signIn();
  });
  afterAll(() => admin?.close());

  it('draws what a product has cost, with the lowest of 30 days, and follows a new price', async () => {
    const { db, ids } = admin.shop.core;
    const product = await db
      .selectFrom('products')
      .select(['id', 'name'])
      .where('status', '=', 'active')
      .orderBy('id')
      .executeTakeFirstOrThrow();
    const variant = await db
      .selectFrom('variants')
      .select(['id', 'sku', 'price_cents'])
      .where('product_id', '=', product.id)
      .orderBy('position')
      .executeTakeFirstOrThrow();
    const was = (days: number, price_cents: number) => ({
      id: ids.next(),
      variant_id: variant.id,
      price_cents,
      changed_by: 'test',
      created_at: new Date(Date.now() - days * 86_400_000),
    });
    await db
      .insertInto('price_changes')
      .values([was(120, variant.price_cents + 900), was(60, variant.price_cents + 500), was(20, 1_234)])
      .execute();
    await admin.go(`/products/${product.id}`, product.name);
    const chart = page.getByRole('img', { name: `Price of ${variant.sku}` });
    await chart.locator('path.recharts-line-curve').first().waitFor();
    await page.getByText('Lowest of 30 days: €12.34').waitFor();
    await chart.scrollIntoViewIfNeeded();
    await admin.shoot('price-history');
    await page.getByLabel(`Price of ${variant.sku}`, { exact: true }).fill('9.99');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Lowest of 30 days: €9.99').waitFor();
    expect(await admin.axe()).toEqual([]);
  });
});
