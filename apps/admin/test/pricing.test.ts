import { readFile } from 'node:fs/promises';
import { contract } from '@cartwright/contracts';
import { system } from '@cartwright/core/kernel';
import { createPricingRules, getPricingRule } from '@cartwright/core/pricing';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { productOf, signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('pricing in a browser', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  const total = () => page.getByLabel('Simulated totals').getByRole('row').last();
  const changed = (before: string | null) =>
    page.waitForFunction((text) => document.querySelector('[aria-label="Simulated totals"] tr:last-child')?.textContent !== text, before);
  const confirm = () => page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();

  it('staff create a tiered rule and see the simulated price, and why a rule was not applied', async () => {
    await admin.go('/pricing', 'Pricing');
    await total().waitFor();
    const before = await total().textContent();
    await page.getByRole('textbox', { name: 'Name' }).fill('Half of everything');
    await page.getByLabel('Percent', { exact: true }).fill('50');
    await page.getByLabel('Priority').fill('900');
    await page.getByRole('button', { name: 'Add a step for more units' }).click();
    await page.getByLabel('From units, step 2').fill('10');
    await page.getByLabel('Percent, step 2').fill('60');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('Rules added').waitFor();
    await changed(before);
    await page.getByLabel('Applied rules').getByText('Half of everything').waitFor();
    const notApplied = page.getByLabel('Rules not applied');
    await notApplied.getByText('Half of everything (from 10)').waitFor();
    await notApplied.getByText('needs more units').first().waitFor();
    await admin.shoot('pricing');
    const half = await total().textContent();
    await page.getByLabel(/^Units of/).fill('10');
    await changed(half);
    await notApplied.getByText('an exclusive rule was applied').first().waitFor();
    await page.getByRole('button', { name: 'Delete Half of everything (from 10)' }).click();
    await confirm();
    await page.getByText('Half of everything (from 10) was deleted').waitFor();
    await page.getByRole('switch', { name: 'Half of everything applies' }).press('Space');
    await page.getByText('Rule changed').waitFor();
    await page.getByRole('switch', { name: 'Half of everything applies', checked: false }).waitFor();
    expect(await admin.axe()).toEqual([]);
  });

  it('staff create a rule for a collection', async () => {
    await admin.shop.core.database.kysely
      .insertInto('collections')
      .values({ id: admin.shop.core.ids.next(), slug: 'oak', name: 'Made of oak', rule: { tags: ['oak'] } })
      .execute();
    await admin.go('/pricing', 'Pricing');
    await page.getByRole('textbox', { name: 'Name' }).fill('Oak week');
    await page.getByRole('combobox', { name: 'Applies to' }).click();
    await page.getByRole('option', { name: 'A collection' }).click();
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('Choose what the rule applies to').first().waitFor();
    await page.getByRole('combobox', { name: 'Collection' }).click();
    await page.getByRole('option', { name: 'Made of oak' }).click();
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('Rule added').waitFor();
    await page.getByRole('link', { name: 'Made of oak', exact: true }).waitFor();
  });

  it('staff open a rule from the list, change its percentage, and follow the link to its product', async () => {
    const { core } = admin.shop;
    const product = await productOf(admin, 'terracotta-planter');
    const fields = { name: 'Mug week', effect: 'percent_off', percentBasisPoints: 1_000, productId: product.id, audience: 'guest' };
    const input = contract.pricing.createRules.input.parse({ rules: [{ ...fields, startsAt: '2026-01-05T08:30:15Z' }] });
    const [rule] = (await createPricingRules(core, system('test'), input)).rules;
    await admin.go('/pricing', 'Pricing');
    await page.getByRole('button', { name: 'Edit Mug week' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('combobox', { name: 'Product' }).inputValue()).toBe(product.name);
    await admin.shoot('pricing-rule');
    expect(await admin.axe()).toEqual([]);
    await dialog.getByLabel('Percent', { exact: true }).fill('25');
    await dialog.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText('Rule saved').waitFor();
    await page.getByText(/^Percentage off each unit · 25 % · only guests/).waitFor();
    // What the form does not show, and what was not changed, stays.
    expect(await getPricingRule(core, system('test'), { id: rule?.id ?? expect.fail('no rule') })).toEqual({
      ...rule,
      percentBasisPoints: 2_500,
      version: 2,
      updatedAt: expect.any(String),
    });
    await page.getByRole('link', { name: product.name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: product.name }).waitFor();
  });

  it('staff create a promo code by keyboard alone, and a batch that is downloaded as CSV', async () => {
    await admin.go('/pricing?tab=codes', 'Pricing');
    await page.getByRole('button', { name: 'New promo codes' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('textbox', { name: 'Code', exact: true }).focus();
    await page.keyboard.type('summer-25');
    await page.getByRole('textbox', { name: 'Minimum cart value (EUR)' }).fill('50');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: 'SUMMER-25', exact: true }).waitFor();
    await page.getByRole('cell', { name: '10 % carts from €50.00, only in EUR' }).waitFor();
    await page.getByRole('button', { name: 'New promo codes' }).click();
    await page.getByText('Many codes').click();
    await page.getByRole('textbox', { name: 'How many' }).fill('250');
    await page.getByRole('textbox', { name: 'Prefix' }).fill('vip');
    await page.getByRole('textbox', { name: 'Uses per code' }).fill('1');
    await page.getByRole('button', { name: 'Create 250 codes' }).click();
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const text = await readFile(await (await file).path(), 'utf8');
    expect(text.match(/^VIP-[0-9A-Z]{16}\r$/gm)).toHaveLength(250);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page
      .getByRole('button', { name: /^Download the batch/ })
      .first()
      .waitFor();
    await admin.shoot('promo-codes');
    expect(await admin.axe()).toEqual([]);
    await page.getByLabel('Find a code').fill('summer');
    await page.getByRole('cell', { name: /^VIP/ }).first().waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'SUMMER-25 can be used' }).press('Space');
    await page.getByText('Code changed').waitFor();
  });

  it('staff add, change and delete the tax rate of a region', async () => {
    await admin.go('/pricing?tab=tax', 'Pricing');
    await page.getByLabel('Country').fill('at');
    await page.getByLabel('Region').fill('9');
    await page.getByLabel('Percent').fill('20');
    await page.getByRole('button', { name: 'Add rate' }).click();
    await page.getByRole('cell', { name: 'AT-9', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Edit AT-9 standard' }).click();
    await page.getByLabel('Percent').fill('13');
    await page.getByRole('button', { name: 'Save rate' }).click();
    await page.getByRole('row', { name: /AT-9.*13 %/ }).waitFor();
    await admin.shoot('tax');
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Delete AT-9 standard' }).click();
    await confirm();
    await page.getByText(/ was deleted$/).waitFor();
  });

  it('staff add a shipping method with two prices by weight, and change it', async () => {
    await admin.go('/pricing?tab=shipping', 'Pricing');
    await page.getByRole('button', { name: 'New shipping method' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Courier');
    await dialog.getByLabel('Countries').fill('de');
    await page.keyboard.press('Enter');
    await dialog.getByRole('textbox', { name: 'Below kg' }).fill('2');
    await dialog.getByRole('textbox', { name: /^Price/ }).fill('4.9');
    await dialog.getByRole('button', { name: 'Add a price' }).click();
    await dialog.getByRole('textbox', { name: 'From kg' }).last().fill('2');
    await dialog
      .getByRole('textbox', { name: /^Price/ })
      .last()
      .fill('9.9');
    await admin.shoot('shipping-form');
    expect(await admin.axe()).toEqual([]);
    await dialog.getByRole('button', { name: 'Add method' }).click();
    await page.getByText('Shipping method added').waitFor();
    await page.getByRole('cell', { name: /9\.90.*from 2 kg/ }).waitFor();
    await page.getByRole('button', { name: 'Edit Courier' }).click();
    await dialog.getByLabel('Name').fill('Fast courier');
    await dialog.getByRole('button', { name: 'Save method' }).click();
    await page.getByRole('cell', { name: 'Fast courier', exact: true }).waitFor();
    await admin.shoot('shipping');
    expect(await admin.axe()).toEqual([]);
  });

  it('staff change the settings of the shop', async () => {
    await admin.go('/pricing?tab=settings', 'Pricing');
    await page.getByLabel('Time to pay (minutes)', { exact: true }).fill('45');
    await admin.shoot('shop-settings');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Settings saved').waitFor();
    expect(await admin.axe()).toEqual([]);
    const row = await admin.shop.core.db.selectFrom('store_settings').select('paymentWindowMinutes').executeTakeFirstOrThrow();
    expect(row.paymentWindowMinutes).toBe(45);
  });

  it('every tab of the pricing page fits a screen of 360 px, and the active tab stays visible when the width changes', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const tab of ['rules', 'lists', 'codes', 'tax', 'shipping', 'settings']) {
      await admin.go(`/pricing?tab=${tab}`, 'Pricing');
      await admin.shoot(`pricing-360-${tab}`);
      expect({ tab, wide: await admin.overflow() }).toEqual({ tab, wide: [] });
      expect({ tab, wide: await admin.wideTables() }).toEqual({ tab, wide: [] });
    }
    await page.setViewportSize({ width: 1280, height: 860 });
    // The page notices a width when it draws a frame with it.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.setViewportSize({ width: 360, height: 740 });
    const right = () => page.getByRole('tab', { selected: true }).evaluate((tab) => tab.getBoundingClientRect().right);
    await expect.poll(right).toBeLessThanOrEqual(360);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('arrows beside the tabs show that there are more tabs than fit, and scroll to them', async () => {
    const [earlier, further] = ['Earlier tabs', 'Further tabs'].map((name) => page.getByRole('button', { name })) as [Locator, Locator];
    await page.setViewportSize({ width: 390, height: 844 });
    await admin.go('/pricing', 'Pricing');
    await further.waitFor();
    expect([await earlier.isDisabled(), await further.isDisabled()]).toEqual([true, false]);
    const covered = await page
      .getByRole('tablist')
      .evaluate((tabs) => tabs.closest('[data-viewport], .mantine-ScrollArea-viewport')?.getBoundingClientRect().right);
    expect((await earlier.boundingBox())?.x).toBeGreaterThanOrEqual(covered ?? 390);
    const clickFurther = async () => {
      await further.evaluate((button: HTMLElement) => button.click());
      return further.isDisabled();
    };
    await expect.poll(clickFurther).toBe(true);
    expect(await earlier.isDisabled()).toBe(false);
    await page.getByRole('tab', { name: 'Rules' }).focus();
    for (let n = 0; n < 5; n += 1) await page.keyboard.press('ArrowRight');
    await page.waitForURL(/tab=settings/);
    await page.setViewportSize({ width: 1280, height: 860 });
    await further.waitFor({ state: 'detached' });
  });
});
