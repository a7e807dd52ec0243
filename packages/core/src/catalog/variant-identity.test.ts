/** What identifies a variant: its SKU, and its option values within the product. */
import { contract, type ImportRow, type Product } from '@cartwright/contracts';
import {
  aProduct,
  createTestShop,
  findProduct,
  importCsv,
  productByHandle,
  productLines,
  type TestShop,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import * as catalog from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

/** Until a statement waits for a lock. */
const isWaiting = ({ db }: TestShop['core']) => {
  const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return expect.poll(async () => (await waiting.execute(db)).rows.length, { timeout: 20_000 }).toBeGreaterThan(0);
};
const reported = (rows: readonly ImportRow[]) => rows.map((r) => [r.line, r.outcome, r.code]);
const create = (fields: object) => catalog.createProduct(shop.core, staff, contract.products.create.input.parse(fields));
const update = (product: Product, fields: object) =>
  catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version: product.version, ...fields }));

describe('variant options', () => {
  it('two variants of a product cannot have the same options, however a variant is added', async () => {
    const sizes = [
      { sku: 'SHIRT-S', options: { Size: 'S', Color: 'Red' }, priceCents: 1 },
      { sku: 'SHIRT-S2', options: { Color: 'Red', Size: 'S' }, priceCents: 1 },
    ];
    await expect(create({ name: 'Shirt', variants: sizes })).rejects.toMatchObject({
      code: 'OPTIONS_TAKEN',
      fields: [{ path: 'variants.1.options', message: expect.any(String) as string }],
    });
    const shirt = await create({ name: 'Shirt', variants: sizes.slice(0, 1) });
    await expect(update(shirt, { addVariants: sizes.slice(1) })).rejects.toMatchObject({
      code: 'OPTIONS_TAKEN',
      fields: [{ path: 'addVariants.0.options', message: expect.any(String) as string }],
    });
    await expect(
      sql`insert into variants (id, product_id, sku, title, options, price_cents) select gen_random_uuid(), product_id, 'BEHIND',
        title, options, 1 from variants where sku = 'SHIRT-S'`.execute(shop.core.db),
    ).rejects.toThrow(/variants_options_unique/);
    expect((await findProduct(shop.core, { id: shirt.id }))?.variantCount).toBe(1);
  });

  it('a request that adds a variant at the same moment as another with its options is refused with the field', async () => {
    const hat = await create({ name: 'Hat', variants: [{ sku: 'HAT-S', options: { Size: 'S' }, priceCents: 1 }] });
    const other = await shop.core.database.pool.connect();
    try {
      await other.query('begin');
      await other.query(`insert into variants (id, product_id, sku, title, options, price_cents)
        select gen_random_uuid(), product_id, 'HAT-OTHER', 'M', '{"Size": "M"}', 1 from variants where sku = 'HAT-S'`);
      const adding = update(hat, { addVariants: [{ sku: 'HAT-M', options: { Size: 'M' }, priceCents: 1 }] }).catch(
        (error: unknown) => error,
      );
      await isWaiting(shop.core);
      await other.query('commit');
      expect(await adding).toMatchObject({
        code: 'OPTIONS_TAKEN',
        fields: [{ path: 'addVariants', message: 'must differ from the options of the other variants' }],
      });
    } finally {
      other.release();
    }
  });

  it('a product with the same options twice in a file is refused, and a product without options has one variant', async () => {
    const csv = productLines(
      'tee,Tee,,Size,S,TEE-1,1.00',
      'tee,,,,S,TEE-2,2.00',
      'tee,,,,s,TEE-3,3.00',
      'mug,Mug,,,,MUG-1,1.00',
      'mug,,,,,MUG-2,1.00',
    );
    for (const mode of ['preview', 'commit'] as const)
      expect(reported((await importCsv(shop, csv, mode)).rows)).toEqual([
        [2, 'failed', 'INVALID_INPUT'],
        [3, 'failed', 'OPTIONS_TAKEN'],
        [4, 'failed', 'INVALID_INPUT'],
        [5, 'failed', 'INVALID_INPUT'],
        [6, 'failed', 'OPTIONS_TAKEN'],
      ]);
    const differing = productLines('tee,Tee,,Size,S,TEE-1,1.00', 'tee,,,,s,TEE-3,3.00');
    expect(reported((await importCsv(shop, differing, 'commit')).rows)).toEqual([
      [2, 'created', null],
      [3, 'created', null],
    ]);
    // A file without option columns leaves the options of the shop unchanged.
    const bare = await importCsv(shop, 'Handle,Title,Variant SKU,Variant Price\npot,Pot,POT-1,1.00\npot,,POT-2,1.00\n');
    expect(reported(bare.rows)).toEqual([
      [2, 'failed', 'OPTIONS_TAKEN'],
      [3, 'failed', 'OPTIONS_TAKEN'],
    ]);
  });

  it('a row with known options and another SKU changes the SKU of that variant', async () => {
    await importCsv(shop, productLines('vase,Vase,,Size,S,VASE-S,1.00', 'vase,,,,M,VASE-M,2.00'));
    const before = await productByHandle(shop, 'vase');
    const { rows } = await importCsv(shop, productLines('vase,Vase,,Size,S,VASE-SMALL,1.00', 'vase,,,,M,VASE-M,2.00'));
    expect(rows.map((r) => [r.sku, r.outcome, r.message])).toEqual([
      ['VASE-SMALL', 'updated', 'The SKU changes from VASE-S to VASE-SMALL.'],
      ['VASE-M', 'unchanged', null],
    ]);
    expect((await productByHandle(shop, 'vase')).variants.map(({ id, sku }) => [id, sku])).toEqual([
      [variantOf(before).id, 'VASE-SMALL'],
      [variantOf(before, 1).id, 'VASE-M'],
    ]);
  });

  it('one file can exchange options between variants and pass them to a new one', async () => {
    await importCsv(shop, productLines('sock,Sock,,Size,S,SOCK-A,1.00', 'sock,,,,M,SOCK-B,2.00'));
    expect(
      await importCsv(shop, productLines('sock,Sock,,Size,M,SOCK-A,1.00', 'sock,,,,L,SOCK-B,2.00', 'sock,,,,S,SOCK-C,3.00')),
    ).toMatchObject({
      failedCount: 0,
      updatedCount: 2,
      createdCount: 1,
    });
    expect((await productByHandle(shop, 'sock')).variants.map(({ sku, title }) => [sku, title])).toEqual([
      ['SOCK-A', 'M'],
      ['SOCK-B', 'L'],
      ['SOCK-C', 'S'],
    ]);
    // Variants that the file leaves out keep their options, so no other variant can take them.
    expect(reported((await importCsv(shop, productLines('sock,Sock,,Size,L,SOCK-A,1.00'))).rows)).toEqual([[2, 'failed', 'OPTIONS_TAKEN']]);
  });

  it('options that differ only in characters that a SKU omits get different generated SKUs', async () => {
    const csv = productLines('case,Case,,Phone,S20,,1.00', 'case,,,,S20+,,1.00', 'case,,,,s20,,1.00', 'case-s20,Other,,,,,1.00');
    for (const createdCount of [4, 0]) expect(await importCsv(shop, csv)).toMatchObject({ createdCount, failedCount: 0 });
    expect(variantOf(await productByHandle(shop, 'case')).sku).toBe('case-s20');
    expect(
      new Set([...(await productByHandle(shop, 'case')).variants, variantOf(await productByHandle(shop, 'case-s20'))].map(({ sku }) => sku))
        .size,
    ).toBe(4);
  });

  it('a repeated option name is refused, and an option called __proto__ merges no variants', async () => {
    const wide = (...lines: string[]) =>
      ['Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price', ...lines, ''].join('\n');
    expect((await importCsv(shop, wide('dup,Dup,Size,S,Size,M,1.00'))).rows).toMatchObject([
      { outcome: 'failed', message: 'Option1 Name and Option2 Name are both "Size".' },
    ]);
    expect(await importCsv(shop, wide('odd,Odd,__proto__,S,,x,1.00', 'odd,,,M,,,1.00'))).toMatchObject({ createdCount: 2, notedCount: 1 });
    expect((await productByHandle(shop, 'odd')).variants.map(({ title }) => title)).toEqual(['S', 'M']);
  });
});

