/** Pages and dialogs that need the currency of the shop wait for the settings, and assume no currency before. */
import type { Page, Route } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

const settingsCall = /\/trpc\/settings\.get/;

describe.skipIf(!chromiumPath)('a page that needs the currency of the shop', () => {
  let admin: AdminInBrowser;
  let page: Page;
  let held: Route[] = [];
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  beforeEach(async () => {
    await admin.shop.core.database.kysely.updateTable('store_settings').set({ currency: 'CHF' }).execute();
    held = [];
    await page.route(settingsCall, (route) => void held.push(route));
  });
  afterEach(() => page.unroute(settingsCall));
  const release = async () => {
    for (const route of held) await route.continue();
    await page.unroute(settingsCall);
  };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  it.each([
    ['the rule form', '/pricing', 'Pricing', null, 'New rule'],
    ['the list of promo codes', '/pricing?tab=codes', 'Pricing', null, 'New promo codes'],
    ['the dialog of a shipping method', '/pricing?tab=shipping', 'Pricing', 'New shipping method', 'Free from (CHF)'],
    ['the dialog of a price list', '/pricing?tab=lists', 'Pricing', 'New price list', null],
    ['the dialog of a gift card', '/store-credit', 'Gift cards', 'Issue a gift card', null],
    ['the dialog of a collection', '/collections', 'Collections', 'New collection', 'Maximum price (CHF)'],
    ['the dialog of a product', '/products', 'Products', 'New product', 'Price (CHF)'],
    ['the dialog of a flash sale', '/sales', 'Flash sales', 'New flash sale', 'Sale price (CHF)'],
  ])('%s shows a skeleton until the settings are loaded, and then the currency of the shop', async (_, address, heading, button, label) => {
    await page.goto(`${admin.url}/admin${address}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    if (button) await press(button);
    await page.locator('[aria-busy="true"]').first().waitFor();
    await expect.poll(() => held.length).toBeGreaterThan(0);
    const fields = page.getByRole('textbox', { name: 'Currency', exact: true });
    const labels = () => page.getByText(/\((?:USD|EUR)\)| in (?:USD|EUR)/).count();
    const early = label ? await page.getByText(label).count() : 0;
    expect([await fields.count(), await labels(), early]).toEqual([0, 0, 0]);
    await release();
    if (label) await page.getByText(label).first().waitFor();
    else await expect.poll(() => fields.last().inputValue()).toBe('CHF');
  });
});
