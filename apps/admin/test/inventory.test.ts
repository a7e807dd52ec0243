/** The inventory page in a browser: stock details, conflicting counts, locations, low stock, repair of counters. */
import { adjustStock } from '@cartwright/core/inventory';
import { system } from '@cartwright/core/kernel';
import { aGuestCart, aProduct, variantOf } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('the inventory in the admin', () => {
  let admin: AdminInBrowser;
  let shop: AdminInBrowser['shop'];
  let page: Page;
  let lamp: Awaited<ReturnType<typeof aProduct>>;
  beforeAll(async () => {
    admin = await openAdmin();
    ({ shop, page } = admin);
    lamp = await aProduct(shop.core, { name: 'Copper Lamp', stock: 12 });
    await aGuestCart(shop.core, [[lamp, 3]]);
    await admin.signIn();
    await admin.go('/inventory?q=Copper', 'Inventory');
  });
  afterAll(() => admin?.close());

  const shoot = (name: string) => admin.shoot(`inventory-${name}`);
  const dialog = (name: RegExp) => page.getByRole('dialog', { name });

  it('the details of a stock level show its counters, ledger, holds and locations', async () => {
    await page.getByRole('button', { name: 'Details' }).click();
    await dialog(/Copper Lamp/)
      .getByText('On hand', { exact: true })
      .waitFor();
    await page.getByRole('table', { name: 'Ledger' }).getByText('+12').waitFor();
    await shoot('details');
    await page.getByRole('tab', { name: 'Holds' }).click();
    await page.getByRole('table', { name: 'Holds' }).getByText('cart').waitFor();
    await shoot('holds');
    await expect.poll(() => admin.axe(), { timeout: 30_000 }).toEqual([]);
  });

  it('a count is rejected when the stock has changed meanwhile, and accepted at the second try', async () => {
    await page.getByRole('button', { name: 'Enter a count' }).click();
    await dialog(/Enter a count/)
      .getByLabel('Units counted')
      .fill('20');
    await dialog(/Enter a count/)
      .getByLabel('Reason')
      .fill('Yearly count');
    await adjustStock(shop.core, system('test'), { variantId: variantOf(lamp).id, delta: 1, reason: 'found' });
    await dialog(/Enter a count/)
      .getByRole('button', { name: 'Save count' })
      .click();
    await page.getByText('The stock changed after you opened it.').waitFor();
    await dialog(/Enter a count/)
      .getByText('13 units on hand')
      .waitFor();
    await shoot('conflict');
    await dialog(/Enter a count/)
      .getByLabel('Units counted')
      .fill('20');
    await dialog(/Enter a count/)
      .getByLabel('Reason')
      .fill('Yearly count');
    await dialog(/Enter a count/)
      .getByRole('button', { name: 'Save count' })
      .click();
    await page.getByText('20 on hand, 17 available').waitFor();
  });

  it('staff create a location, adjust its stock and transfer units to it', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Locations' }).click();
    await page.getByRole('button', { name: 'New location' }).click();
    await dialog(/New location/)
      .getByLabel('Code')
      .fill('north');
    await dialog(/New location/)
      .getByLabel('Name')
      .fill('Northern warehouse');
    await dialog(/New location/)
      .getByRole('button', { name: 'Create location' })
      .click();
    await page.getByRole('table', { name: 'Locations' }).getByText('Northern warehouse').waitFor();
    await shoot('locations');
    await expect.poll(() => admin.axe(), { timeout: 30_000 }).toEqual([]);
    await page.getByRole('tab', { name: 'Stock levels' }).click();
    await page.getByRole('button', { name: 'Adjust' }).click();
    await dialog(/Adjust stock/)
      .getByRole('combobox', { name: 'Location' })
      .click();
    await page.getByRole('option', { name: 'Northern warehouse' }).click();
    await dialog(/Adjust stock/)
      .getByLabel('Units')
      .fill('-3');
    await dialog(/Adjust stock/)
      .getByLabel('Reason')
      .fill('Breakage');
    await dialog(/Adjust stock/)
      .getByLabel('Allow stock below what is reserved')
      .waitFor();
    await shoot('adjust');
    await dialog(/Adjust stock/)
      .getByRole('button', { name: 'Adjust' })
      .click();
    await page.getByText(/^No units of .* but 3 were requested\.$/).waitFor();
    await dialog(/Adjust stock/)
      .getByLabel('Units')
      .fill('2');
    await dialog(/Adjust stock/)
      .getByLabel('Reason')
      .fill('Delivery');
    await dialog(/Adjust stock/)
      .getByRole('button', { name: 'Adjust' })
      .click();
    await page.getByText('22 on hand, 19 available').waitFor();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Transfer' }).click();
    await dialog(/Transfer units/)
      .getByLabel('Units to move')
      .fill('4');
    await dialog(/Transfer units/)
      .getByLabel('Reason')
      .fill('Balance');
    await dialog(/Transfer units/)
      .getByRole('button', { name: 'Transfer' })
      .click();
    await page.getByText('Stock changed').first().waitFor();
    await dialog(/Copper Lamp/)
      .getByRole('tab', { name: 'Locations' })
      .click();
    await page.getByRole('table', { name: 'Units at locations' }).getByText('north').waitFor();
    await shoot('transferred');
  });

  it('the inventory page lists a variant that is low on stock', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Low stock' }).click();
    await page.getByText('No matching variant is low on stock').waitFor();
    await adjustStock(shop.core, system('test'), { variantId: variantOf(lamp).id, delta: -17, reason: 'broken' });
    await page.reload();
    await page.getByText('Low stock', { exact: true }).first().waitFor();
    await shoot('low-stock');
  });

  it('the inventory page lists a wrong counter before it corrects it', async () => {
    await shop.core.database.kysely.updateTable('stock_levels').set({ reserved: 1 }).where('variantId', '=', variantOf(lamp).id).execute();
    await page.getByRole('tab', { name: 'Repair counters' }).click();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('table', { name: 'Wrong counters' }).getByText(variantOf(lamp).sku).waitFor();
    await page.mouse.move(0, 0);
    await shoot('repair');
    await expect.poll(() => admin.axe(), { timeout: 30_000 }).toEqual([]);
    await page.getByRole('button', { name: 'Correct 1 counter' }).click();
    await page.getByText('Counters corrected').waitFor();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Nothing to repair').waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => admin.overflow(), { timeout: 10_000 }).toEqual([]);
    await shoot('narrow-repair');
  });

  it('a variant whose stock is not tracked is shown as such, and cannot be counted', async () => {
    const repair = await aProduct(shop.core, { name: 'Umbrella Repair', stock: 0 });
    await admin.go('/inventory?q=Umbrella', 'Inventory');
    await page.getByRole('button', { name: 'Details' }).click();
    await dialog(/Umbrella Repair/)
      .getByRole('button', { name: 'Limits' })
      .click();
    await dialog(/Stock limits/)
      .getByLabel('Track stock')
      .uncheck();
    await dialog(/Stock limits/)
      .getByRole('button', { name: 'Save' })
      .click();
    await expect
      .poll(() =>
        dialog(/Umbrella Repair/)
          .getByRole('button', { name: 'Enter a count' })
          .isDisabled(),
      )
      .toBe(true);
    await expect
      .poll(() =>
        dialog(/Umbrella Repair/)
          .getByText('Not tracked')
          .count(),
      )
      .toBeGreaterThan(0);
    await shoot('not-tracked');
    await aGuestCart(shop.core, [[repair, 40]]);
  });
});