describe('SKUs', () => {
  it('a SKU has up to 255 characters and can be changed and exchanged', async () => {
    const long = 'L'.repeat(255);
    const product = await create({
      name: 'Long',
      variants: [
        { sku: long, options: { N: '1' }, priceCents: 1 },
        { sku: 'SHORT', options: { N: '2' }, priceCents: 1 },
      ],
    });
    const [one, two] = [variantOf(product), variantOf(product, 1)];
    const swapped = await update(product, {
      variants: [
        { id: one.id, sku: 'SHORT' },
        { id: two.id, sku: long },
      ],
    });
    expect(swapped.variants.map(({ id, sku }) => [id, sku])).toEqual([
      [one.id, 'SHORT'],
      [two.id, long],
    ]);
    const other = await aProduct(shop.core);
    await expect(update(other, { variants: [{ id: variantOf(other).id, sku: 'SHORT' }] })).rejects.toMatchObject({
      code: 'SKU_TAKEN',
      message: `The product ${product.name} already has a variant with the SKU SHORT. Choose another SKU, or open that product to edit it.`,
      fields: [{ path: 'variants.0.sku' }],
    });
    expect(
      contract.products.update.input.safeParse({ id: other.id, version: null, variants: [{ id: one.id, sku: 'x'.repeat(256) }] }).success,
    ).toBe(false);
    const copy = await catalog.duplicateProduct(shop.core, staff, { id: product.id });
    expect(copy.variants.map(({ sku }) => sku.length)).toEqual(['SHORT-COPY'.length, 255]);
  });
});
