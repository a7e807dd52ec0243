import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('pricing in a browser', () => {
  let admin: AdminInBrowser;
  let page: Page;
  beforeAll(async () => {
    admin = await openAdmin();
    page = admin.page;
    await admin.signIn();
  });
  afterAll(() => admin?.close());

  it('writes a rule and shows at once what a cart would cost with it', async () => {
    await admin.go('/pricing', 'Pricing');
    const total = page.getByLabel('Simulated sums').getByRole('row').last();
    await total.waitFor();
    const before = await total.textContent();
    await page.getByRole('textbox', { name: 'Name' }).fill('Half of everything');
    await page.getByLabel('Percent', { exact: true }).fill('50');
    await page.getByLabel('Priority').fill('900');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('Rule added').waitFor();
    await page.waitForFunction(
      (text) => document.querySelector('[aria-label="Simulated sums"]')?.lastElementChild?.lastElementChild?.textContent !== text,
      before,
    );
    await page.getByText('Half of everything').first().waitFor();
    await admin.shoot('pricing');
    expect(await total.textContent()).not.toBe(before);
    await page.getByRole('button', { name: 'Remove Half of everything' }).click();
    await page.getByText('Rule removed').waitFor();
  });

  it('adds a promo code and a tax rate', async () => {
    await page.getByRole('tab', { name: 'Promo codes' }).click();
    await page.getByLabel('Code', { exact: true }).fill('summer-25');
    await page.getByRole('button', { name: 'Add code' }).click();
    await page.getByRole('cell', { name: 'SUMMER-25' }).waitFor();
    await admin.shoot('promo-codes');
    await page.getByRole('tab', { name: 'Tax and shipping' }).click();
    await page.getByLabel('Country').fill('at');
    await page.getByRole('button', { name: 'Save rate' }).click();
    await page.getByRole('cell', { name: 'AT', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Parcel' }).waitFor();
    await admin.shoot('tax-and-shipping');
  });
});
