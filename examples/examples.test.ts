import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createServer, type ShopServer } from '@cartwright/api';
import { aProduct, aStaffMember, createDemoShop, createTestShop, isLongRun, password, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCartwright } from '@cartwright/sdk';
import { buySomething } from './buy-something.ts';
import { enterADrop } from './enter-a-drop.ts';
import { replayInvoices } from './replay-invoices.ts';

const file = path.resolve(import.meta.dirname, '../../shared/data/online-retail-3-days.csv');
let shop: TestShop;
let server: ShopServer;
let baseUrl: string;
const open = ({ core }: TestShop): ShopServer =>
  createServer(core, { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null, rateLimitFactor: 100 });
beforeAll(async () => {
  shop = await createTestShop();
  server = open(shop);
  baseUrl = await server.listen();
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

it('the README shows the first-order example unchanged, and the example places an order', async () => {
  const name = path.join(import.meta.dirname, 'first-order.ts');
  expect(await readFile(path.join(import.meta.dirname, '../README.md'), 'utf8')).toContain(
    `\`\`\`ts\n${await readFile(name, 'utf8')}\`\`\``,
  );
  await aProduct(shop.core);
  const env = { ...process.env, SHOP_URL: baseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=development', name], { env });
  expect(stdout).toMatch(/^held until 20\d\d-.+Z\nORD-\S+ Paid\n$/);
});

it('the example buy-something places an order', async () => {
  await aProduct(shop.core);
  expect(await buySomething(baseUrl)).toMatch(/^ORD-/);
});

it('the examples buy in the demo shop, with its shipping and taxes, and from its sample flash sale', async () => {
  const demo = await createDemoShop();
  const api = open(demo);
  try {
    const address = await api.listen();
    expect(await buySomething(address)).toMatch(/^ORD-/);
    expect(await enterADrop(address, 'ada@example.com')).toMatch(/^ORD-/);
  } finally {
    await api.close();
    await demo.close();
  }
});

it('the example enter-a-drop buys through the waiting room, and returns null when the sale is sold out', async () => {
  const product = await aProduct(shop.core, { stock: 1 });
  const { email } = await aStaffMember(shop.core);
  const office = createCartwright({ baseUrl });
  await office.signIn({ email, password });
  await office.flashSales.create({
    name: 'One of a kind',
    startsAt: new Date(Date.now() - 60_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    waitingRoom: true,
    items: [{ variantId: product.variants[0]?.id ?? '', units: 1, salePriceCents: 1_000 }],
  });
  const [first, second] = await Promise.all([enterADrop(baseUrl, 'first@example.com'), enterADrop(baseUrl, 'second@example.com')]);
  expect([first, second].filter((number) => number !== null)).toEqual([expect.stringMatching(/^ORD-/)]);
});

it.skipIf(!existsSync(file))(
  'the example replay-invoices replays real invoices to the penny, with pricing rules and price changes',
  async () => {
    const { email } = await aStaffMember(shop.core);
    // No worker relays events here, so I28 may report events that are older than a minute.
    const summary = await replayInvoices({ baseUrl, file, staff: { email, password }, quiet: true, every: isLongRun ? 1 : 3 });
    expect(summary.differences.filter((d) => !d.startsWith('I28'))).toEqual([]);
    // `npm test` replays every third of the 236 invoices, `npm run test:long` all of them.
    const expected = isLongRun ? { orders: 236, totalCents: 9_302_947, guests: 10 } : { orders: 79, totalCents: 2_998_600, guests: 3 };
    expect(summary).toMatchObject(expected);
    expect(summary.pricingRules).toBeGreaterThan(0);
    expect(summary.priceChanges).toBeGreaterThan(0);
  },
  // Hundreds of requests one after the other, on a loaded host too.
  900_000,
);
