/** The set-up page of a shop without an administrator, in a browser. */
import { announceSetup } from '@cartwright/core/accounts';
import { createReadableLog } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('the set-up page', () => {
  let admin: AdminInBrowser;
  let page: Page;
  const written = createReadableLog();
  beforeAll(async () => {
    admin = await openAdmin({ demo: false, log: written.log });
    ({ page } = admin);
    await page.setViewportSize({ width: 390, height: 844 });
    await announceSetup(admin.shop.core);
  });
  afterAll(() => admin?.close());
  const fillIn = async (password: string): Promise<void> => {
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Byron');
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.keyboard.press('Enter');
  };

  it('the sign-in page links to the set-up page while the shop has no administrator', async () => {
    await page.goto(`${admin.url}/admin/sign-in`);
    await page.getByRole('status').getByText('This shop has no administrator yet.').waitFor();
    expect(await admin.axe()).toEqual([]);
    expect(await admin.overflow()).toEqual([]);
    await page.getByRole('link', { name: 'Set up this shop' }).click();
    await page.getByRole('heading', { level: 1, name: 'Set up this shop' }).waitFor();
    expect(await page.getByLabel('Set-up token').inputValue()).toBe('');
  });

  it('the set-up page reads the token from the URL in the log, fits 390 px and has no serious accessibility finding', async () => {
    const path = /\/admin\/setup#token=[0-9a-f]+/.exec(written.text())?.[0] ?? '';
    await page.goto(`${admin.url}${path}`);
    await page.getByRole('heading', { level: 1, name: 'Set up this shop' }).waitFor();
    await expect.poll(() => page.getByLabel('Set-up token').inputValue()).toBe(path.split('=')[1]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => admin.axe()).toEqual([]);
      expect(await admin.overflow()).toEqual([]);
    }
    await admin.shoot('set-up-390');
  });

  it('the set-up page shows the error of a password before and after it is sent', async () => {
    await fillIn('too short');
    await page.getByText('Use 15 characters or more.').waitFor();
    await fillIn('password1234567890');
    await page.getByRole('alert').getByText('too easy to guess').waitFor();
  });

  it('the set-up page creates the owner’s account and signs in, and is closed afterwards', async () => {
    await fillIn('seven green umbrellas sing');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${admin.url}/admin/setup`);
    await page.getByText('This shop has an administrator already.').waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.getByText('This shop has no administrator yet.').count()).toBe(0);
  });
});
