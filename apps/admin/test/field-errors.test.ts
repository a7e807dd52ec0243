/** Each form of the admin shows why the API refused a value at the field of that value. */
import { updateProduct } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { productOf, signedIn } from './signed-in.ts';

const long = (length: number): string => 'x'.repeat(length);
/** A value that the form lets through and the API refuses. */
interface Refusal {
  readonly form: string;
  readonly at: string;
  /** Buttons and tabs that open the form. */
  readonly open?: readonly (string | RegExp)[];
  /** Valid values of other fields. */
  readonly others?: Readonly<Record<string, string>>;
  readonly field: string | RegExp;
  readonly value: string;
  readonly submit: string;
  readonly message: RegExp;
}

const product = '/products/$product';
const order = '/orders/$order';
const reason = { field: 'Reason', value: long(1_001), message: /characters/ };

const refusals: readonly Refusal[] = [
  { form: 'a product', at: product, field: 'Name', value: long(300), submit: 'Save', message: /255 characters/ },
  { form: 'the texts of a product', at: product, field: 'Search engine title', value: long(300), submit: 'Save', message: /characters/ },
  { form: 'the price of a variant', at: product, field: 'Price of $last', value: '9999', submit: 'Save', message: /compare-at price/ },
  {
    form: 'a variant',
    at: product,
    open: [/^Details of/],
    field: 'SKU',
    value: '$sku',
    submit: 'Save variant',
    message: /already the SKU of a variant of Linen Apron/,
  },
  {
    form: 'the weight of a variant',
    at: product,
    open: [/^Details of/],
    field: 'Weight in grams',
    value: '99999999',
    submit: 'Save variant',
    message: /10000000|10,000,000/,
  },
  {
    form: 'a new variant',
    at: product,
    open: ['Add a variant'],
    others: { Size: 'Giant', 'Price (EUR)': '9.50' },
    field: 'SKU',
    value: '$sku',
    submit: 'Add variant',
    message: /already the SKU of a variant of Linen Apron/,
  },
  {
    form: 'an option value of a new variant',
    at: product,
    open: ['Add a variant'],
    others: { SKU: 'OTHER', 'Price (EUR)': '9.50' },
    field: 'Size',
    value: long(300),
    submit: 'Add variant',
    message: /characters/,
  },
  { form: 'an image', at: product, field: 'Image URL', value: 'http://a.example/b.jpg', submit: 'Add image', message: /https/ },
  {
    form: 'the address of an order',
    at: order,
    open: ['Change address'],
    field: 'Postal code',
    value: long(30),
    submit: 'Save address',
    message: /20 characters/,
  },
  {
    form: 'a tax rate',
    at: '/pricing?tab=tax',
    others: { Percent: '20' },
    field: 'Country',
    value: 'XQ',
    submit: 'Add rate',
    message: /XQ/,
  },
  {
    form: 'a parcel',
    at: order,
    open: ['Ship'],
    field: 'Tracking number',
    value: long(101),
    submit: 'Mark as shipped',
    message: /100 characters/,
  },
  { form: 'a note', at: order, open: ['Add note'], field: 'Note', value: long(5_000), submit: 'Save note', message: /characters/ },
  { form: 'a refund', at: order, open: ['Refund'], others: { 'Amount (EUR)': '1' }, ...reason, submit: 'Refund' },
  { form: 'a cancellation', at: order, open: ['Cancel'], ...reason, submit: 'Cancel the order' },
  { form: 'a stock adjustment', at: '/inventory', open: ['Adjust'], ...reason, submit: 'Adjust' },
  { form: 'a count', at: '/inventory', open: ['Details', 'Enter a count'], ...reason, submit: 'Save count' },
  {
    form: 'stock limits',
    at: '/inventory',
    open: ['Details', 'Limits'],
    field: 'Backorder limit',
    value: '99999999999',
    submit: 'Save',
    message: /whole number from 0/,
  },
  {
    form: 'a location',
    at: '/inventory',
    open: ['Locations', 'New location'],
    others: { Name: 'North' },
    field: 'Code',
    value: long(41),
    submit: 'Create location',
    message: /40 characters/,
  },
  {
    form: 'a gift card',
    at: '/store-credit',
    open: ['Issue a gift card'],
    others: { Amount: '5' },
    field: 'Note',
    value: long(501),
    submit: 'Issue',
    message: /500 characters/,
  },
  {
    form: 'the last day of a gift card',
    at: '/store-credit',
    open: ['Issue a gift card'],
    others: { Amount: '5' },
    field: 'Can be spent until',
    value: '2020-01-31',
    submit: 'Issue',
    message: /in the future/,
  },
  {
    form: 'the weights of a shipping method',
    at: '/pricing?tab=shipping',
    open: ['New shipping method'],
    others: { Name: 'Courier', 'From kg': '5', 'Price (EUR)': '9' },
    field: 'Below kg',
    value: '2',
    submit: 'Add method',
    message: /above From kg/,
  },
  {
    form: 'a pricing rule',
    at: '/pricing',
    others: { Name: 'Bulk' },
    field: 'From units',
    value: '99999999',
    submit: 'Add rule',
    message: /10000|10,000/,
  },
];

