/** What identifies a product: its handle. The slug does not: it only serves as an address. */
import { contract, type ImportRow, type Product } from '@cartwright/contracts';
import { createTestShop, findProduct, importCsv, productByHandle, productLines, race, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as imports from '../imports/index.ts';
import { system, transact, type Actor } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { insertProduct } from './create-product.ts';
import * as catalog from './index.ts';

const guest: Actor = { kind: 'guest', cartToken: null };
const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const reported = (rows: readonly ImportRow[]) => rows.map((r) => [r.line, r.outcome, r.code]);
const create = (fields: object) => catalog.createProduct(shop.core, staff, contract.products.create.input.parse(fields));
const update = (product: Product, fields: object) =>
  catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version: product.version, ...fields }));
const exported = async () => {
  let csv = '';
  for await (const part of imports.exportProducts(shop.core, staff, {})) csv += part;
  return csv;
};

describe('handles with similar slugs', () => {
  it.each([
    ['Galaxy S24+', 'galaxy-s24'],
    ['nhẫn-1', 'nhan-1'],
    ['鞋', '蟹'],
    ['Straße', 'strasse'],
    ['ABC', 'abc'],
    [`${'x'.repeat(254)}a`, `${'x'.repeat(254)}b`],
  ])('handles with similar slugs (pair %#) stay two products, in one file and in two', async (one, two) => {
    const lines = [`${two},Plain ${two.slice(0, 20)},,,,,5.00`, `${one},Fancy ${one.slice(0, 20)},,,,,9.00`];
    expect(await importCsv(shop, productLines(lines[0] ?? ''))).toMatchObject({ createdCount: 1, failedCount: 0 });
    expect(await importCsv(shop, productLines(lines[1] ?? ''))).toMatchObject({ createdCount: 1, failedCount: 0 });
    const [plain, fancy] = [await productByHandle(shop, two), await productByHandle(shop, one)];
    expect(plain).toMatchObject({ name: `Plain ${two.slice(0, 20)}`, variantCount: 1, minPriceCents: 500 });
    expect(fancy).toMatchObject({ name: `Fancy ${one.slice(0, 20)}`, variantCount: 1, minPriceCents: 900 });
    expect(fancy.slug).not.toBe(plain.slug);
    expect(await importCsv(shop, productLines(...lines))).toMatchObject({ unchangedCount: 2, createdCount: 0, failedCount: 0 });
  });

  it('an export with similar handles imports as the same products', async () => {
    const csv = await exported();
    const again = await importCsv(shop, csv);
    expect(again).toMatchObject({ createdCount: 0, updatedCount: 0, failedCount: 0 });
    const other = await createTestShop();
    try {
      const all = await imports.importProducts(other.core, staff, contract.imports.create.input.parse({ csv }));
      expect(all).toMatchObject({ createdCount: again.unchangedCount, failedCount: 0 });
    } finally {
      await other.close();
    }
  });

  it('handles are compared after trimming, composing and removing the apostrophe before formulas', async () => {
    const composed = 'cafe\u0301-set'.normalize('NFC');
    await importCsv(shop, productLines(`${composed},Set,,,,CAFE,5.00`, `'=sum,Sum,,,,SUM,1.00`));
    expect(await importCsv(shop, productLines(` ${composed.normalize('NFD')} ,Set,,,,CAFE,5.00`, '=sum,Sum,,,,SUM,1.00'))).toMatchObject({
      unchangedCount: 2,
    });
  });
});

