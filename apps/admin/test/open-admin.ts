/** Opens the admin in a real browser, with its own demo shop, API and worker. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createServer } from '@cartwright/api';
import type { CoreOverrides } from '@cartwright/core/composition';
import { demoPassword } from '@cartwright/core/seed';
import { createDemoShop, createTestShop, type TestShop } from '@cartwright/testing';
import { startWorker } from '@cartwright/worker';
import type axe from 'axe-core';
import { source as axeSource } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Path of the browser. Without it, the tests that need a browser are skipped. */
export const chromiumPath = process.env['CHROMIUM_PATH'];
/** Folder of the screenshots. */
export const screenshots = path.join(import.meta.dirname, 'screenshots');

export interface AdminInBrowser {
  readonly shop: TestShop;
  readonly url: string;
  readonly page: Page;
  /** Errors on the browser console so far. */
  readonly consoleErrors: string[];
  shoot(name: string): Promise<unknown>;
  /** Opens a page and waits until its heading is there and nothing is loading. */
  go(to: string, heading: string): Promise<void>;
  signIn(): Promise<void>;
  /** Serious axe findings on the current page. */
  axe(): Promise<string[]>;
  /** The innermost elements that make the page wider than the window. Elements inside scrollable boxes do not count. */
  overflow(): Promise<string[]>;
  /** The names of tables that scroll sideways inside their own box. */
  wideTables(): Promise<string[]>;
  close(): Promise<void>;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // Images of other hosts are not available in a test. A route in the test would disable the cache, and every page would load slower.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

let started: Promise<Browser> | null = null;
/** The browser of all test files of this process, because its start costs more than a page. It ends with the process. */
const sharedBrowser = async (): Promise<Browser> => {
  const running = await started?.catch(() => null);
  if (running?.isConnected()) return running;
  // The first test file, or the next one after a crash of the browser.
  started = chromium.launch({ executablePath: chromiumPath ?? '', args: flags });
  return started;
};

/** Serious axe findings on a page. */
const seriousFindings = async (page: Page): Promise<string[]> => {
  // Once for each document: the script has half a megabyte.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    // Without a list of the elements that pass, and without their selectors, an analysis takes half the time.
    // Content outside of landmarks is a moderate finding, which is not reported, and costs a quarter of the time.
    const options: axe.RunOptions = { resultTypes: ['violations'], selectors: false, rules: { region: { enabled: false } } };
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({ exclude: [['iframe']] }, options);
    return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes[0]?.html}`);
  });
};

type Inspection = Pick<AdminInBrowser, 'axe' | 'overflow' | 'wideTables'>;

/** What the tests measure on the current page. */
const inspectionOf = (page: Page): Inspection => ({
  axe: async () => {
    // Elements that are fading in or out have too little contrast. Endless animations such as spinners are ignored.
    await page.waitForFunction(() =>
      document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity),
    );
    return seriousFindings(page);
  },
  overflow: () =>
    page.evaluate(() => {
      const wide = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= wide) return [];
      const outside = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > wide);
      return outside
        .filter((element) => !outside.some((other) => other !== element && element.contains(other)))
        .map((element) => element.outerHTML.slice(0, 200));
    }),
  wideTables: () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.mantine-TableScrollContainer-scrollContainer .mantine-ScrollArea-viewport')]
        .filter((box) => box.scrollWidth > box.clientWidth)
        .map((box) => box.querySelector('table')?.innerText.slice(0, 80) ?? ''),
    ),
});

/** Collects the errors on the browser console, without those of images of other hosts, and errors that nothing catches. */
const collectErrors = (page: Page): string[] => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.startsWith('https://'))
      errors.push(`${message.text()} ${message.location().url}`);
  });
  return errors;
};

/** Opens a page without cookies or storage. */
const openPage = async (): Promise<Page> => {
  const browser = await sharedBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
};

/** Starts shop, API and worker, and opens a page without cookies or storage. The test file closes them. */
export const openAdmin = async ({
  demo = true,
  log,
}: { demo?: boolean; log?: NonNullable<CoreOverrides['log']> } = {}): Promise<AdminInBrowser> => {
  const overrides = log ? { log } : {};
  const shop = demo ? await createDemoShop(overrides) : await createTestShop({}, overrides);
  const server = createServer(shop.core, { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null });
  const url = await server.listen();
  const worker = await startWorker(shop.core);
  mkdirSync(screenshots, { recursive: true });
  const page = await openPage();
  return {
    shop,
    url,
    page,
    consoleErrors: collectErrors(page),
    ...inspectionOf(page),
    go: async (to, heading) => {
      await page.goto(`${url}/admin${to}`);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    },
    shoot: (name) => page.screenshot({ path: path.join(screenshots, `${name}.png`) }),
    signIn: async () => {
      await page.goto(`${url}/admin/`);
      await page.getByLabel('E-mail').fill('admin@demo.shop');
      await page.getByRole('textbox', { name: 'Password' }).fill(demoPassword);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    },
    close: async () => {
      await page.context().close();
      await worker.close();
      await server.close();
      await shop.close();
    },
  };
};
