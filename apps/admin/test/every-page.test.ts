/** Every route of the admin: checked by axe in light and dark, and at a width of 360 px. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { aPaidOrder, aProduct, isLongRun } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

const router = readFileSync(path.join(import.meta.dirname, '../src/router.tsx'), 'utf8');
const routes = [...router.matchAll(/\bpath: '([^']+)'/g)].flatMap(([, to]) => to ?? []);
/** Tabs and filters of pages that have their own URL. */
const parts = [
  '/orders?status=confirmed&min=%2210%22',
  '/pricing?tab=lists',
  '/pricing?tab=codes',
  '/pricing?tab=tax',
  '/pricing?tab=shipping',
  '/pricing?tab=settings',
  '/inventory?low=true',
];

const pages = [...routes.filter((to) => to !== '/sign-in' && to !== '/setup'), ...parts];
/**
 * In `npm test` axe looks at each page once: at every other one on a light desktop, at the rest on a dark telephone. `npm run test:long`
 * looks at each page in both colour schemes and at both widths, and takes pictures.
 */
const scheme = (to: string): 'light' | 'dark' => (pages.indexOf(to) % 2 === 0 ? 'light' : 'dark');

describe.skipIf(!chromiumPath)('every page', () => {
  let admin: AdminInBrowser;
  let page: Page;
  const ids = new Map<string, string>();
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  beforeAll(async () => {
    const { db } = admin.shop.core;
    const newest = async (table: 'orders' | 'products' | 'flash_sales') =>
      (await db.selectFrom(table).select('id').orderBy('id').limit(1).executeTakeFirstOrThrow()).id;
    ids.set('$orderId', await newest('orders'));
    ids.set('$productId', await newest('products'));
    ids.set('$saleId', await newest('flash_sales'));
  });

  const addressOf = (to: string): string => `${admin.url}/admin${to.replace(/\$\w+/g, (name) => ids.get(name) ?? name)}`;
  const open = async (to: string): Promise<void> => {
    await page.goto(addressOf(to));
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  };
  /** Follows a link to another page, as in the menu, which takes half the time of opening its address. */
  const follow = async (to: string): Promise<void> => {
    await page
      .locator('h1')
      .first()
      .evaluate((title) => title.setAttribute('data-left', ''));
    await page.evaluate((address) => window.history.pushState({}, '', address), addressOf(to));
    await page.locator('h1:not([data-left])').first().waitFor();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  };
  /** Status badges whose text is cut off. */
  const cutStates = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-status] .mantine-Badge-label')]
        .filter((label) => label.scrollWidth > label.clientWidth)
        .map((label) => label.innerText),
    );
  const nameOf = (to: string): string => to.replaceAll(/[^\w]+/g, '-').replace(/^-$/, '-dashboard');

  it('the tests know every route of the router and have an id for each parameter', () => {
    expect(routes.length).toBeGreaterThan(17);
    expect(routes.flatMap((to) => to.match(/\$\w+/g) ?? []).every((name) => ids.has(name))).toBe(true);
  });

  it.each(pages)(
    '%s has no serious accessibility finding in light or dark, fits 360 px without a table that scrolls sideways, and cuts off no status badge',
    async (to) => {
      await page.setViewportSize({ width: 1280, height: 860 });
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      // A tab has the title of its page, and the first page is shown already: a link to them has nothing to wait for.
      await (to.includes('?') || to === '/' ? open(to) : follow(to));
      if (isLongRun || scheme(to) === 'light') await expect.poll(() => admin.axe()).toEqual([]);
      expect(await cutStates()).toEqual([]);
      if (isLongRun) {
        await admin.shoot(`page${nameOf(to)}`);
        await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
        await expect.poll(() => admin.axe()).toEqual([]);
        await admin.shoot(`page${nameOf(to)}-dark`);
        await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      }
      await page.setViewportSize({ width: 360, height: 740 });
      await expect.poll(() => admin.overflow()).toEqual([]);
      await expect.poll(() => admin.wideTables()).toEqual([]);
      expect(await cutStates()).toEqual([]);
      if (isLongRun) {
        await expect.poll(() => admin.axe()).toEqual([]);
        await page.screenshot({ path: path.join(import.meta.dirname, `screenshots/page${nameOf(to)}-360.png`), fullPage: true });
      }
      if (!isLongRun && scheme(to) === 'light') return;
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await expect.poll(() => admin.axe()).toEqual([]);
    },
    180_000,
  );

  it('the data integrity page shows an unreadable value at 360 px, with a link to its order', async () => {
    const { core } = admin.shop;
    const { order } = await aPaidOrder(core, await aProduct(core, {}), 1);
    const { emailSealed: sealed } = await core.db
      .selectFrom('orders')
      .select('emailSealed')
      .where('id', '=', order.id)
      .executeTakeFirstOrThrow();
    const store = (value: string) =>
      core.database.kysely.updateTable('orders').set({ emailSealed: value }).where('id', '=', order.id).execute();
    await store('v1:damaged');
    // The reader of a damaged value records it like this.
    await core.database.kysely
      .insertInto('unreadable_values')
      .values({ tableName: 'orders', columnName: 'email_sealed', rowId: order.id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await core.database.kysely
      .insertInto('event_consumers')
      .values({ name: 'erp-export', lastSeenAt: new Date(0) })
      .execute();
    await page.setViewportSize({ width: 360, height: 740 });
    await open('/health');
    await page.getByText('erp-export').waitFor();
    await page.getByText('"column":"email_sealed"').waitFor();
    expect([await admin.overflow(), await cutStates()]).toEqual([[], []]);
    expect(await page.getByRole('link', { name: order.id }).getAttribute('href')).toBe(`/admin/orders/${order.id}`);
    await store(sealed);
    await core.database.kysely.deleteFrom('unreadable_values').where('rowId', '=', order.id).execute();
    await core.database.kysely.deleteFrom('event_consumers').where('name', '=', 'erp-export').execute();
  });

  it('order lines and product variants fit 360 px without horizontal scrolling', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const to of ['/orders/$orderId', '/products/$productId']) {
      await open(to);
      const table = page.locator('table.stacks').first();
      await table.waitFor();
      const wide = await table.evaluate((element) => [element.scrollWidth, element.parentElement?.clientWidth ?? 0]);
      expect(wide[0]).toBeLessThanOrEqual(wide[1] ?? 0);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('a new order appears in the open list and on the open dashboard without a reload', async () => {
    const { core } = admin.shop;
    const product = await aProduct(core);
    await open('/orders');
    const { order } = await aPaidOrder(core, product);
    await page.getByText(order.orderNumber).waitFor();
    await open('/');
    const second = await aPaidOrder(core, product);
    await page.locator(`a[href$="${second.order.id}"]`).first().waitFor();
  });

  it('the sign-in page fits 360 px and has no accessibility findings in light and dark', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${admin.url}/admin/sign-in`);
    await page.getByLabel('E-mail').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => admin.axe()).toEqual([]);
      expect(await admin.overflow()).toEqual([]);
    }
  });

  it('the pages log no errors on the browser console', () => {
    expect(admin.consoleErrors).toEqual([]);
  });
});
