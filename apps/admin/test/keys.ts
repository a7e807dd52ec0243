/** A user without a mouse: only Tab, Enter, Escape, arrow keys and typing. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** More than the number of focusable elements on any page of the demo shop. */
const maxTabs = 250;

export interface Keys {
  /** Uses the skip link of a page where nothing has the focus yet. */
  skipNavigation(): Promise<void>;
  /** Presses Tab until the element has the focus, on a new page from the content on; fails if it never does. */
  tabTo(target: Locator): Promise<void>;
  /** Tabs to a button or link and presses Enter. */
  press(target: Locator): Promise<void>;
  /** Tabs to a field and replaces its text. */
  write(target: Locator, text: string): Promise<void>;
  /** Tabs to a select field, filters it by typing and picks the first option. */
  choose(target: Locator, text: string): Promise<void>;
  /** Opens a menu by Enter, moves to an item by the arrow key and picks it. */
  pick(menu: Locator, item: string): Promise<void>;
  /** Opens a dialog by Enter, expects Tab to stay in it, closes it by Escape, and expects the focus back on the opener. */
  opensAndCloses(opener: Locator): Promise<void>;
  has(target: Locator): Promise<boolean>;
}

const hasFocus = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement);

/** Presses Tab so many times, without a wait between two keys. */
const pressTab = (page: Page, times: number): Promise<unknown> =>
  Promise.all(Array.from({ length: times }, () => page.keyboard.press('Tab')));

/** Whether the element has the focus, by its handle: finding it by its role at every key would take most of the time. */
const focusOf = async (target: Locator): Promise<() => Promise<boolean>> => {
  let handle = await target.elementHandle();
  return async () => {
    const seen = await handle?.evaluate((element) => ({ isDrawn: element.isConnected, hasFocus: element === document.activeElement }));
    // The page has drawn the element again.
    if (!seen?.isDrawn) handle = await target.elementHandle();
    return seen?.isDrawn ? seen.hasFocus : hasFocus(target);
  };
};

/** Reaching an element by Tab, on a new page by the skip link first. */
const tabbingOn = (page: Page): Pick<Keys, 'skipNavigation' | 'tabTo'> => {
  const skipLink = page.getByRole('link', { name: 'Skip to the content' });
  const followSkipLink = async (): Promise<void> => {
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
  };
  /** Whether nothing has the focus yet and the target is in the content. */
  const isBehindNavigation = (target: Locator): Promise<boolean> =>
    target.evaluate((element) => document.activeElement === document.body && document.querySelector('main')?.contains(element) === true);
  return {
    skipNavigation: async () => {
      await page.keyboard.press('Tab');
      expect(await hasFocus(skipLink)).toBe(true);
      await followSkipLink();
    },
    tabTo: async (target) => {
      await target.waitFor();
      if (await isBehindNavigation(target)) {
        await page.keyboard.press('Tab');
        if (await hasFocus(skipLink)) await followSkipLink();
      }
      const isReached = await focusOf(target);
      for (let n = 0; n < maxTabs; n += 1) {
        if (await isReached()) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab never reaches ${String(target)}`);
    },
  };
};

/** Expects Tab to stay in the dialog, and closes the dialog by Escape. */
const walkAndClose = async (page: Page, dialog: Locator): Promise<void> => {
  await dialog.waitFor();
  const inside = () => dialog.evaluate((element) => element.contains(document.activeElement));
  await expect.poll(inside).toBe(true);
  // Once around: one Tab more than the dialog has elements.
  const elements = await dialog.locator(':is(a[href], button, input, select, textarea, [tabindex]):not([tabindex="-1"])').count();
  await pressTab(page, elements + 1);
  expect(await inside(), 'the focus stays in the dialog').toBe(true);
  // On a field with a list of options, Escape closes the list first.
  const onList = () => dialog.evaluate(() => document.activeElement?.getAttribute('aria-haspopup') === 'listbox');
  for (let n = 0; n <= elements && (await onList()); n += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
};

export const keysOf = (page: Page): Keys => {
  const { skipNavigation, tabTo } = tabbingOn(page);
  const press = async (target: Locator): Promise<void> => {
    await tabTo(target);
    // By the element, so that the key reaches it also when the page is drawn again in the meantime.
    await target.press('Enter');
  };
  return {
    skipNavigation,
    tabTo,
    press,
    has: hasFocus,
    write: async (target, text) => {
      await tabTo(target);
      await target.press('ControlOrMeta+a');
      await target.pressSequentially(text);
    },
    choose: async (target, text) => {
      await tabTo(target);
      await target.pressSequentially(text);
      // The list shows the options of an earlier text first.
      await expect.poll(() => page.getByRole('option').first().textContent()).toMatch(new RegExp(text, 'i'));
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
    },
    pick: async (menu, name) => {
      await press(menu);
      const item = page.getByRole('menuitem', { name });
      await item.waitFor();
      for (let n = 0; n < 10 && !(await hasFocus(item)); n += 1) await page.keyboard.press('ArrowDown');
      expect(await hasFocus(item), `the arrow keys reach ${name}`).toBe(true);
      await page.keyboard.press('Enter');
    },
    opensAndCloses: async (opener) => {
      await press(opener);
      await walkAndClose(page, page.getByRole('dialog').last());
      await expect.poll(() => hasFocus(opener), { message: `back on ${String(opener)}` }).toBe(true);
    },
  };
};
