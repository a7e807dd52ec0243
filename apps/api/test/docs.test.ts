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

  it('shows the API and asks nobody but the shop for anything', async () => {
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    const page = await browser.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${live.url}/docs/`);
    await page.getByRole('heading', { name: 'Cartwright shop API' }).waitFor();
    await page.getByText('Create a customer account').first().waitFor();
    await browser.close();
    expect(asked.filter((address) => !address.startsWith(live.url) && !address.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
