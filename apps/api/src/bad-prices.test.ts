import { aKey, aProduct, findProduct, unique, variantOf } from '@cartwright/testing';
import type { CatalogImport, ImportRow, Product } from '@cartwright/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countRows, protocols } from '../test/protocols.ts';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';

let live: LiveShop;
let admin: string;
let product: Product;
beforeAll(async () => {
  live = await startLiveShop({ rateLimitFactor: 1_000 });
  admin = await live.token('admin');
});
afterAll(() => live.close());
beforeEach(async () => {
  product = await aProduct(live.shop.core, { priceCents: 1_000 });
});

const tooLarge = 2 ** 53;
const prices = [-1, -0.01, 1.5, tooLarge, 1e300, '10.00', null];
const headers = () => ({ ...bearer(admin), 'idempotency-key': aKey() });
const now = () => findProduct(live.shop.core, { id: product.id });

/** Procedure, field, input with a value of that field, and invalid values of the field. */
const calls: readonly (readonly [string, string, (value: unknown) => Record<string, unknown>, readonly unknown[]])[] = [
  [
    'products.create',
    'variants.0.priceCents',
    (priceCents) => ({ name: 'Lamp', variants: [{ sku: `LAMP-${unique()}`, priceCents }] }),
    prices,
  ],
  [
    'products.create',
    'variants.0.compareAtPriceCents',
    (compareAtPriceCents) => ({ name: 'Lamp', variants: [{ sku: `LAMP-${unique()}`, priceCents: 500, compareAtPriceCents }] }),
    [-1, 499, tooLarge],
  ],
  [
    'products.update',
    'variants.0.priceCents',
    (priceCents) => ({ id: product.id, version: product.version, name: 'Lamp', variants: [{ id: variantOf(product).id, priceCents }] }),
    prices,
  ],
  [
    'products.update',
    'variants.0.compareAtPriceCents',
    (compareAtPriceCents) => ({
      id: product.id,
      version: product.version,
      name: 'Lamp',
      variants: [{ id: variantOf(product).id, compareAtPriceCents }],
    }),
    [-1, 999, tooLarge],
  ],
  [
    'products.update',
    'addVariants.0.priceCents',
    (priceCents) => ({ id: product.id, version: product.version, addVariants: [{ sku: `LAMP-${unique()}`, priceCents }] }),
    [-1, tooLarge],
  ],
  ['products.setPrice', 'priceCents', (priceCents) => ({ id: product.id, priceCents }), prices],
  [
    'flashSales.create',
    'items.0.salePriceCents',
    (salePriceCents) => ({
      name: 'Drop',
      startsAt: '2030-01-01T00:00:00Z',
      endsAt: '2030-01-02T00:00:00Z',
      items: [{ variantId: variantOf(product).id, units: 1, salePriceCents }],
    }),
    prices,
  ],
  ['products.discount', 'percentBasisPoints', (percentBasisPoints) => ({ id: product.id, percentBasisPoints }), [-1, 9_901, 10_001, 50.5]],
];
const cases = calls.flatMap(([procedure, field, input, values]) => values.map((value) => ({ procedure, field, input, value })));

describe.each(protocols)('invalid prices over $name', ({ name, send }) => {
  it.each(cases)(
    '$procedure refuses $field = $value with INVALID_PRICE and changes nothing',
    async ({ procedure, field, input, value }) => {
      const before = { rows: await countRows(live), product: await now() };
      const { status, problem } = await send(live, procedure, { input: input(value), headers: headers() });
      expect([status, problem]).toMatchObject([422, { code: 'INVALID_PRICE', status: 422, retry: 'never', fields: [{ path: field }] }]);
      expect({ rows: await countRows(live), product: await now() }).toEqual(before);
    },
  );

  it('a price above the compare-at price is refused, and the error names priceCents', async () => {
    await send(live, 'products.discount', { input: { id: product.id, percentBasisPoints: 2_000 }, headers: headers() });
    const discounted = await now();
    const { status, problem } = await send(live, 'products.setPrice', { input: { id: product.id, priceCents: 1_001 }, headers: headers() });
    expect([status, problem]).toMatchObject([422, { code: 'INVALID_PRICE', fields: [{ path: 'priceCents' }] }]);
    expect(await now()).toEqual(discounted);
  });

  it.each([
    ['-5.00', '', 'Variant Price "-5.00" is not a price in USD. Write it like 19.99.'],
    ['9.999', '', 'Variant Price "9.999" can be read as 9.999 or as 9999. Choose the decimal sign of the file, or write it like 19.99.'],
    ['1e9', '', 'Variant Price "1e9" is not a price in USD. Write it like 19.99.'],
    ['999999999999999.00', '', 'Variant Price "999999999999999.00" is not a price in USD. Write it like 19.99.'],
    ['5.00', '-6.00', 'Variant Compare At Price "-6.00" is not a price in USD. Write it like 19.99.'],
  ])('an import rejects only the product with the price "%s" and the compare-at price "%s"', async (price, compareAt, message) => {
    const handle = `csv-${unique()}`.toLowerCase();
    const csv =
      `Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price\n` +
      `${handle},Cup,Size,S,${handle}-S,3.00,\n` +
      `${handle},,,M,${handle}-M,${price},${compareAt}\n${handle}-2,Mug,,,${handle}-2,5.00,4.99\n`;
    const { status, data } = await send(live, 'imports.create', { input: { csv }, headers: headers() });
    const report = data as CatalogImport & { rows: ImportRow[] };
    expect([status, report.createdCount, report.failedCount]).toEqual([name === 'REST' ? 201 : 200, 1, 2]);
    expect(report.rows[1]).toMatchObject({ line: 3, outcome: 'failed', code: 'INVALID_PRICE', message });
    expect(await findProduct(live.shop.core, { slug: handle })).toBeNull();
    // A compare-at price below the price is left out.
    expect((await findProduct(live.shop.core, { slug: `${handle}-2` }))?.variants).toMatchObject([
      { priceCents: 500, compareAtPriceCents: null },
    ]);
  });
});
