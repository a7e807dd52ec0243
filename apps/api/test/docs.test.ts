import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLiveShop, type LiveShop } from './live-shop.ts';

const executablePath = process.env['CHROMIUM_PATH'];

describe.skipIf(!executablePath)('the reference page in a browser', () => {
  let live: LiveShop;
  beforeAll(async () => {
    live = await startLiveShop();
  });
  afterAll(() => live.close());

  it('the reference page shows the API and loads only from the shop', async () => {
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    const page = await browser.newPage();
    const requested: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(`${live.url}/docs/`);
    await page.getByRole('heading', { name: 'Cartwright shop API' }).waitFor();
    await page.getByText('Create a customer account').first().waitFor();
    await browser.close();
    expect(requested.filter((address) => !address.startsWith(live.url) && !address.startsWith('data:'))).toEqual([]);
    expect(errors).toEqual([]);
  });
});
