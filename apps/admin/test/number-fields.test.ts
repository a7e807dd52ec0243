/** A number outside its range stays as it was typed, is marked, and is not saved as the nearest number inside the range. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

interface Case {
  readonly form: string;
  readonly at: string;
  /** Buttons that open the form. */
  readonly open?: readonly string[];
  readonly others?: Readonly<Record<string, string>>;
  readonly field: string | RegExp;
  readonly typed: string;
  readonly submit: string;
  readonly message: RegExp;
  /** The table that the form writes. */
  readonly writes: 'refunds' | 'promo_codes' | 'pricing_rules' | 'tax_rates' | 'shipments' | 'store_settings';
}
const percent = { field: /^Percent/, typed: '150', message: /from 0(\.01)? to 100$/ };
const cases: readonly Case[] = [
  {
    form: 'a refund',
    at: '/orders/$order',
    open: ['Refund'],
    others: { Reason: 'Late' },
    field: /^Amount/,
    typed: '999999',
    submit: 'Refund',
    message: /^Enter an amount up to €/,
    writes: 'refunds',
  },
  {
    form: 'a parcel',
    at: '/orders/$order',
    open: ['Ship'],
    others: { 'Tracking number': '123' },
    field: /^Units of/,
    typed: '9999',
    submit: 'Mark as shipped',
    message: /^Enter a number from 0 to \d+$/,
    writes: 'shipments',
  },
  {
    form: 'a promo code',
    at: '/pricing?tab=codes',
    open: ['New promo codes'],
    others: { Code: 'TOO-MUCH' },
    ...percent,
    submit: 'Create code',
    writes: 'promo_codes',
  },
  { form: 'a pricing rule', at: '/pricing', others: { Name: 'Too much' }, ...percent, submit: 'Add rule', writes: 'pricing_rules' },
  { form: 'a tax rate', at: '/pricing?tab=tax', others: { Country: 'SE' }, ...percent, submit: 'Add rate', writes: 'tax_rates' },
  {
    form: 'the shop settings',
    at: '/pricing?tab=settings',
    field: /^Allowed price increase/,
    typed: '-5',
    message: /from 0 to 100$/,
    submit: 'Save settings',
    writes: 'store_settings',
  },
];

describe.skipIf(!chromiumPath)('a number outside its range', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  const rowsOf = (table: Case['writes']) => admin.shop.core.db.selectFrom(table).selectAll().execute();

  it.each(cases)('in $form stays as typed, is marked and is not saved', async ({ at, open = [], others = {}, ...one }) => {
    const { id } = await admin.shop.core.db
      .selectFrom('orders')
      .select('id')
      .where('status', '=', 'confirmed')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    const before = await rowsOf(one.writes);
    await page.goto(`${admin.url}/admin${at.replace('$order', id)}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const name of open) await page.getByRole('button', { name, exact: true }).first().click();
    const form = open.length > 0 ? page.getByRole('dialog').last() : page.getByRole('main');
    for (const [label, text] of Object.entries(others)) await form.getByRole('textbox', { name: label, exact: true }).first().fill(text);
    const field = form.getByRole('textbox', { name: one.field }).first();
    await field.fill(one.typed);
    await form.getByRole('button', { name: one.submit, exact: true }).click();
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    const ids = (await field.getAttribute('aria-describedby')) ?? '';
    const texts = await Promise.all(ids.split(/\s+/).map((described) => page.locator(`[id="${described}"]`).innerText()));
    expect(texts.some((text) => one.message.test(text))).toBe(true);
    expect(await field.inputValue()).toBe(one.typed);
    expect(await rowsOf(one.writes)).toEqual(before);
  });
});