describe.skipIf(!chromiumPath)('a value that the API refuses', () => {
  let admin: AdminInBrowser;
  let page: Page;
  const known = new Map<string, string>();
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  beforeAll(async () => {
    const { id } = await admin.shop.core.db
      .selectFrom('orders')
      .select('id')
      .where('status', '=', 'confirmed')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    known.set('$order', id);
    const { id: productId, version, variants } = await productOf(admin, 'terracotta-planter');
    known.set('$product', productId);
    // Not the first variant: a form that sends only this one must not mark the first.
    const last = variants.at(-1);
    if (!last || variants.length < 2) throw new Error('The product has one variant');
    known.set('$last', last.sku);
    await updateProduct(admin.shop.core, system('test'), {
      id: productId,
      version,
      variants: [{ id: last.id, compareAtPriceCents: 900_000 }],
    });
    known.set('$sku', (await productOf(admin, 'linen-apron')).variants[0]?.sku ?? '');
  });
  const fill = (text: string): string => text.replace(/\$\w+/, (name) => known.get(name) ?? name);

  it('has a reason that can be read in light and dark', async () => {
    await admin.go('/pricing?tab=tax', 'Pricing');
    await page.getByRole('textbox', { name: 'Country' }).fill('XQ');
    await page.getByRole('textbox', { name: 'Percent' }).fill('20');
    await page.getByRole('button', { name: 'Add rate' }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => admin.axe()).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  });

  it.each(refusals)(
    'of $form is marked, with the reason below it',
    async ({ at, open = [], others = {}, field, value, submit, message }) => {
      await page.goto(`${admin.url}/admin${fill(at)}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      for (const name of open)
        await page
          .getByRole('button', { name, exact: typeof name === 'string' })
          .or(page.getByRole('tab', { name, exact: true }))
          .first()
          .click();
      const dialog = page.getByRole('dialog').last();
      const form = open.length > 0 && !open.includes('Add a variant') ? dialog : page.getByRole('main');
      const input = (label: string | RegExp) =>
        form
          .getByRole('textbox', { name: typeof label === 'string' ? fill(label) : label })
          // A date has no role.
          .or(form.locator('input[type="date"]').and(form.getByLabel(label)))
          .first();
      for (const [label, text] of Object.entries(others)) await input(label).fill(text);
      await input(field).fill(fill(value));
      await form.getByRole('button', { name: submit, exact: true }).click();
      await expect.poll(() => input(field).getAttribute('aria-invalid')).toBe('true');
      const ids = (await input(field).getAttribute('aria-describedby')) ?? '';
      const texts = await Promise.all(ids.split(/\s+/).map((id) => page.locator(`[id="${id}"]`).innerText()));
      expect(texts.join(' ')).toMatch(message);
    },
  );
});
