/** The flash sale pages in a browser: create a sale, watch it live, pause and end it. */
import { contract } from '@cartwright/contracts';
import { buyFromSale, listFlashSales } from '@cartwright/core/flash-sales';
import { system } from '@cartwright/core/kernel';
import { aKey, anAddress, unique } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('flash sales in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));

  const buy = async (name: string, token?: string) => {
    const { items } = await listFlashSales(admin.shop.core, system('test'), contract.flashSales.list.input.parse({}));
    const itemId = items.find((sale) => sale.name === name)?.items[0]?.id;
    const input = contract.flashSales.buy.input.parse({
      itemId,
      email: `${unique()}@example.com`,
      shippingAddress: anAddress,
      ...(token && { payment: { token } }),
    });
    return buyFromSale(admin.shop.core, { kind: 'guest', cartToken: null }, input, { idempotencyKey: aKey() });
  };

  it('the flash sale page lists the open sale of the demo shop', async () => {
    await admin.go('/sales', 'Flash sales');
    await admin.page.getByText('Sample drop').waitFor();
    await admin.page.getByText('Open', { exact: true }).waitFor();
    await admin.shoot('sales');
  });

  it('staff create a sale, and each missing field shows an error', async () => {
    const { page } = admin;
    await admin.go('/sales', 'Flash sales');
    await page.getByRole('button', { name: 'New flash sale' }).click();
    await page.getByLabel('Name').fill('Friday drop');
    await page.getByRole('button', { name: 'Create flash sale' }).click();
    await page.getByText('Choose a variant').waitFor();
    await page.getByRole('combobox', { name: 'Variant' }).fill('mug');
    await page.getByRole('option', { name: /Mug/ }).first().click();
    await page.getByRole('textbox', { name: 'Units', exact: true }).fill('20');
    await page.getByLabel('Sale price').fill('9.50');
    // An empty required field shows its error; empty times to pay take the default of the shop.
    const starts = await page.getByLabel('Starts').inputValue();
    await page.getByLabel('Starts').fill('');
    await page.getByLabel('Time to pay (minutes)', { exact: true }).fill('');
    await page.getByLabel('Time to pay after a decline (minutes)').fill('');
    await page.getByRole('button', { name: 'Create flash sale' }).click();
    await page.getByText('Enter a day and time').waitFor();
    await page.getByLabel('Starts').fill(starts);
    await admin.shoot('new-sale');
    await page.getByRole('button', { name: 'Create flash sale' }).click();
    await page.getByRole('heading', { level: 1, name: 'Friday drop' }).waitFor();
    await page.getByText('20 available of 20').waitFor();
  });

  it('a sale page shows sold, held and available units live', async () => {
    const { page } = admin;
    for (let n = 0; n < 4; n += 1) await buy('Friday drop', 'tok_success');
    await buy('Friday drop');
    await page.getByText('15 available of 20').waitFor();
    await page.getByText('4 sold').waitFor();
    await page.getByText('1 awaiting payment').waitFor();
    await page.locator('.recharts-bar-rectangle').first().waitFor();
    await admin.shoot('sale-live');
    expect(await admin.axe()).toEqual([]);
  });

  it('staff move units between regular stock and a sale', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: 'Move units' }).click();
    await page.getByLabel('Units', { exact: true }).fill('-5');
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByText('10 available of 15').waitFor();
  });

  it('staff pause a sale, which then rejects purchases, and resume it', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: 'Pause the sale' }).click();
    await page.getByText('Nothing is sold while the sale is paused').waitFor();
    await expect(buy('Friday drop')).rejects.toMatchObject({ code: 'SALE_PAUSED' });
    await admin.shoot('sale-paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause the sale' }).waitFor();
    await buy('Friday drop');
  });

  it('staff end a sale permanently after a confirmation', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: 'End the sale', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the sale' }).click();
    await page.getByText('Ended', { exact: true }).waitFor();
    await expect(page.getByRole('button', { name: 'Pause the sale' }).isVisible()).resolves.toBe(false);
  });

  it('a sale page fits 360 px without horizontal scrolling', async () => {
    await admin.page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => admin.overflow()).toEqual([]);
    await admin.shoot('narrow-sale');
    expect(admin.consoleErrors).toEqual([]);
  });
});