describe('product handles', () => {
  it('a handle, a slug and an earlier slug all lead to the product under its present slug', async () => {
    await importCsv(shop, productLines('Weiß & Blau,Tasse,,,,TASSE,5.00'));
    const cup = await productByHandle(shop, 'Weiß & Blau');
    const renamed = await update(cup, { slug: 'tasse', status: 'active' });
    for (const address of ['Weiß & Blau', ' Weiß & Blau ', cup.slug, 'tasse', cup.id])
      expect(await catalog.getProduct(shop.core, guest, { id: address })).toMatchObject({
        id: cup.id,
        slug: 'tasse',
        handle: 'Weiß & Blau',
      });
    expect(renamed.handle).toBe('Weiß & Blau');
    // A new product never gets a slug that is an earlier slug or the handle of another product.
    const mine = await create({ name: cup.slug.replaceAll('-', ' '), variants: [{ sku: 'NEW-CUP', priceCents: 1 }] });
    expect(mine.slug).not.toBe(cup.slug);
    expect(await catalog.getProduct(shop.core, guest, { id: cup.slug })).toMatchObject({ id: cup.id });
  });

  it('a product is found by a handle that looks like an id', async () => {
    const handle = '019aa000-0000-7000-8000-000000000000';
    await importCsv(shop, productLines(`${handle},By id,,,,BY-ID,5.00`));
    expect(await catalog.getProduct(shop.core, guest, { id: handle })).toMatchObject({ handle, slug: handle });
  });

  it('a handle defaults to the slug, can be set and changed, and is unique', async () => {
    const plain = await create({ name: 'Plain Thing', variants: [{ sku: 'PLAIN', priceCents: 1 }] });
    expect([plain.slug, plain.handle]).toEqual(['plain-thing', 'plain-thing']);
    const named = await create({ name: 'Named', handle: ' Réf. 12/A ', variants: [{ sku: 'NAMED', priceCents: 1 }] });
    expect([named.slug, named.handle]).toEqual(['named', 'Réf. 12/A']);
    await expect(create({ name: 'Other', handle: 'Réf. 12/A', variants: [{ sku: 'OTHER', priceCents: 1 }] })).rejects.toMatchObject({
      code: 'HANDLE_TAKEN',
    });
    await expect(update(plain, { handle: 'Réf. 12/A' })).rejects.toMatchObject({
      code: 'HANDLE_TAKEN',
      message: expect.stringContaining('the handle Réf. 12/A'),
    });
    expect(await update(plain, { handle: 'erp-4711' })).toMatchObject({ slug: 'plain-thing', handle: 'erp-4711' });
    // A chosen slug may equal another product's handle; the new handle then gets a number.
    const third = await create({ name: 'Third', slug: 'erp-4711', variants: [{ sku: 'THIRD', priceCents: 1 }] });
    expect([third.slug, third.handle]).toEqual(['erp-4711', 'erp-4711-2']);
    for (const handle of ['', '  ', 'a\u0007b', 'x'.repeat(256), '\ud83e'])
      expect(contract.products.update.input.safeParse({ id: plain.id, version: null, handle }).success).toBe(false);
  });

  it('handle, slug and SKU of a deleted product are free again', async () => {
    await importCsv(shop, productLines('gone,Gone,,,,GONE,5.00'));
    const gone = await productByHandle(shop, 'gone');
    await catalog.deleteProduct(shop.core, staff, { id: gone.id });
    expect(await importCsv(shop, productLines('gone,Back,,,,GONE,7.00'))).toMatchObject({ createdCount: 1, failedCount: 0 });
    const back = await productByHandle(shop, 'gone');
    expect(back).toMatchObject({ name: 'Back', slug: 'gone', minPriceCents: 700 });
    expect(back.id).not.toBe(gone.id);
    expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
  });

  it('a handle that is repeated later in a file with another title refuses the product, and no other', async () => {
    const csv = productLines('twice,First,,,,TW-1,5.00', 'between,Between,,,,TW-2,5.00', 'twice,Second,,,,TW-3,9.00');
    for (const mode of ['preview', 'commit'] as const)
      expect(reported((await importCsv(shop, csv, mode)).rows).map(([line, outcome]) => [line, outcome])).toEqual([
        [2, 'failed'],
        [3, 'created'],
        [4, 'failed'],
      ]);
    expect(await findProduct(shop.core, { slug: 'twice' })).toBeNull();
  });

  it('the refusal of a SKU names the handle of the product that has it', async () => {
    await importCsv(shop, productLines('owner,Owner,,,,OWNED,5.00'));
    const { rows } = await importCsv(shop, productLines('thief,Thief,,,,OWNED,5.00'));
    expect(rows).toMatchObject([
      {
        code: 'SKU_TAKEN',
        message:
          'Another variant already has this SKU: OWNED belongs to the product with the handle owner. Use another SKU, or give ' +
          'this row the handle of that product.',
      },
    ]);
  });

  it('adding a product waits for another transaction only when both need the same slug', async () => {
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
    const slow = transact(shop.core, async (tx) => {
      await insertProduct(tx, staff, contract.products.create.input.parse({ name: 'Slow', variants: [{ sku: 'SLOW-1', priceCents: 1 }] }));
      wrote();
      await end;
    });
    await written;
    expect(await create({ name: 'Quick', variants: [{ sku: 'QUICK-1', priceCents: 1 }] })).toMatchObject({ slug: 'quick' });
    expect(await importCsv(shop, productLines('quick-import,Quick,Quick things,,,QUICK-2,1.00'))).toMatchObject({ createdCount: 1 });
    const same = create({ name: 'Slow', variants: [{ sku: 'SLOW-2', priceCents: 1 }] });
    resolve();
    await slow;
    expect((await same).slug).toBe('slow-2');
    const { won, refused, defects } = await race(60, (n) =>
      create({ name: n % 2 ? 'Crowd' : `Crowd ${n}`, variants: [{ sku: `CROWD-${n}`, priceCents: 1 }] }),
    );
    expect([won.length, refused, defects]).toEqual([60, {}, []]);
    expect(new Set(won.flatMap(({ slug, handle }) => [slug, handle])).size).toBe(60);
  });

  it('two concurrent imports of the same handles create each product once, and other new products get different slugs', async () => {
    const csv = productLines(...Array.from({ length: 40 }, (_, n) => `Rush+${n},Rush ${n},Rush,,,RUSH-${n},1.00`));
    const results = await Promise.allSettled([
      importCsv(shop, csv),
      importCsv(shop, csv),
      ...Array.from({ length: 6 }, (_, n) => create({ name: 'Rush 7', variants: [{ sku: `MADE-${n}`, priceCents: 1 }] })),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from products where handle like 'Rush+%'`.execute(shop.core.db);
    expect(rows[0]?.n).toBe(40);
    expect((await sql`select 1 from categories where name = 'Rush'`.execute(shop.core.db)).rows).toHaveLength(1);
  });
});
