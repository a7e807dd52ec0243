/**
 * Replays 236 real invoices through the SDK: catalogue, customers, prices, one order per invoice. Every total
 * must equal the total in the file, and the stock must decrease by exactly the units sold.
 * `node replay-invoices.ts [shop address] [csv file]`; staff sign in with SHOP_EMAIL and SHOP_PASSWORD
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createCartwright, type Cartwright } from '@cartwright/sdk';
import { Presets, SingleBar } from 'cli-progress';
import { itemsOf, priceSteps, readInvoices, type Invoice, type Item, type PriceStep } from './invoices.ts';

export interface ReplayOptions {
  readonly baseUrl: string;
  readonly file: string;
  readonly staff: { readonly email: string; readonly password: string };
  readonly quiet?: boolean;
  /** Replays every n-th invoice only. */
  readonly every?: number;
}
export interface ReplaySummary {
  readonly orders: number;
  readonly customers: number;
  readonly guests: number;
  readonly variants: number;
  readonly pricingRules: number;
  readonly priceChanges: number;
  readonly totalCents: number;
  /** Differences from the file; empty if there are none. */
  readonly differences: string[];
}

const spare = 7;
const countries: Record<string, string> = {
  'United Kingdom': 'GB',
  Norway: 'NO',
  EIRE: 'IE',
  France: 'FR',
  Australia: 'AU',
  Germany: 'DE',
  Netherlands: 'NL',
};
const password = 'a replayed customer of long ago';

/** Runs up to `width` tasks at a time, in the order of the list. */
const pool = async <T>(list: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> => {
  const queue = list.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
};

interface StockedItem {
  readonly variantId: string;
  readonly productId: string;
  readonly sku: string;
  readonly steps: PriceStep[] | null;
  /** Current base price, for items whose price changes over time. */
  baseCents: number;
}

/** Creates products by stock code with a variant per description; returns the variant of each item. */
const stockUp = async (
  admin: Cartwright,
  run: string,
  items: readonly Item[],
  invoices: readonly Invoice[],
  tick: () => void,
): Promise<Map<string, StockedItem>> => {
  const stocked = new Map<string, StockedItem>();
  const byCode = Map.groupBy(items, (item) => item.stockCode);
  const firstPrice = (key: string) => invoices.flatMap((i) => i.lines).find((line) => line.item === key)?.unitPriceCents ?? 0;
  await pool([...byCode], 4, async ([code, variants]) => {
    const product = await admin.products.create({
      name: variants[0]?.description || code,
      slug: `${run}-${code.toLowerCase()}`,
      currency: 'GBP',
      status: 'active',
      variants: variants.map((item, i) => ({
        sku: `${run}-${code}-${i + 1}`,
        options: { Description: item.description || code },
        priceCents: firstPrice(item.key),
        stock: item.units + spare,
      })),
    });
    variants.forEach((item, i) => {
      const variant = product.variants[i];
      if (variant)
        stocked.set(item.key, {
          variantId: variant.id,
          productId: product.id,
          sku: variant.sku,
          steps: priceSteps(item.key, invoices),
          baseCents: variant.priceCents,
        });
    });
    tick();
  });
  return stocked;
};

/** Creates pricing rules for quantity breaks and guest prices; a single price needs none. */
const writeRules = async (admin: Cartwright, stocked: ReadonlyMap<string, StockedItem>): Promise<number> => {
  const rules = [...stocked.values()].flatMap(({ variantId, steps, baseCents }) =>
    !steps || steps.every((step) => step.unitPriceCents === baseCents)
      ? []
      : steps.map(({ audience, minQuantity, unitPriceCents }) => ({
          name: `${audience} from ${minQuantity}`,
          effect: 'fixed_price' as const,
          amountCents: unitPriceCents,
          variantId,
          minQuantity,
          audience,
        })),
  );
  for (let i = 0; i < rules.length; i += 500) await admin.pricing.createRules({ rules: rules.slice(i, i + 500) });
  return rules.length;
};

/** The invoices charge nothing for shipping: a shop that ships by methods gets one for them. */
const shipFree = async (admin: Cartwright): Promise<void> => {
  const { items } = await admin.shipping.list({ pageSize: 100 });
  const ships = items.some((method) => method.currency === 'GBP' && method.active && method.countries.length + method.regions.length === 0);
  if (items.length > 0 && !ships)
    await admin.shipping.create({ name: 'Included in the price', currency: 'GBP', bands: [{ priceCents: 0 }] });
};

/** Sets the base prices of this invoice for items whose price changes over time. Returns the number of changes. */
const movePrices = async (admin: Cartwright, stocked: ReadonlyMap<string, StockedItem>, invoice: Invoice): Promise<number> => {
  let changes = 0;
  for (const line of invoice.lines) {
    const place = stocked.get(line.item);
    if (!place || place.steps || place.baseCents === line.unitPriceCents) continue;
    const { version } = await admin.products.get({ id: place.productId });
    await admin.products.update({ id: place.productId, version, variants: [{ id: place.variantId, priceCents: line.unitPriceCents }] });
    place.baseCents = line.unitPriceCents;
    changes += 1;
  }
  return changes;
};

interface Place {
  readonly countryCode: string;
  readonly postalCode?: string;
  readonly region?: string;
}
const places = new Map<string, Place>();

/** What an address in a country needs besides street and city; the invoices have neither postal code nor region. */
const placeIn = async (shop: Cartwright, countryCode: string): Promise<Place> => {
  const known = places.get(countryCode);
  if (known) return known;
  const { fields, regions, postalCodeExample } = await shop.checkout.addressFormat({ countryCode });
  const withRegion = fields.some(({ field, required }) => field === 'region' && required);
  const place = {
    countryCode,
    ...(postalCodeExample !== null && { postalCode: postalCodeExample }),
    ...(withRegion && { region: regions[0]?.name ?? 'Central' }),
  };
  places.set(countryCode, place);
  return place;
};

const order = async (shop: Cartwright, run: string, invoice: Invoice, stocked: ReadonlyMap<string, StockedItem>): Promise<number> => {
  const place = await placeIn(shop, countries[invoice.country] ?? 'GB');
  const { cart } = await shop.carts.create({ currency: 'GBP', countryCode: place.countryCode });
  const { totals } = await shop.carts.addItems({
    cartId: cart.id,
    items: invoice.lines.map((line) => ({ variantId: stocked.get(line.item)?.variantId ?? '', quantity: line.quantity })),
  });
  const name = invoice.customer || 'Guest';
  const placed = await shop.checkout.complete(
    {
      cartId: cart.id,
      email: `${name.toLowerCase()}-${run}-${invoice.number}@example.com`,
      shippingAddress: {
        firstName: 'Customer',
        lastName: name,
        line1: `Invoice ${invoice.number}`,
        city: invoice.country,
        ...place,
      },
      payment: { token: 'tok_success' },
      expectedTotalCents: totals.totalCents,
    },
    { idempotencyKey: `replay-${run}-${invoice.number}`.padEnd(16, '0') },
  );
  return placed.totals.totalCents;
};

/** Compares the remaining stock with the expected stock. */
const checkStock = async (admin: Cartwright, run: string): Promise<string[]> => {
  const differences: string[] = [];
  for await (const level of admin.inventory.iterate({ pageSize: 100, q: `${run}-` }))
    if (level.onHand !== spare || level.reserved !== 0) differences.push(`${level.sku}: ${level.onHand} on hand instead of ${spare}`);
  const { clean, results } = await admin.system.invariants();
  if (!clean) differences.push(...results.filter((r) => r.violations > 0).map((r) => `${r.id} ${r.title}: ${r.violations}`));
  return differences;
};

/** Replays the file against a shop. */
export const replayInvoices = async ({ baseUrl, file, staff, quiet = false, every = 1 }: ReplayOptions): Promise<ReplaySummary> => {
  const invoices = readInvoices(file).filter((_, n) => n % every === 0);
  const items = itemsOf(invoices);
  const run = `r${Date.now().toString(36)}`;
  const admin = createCartwright({ baseUrl });
  await admin.signIn(staff);
  await shipFree(admin);
  const bar = new SingleBar(
    {
      format: '{step} [{bar}] {value}/{total} {eta_formatted} left',
      hideCursor: true,
      noTTYOutput: false,
      stream: quiet ? undefined : process.stderr,
    },
    Presets.rect,
  );
  const step = (name: string, total: number) => quiet || bar.start(total, 0, { step: name.padEnd(10) });
  const tick = () => quiet || bar.increment();
  const stop = () => quiet || bar.stop();

  step('Catalogue', new Set(items.map((i) => i.stockCode)).size);
  const stocked = await stockUp(admin, run, items, invoices, tick);
  stop();
  const pricingRules = await writeRules(admin, stocked);

  const people = new Map<string, Cartwright>();
  const customers = [...new Set(invoices.map((i) => i.customer))].filter(Boolean);
  step('Customers', customers.length);
  await pool(customers, 4, async (customer) => {
    const shop = createCartwright({ baseUrl });
    const email = `${customer}-${run}@example.com`;
    await shop.auth.register({ email, password, firstName: 'Customer', lastName: customer });
    await shop.signIn({ email, password });
    people.set(customer, shop);
    tick();
  });
  stop();

  const differences: string[] = [];
  let totalCents = 0;
  let priceChanges = 0;
  step('Invoices', invoices.length);
  for (const invoice of invoices) {
    priceChanges += await movePrices(admin, stocked, invoice);
    const total = await order(people.get(invoice.customer) ?? createCartwright({ baseUrl }), run, invoice, stocked);
    totalCents += total;
    if (total !== invoice.totalCents) differences.push(`invoice ${invoice.number}: ${total} instead of ${invoice.totalCents}`);
    tick();
  }
  stop();
  differences.push(...(await checkStock(admin, run)));
  return {
    orders: invoices.length,
    customers: customers.length,
    guests: invoices.filter((i) => !i.customer).length,
    variants: items.length,
    pricingRules,
    priceChanges,
    totalCents,
    differences,
  };
};

if (process.argv[1] === import.meta.filename) {
  const baseUrl = process.argv[2] ?? process.env['SHOP_URL'] ?? 'http://127.0.0.1:4000';
  const file = process.argv[3] ?? path.resolve(import.meta.dirname, '../../shared/data/online-retail-3-days.csv');
  if (!existsSync(file)) {
    console.error(
      `Nothing was replayed: the file ${file} does not exist. The repository does not contain the invoices. They are three days ` +
        'of the data set ' +
        '"Online Retail" of the UCI Machine Learning Repository, as CSV with its columns: npm run example replay <shop address> <file>',
    );
    process.exitCode = 1;
  } else {
    const summary = await replayInvoices({
      baseUrl,
      file,
      staff: { email: process.env['SHOP_EMAIL'] ?? 'admin@demo.shop', password: process.env['SHOP_PASSWORD'] ?? 'Cartwright-Demo-1' },
    });
    const { differences, totalCents, ...counts } = summary;
    console.table({ ...counts, 'total GBP': (totalCents / 100).toFixed(2), differences: differences.length });
    for (const difference of differences.slice(0, 20)) console.error(difference);
    process.exitCode = differences.length > 0 ? 1 : 0;
  }
}
