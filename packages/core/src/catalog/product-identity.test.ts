/** What identifies products, variants and categories. The slug does not: it only serves as an address. */
import { contract, type ImportRow, type Product } from '@cartwright/contracts';
import { aProduct, createTestShop, race, variantOf, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as imports from '../imports/index.ts';
import { system, transact, type Actor } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { insertProduct } from './create-product.ts';
import * as catalog from './index.ts';

const staff = system('test');
const guest: Actor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const importCsv = (csv: string, mode: 'preview' | 'commit' = 'commit') =>
  imports.importProducts(shop.core, staff, contract.imports.create.input.parse({ mode, csv }));
const header = 'Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price';
const file = (...lines: string[]) => [header, ...lines, ''].join('\n');
const byHandle = async (handle: string): Promise<Product> => {
  const { rows } = await sql<{ id: string }>`select id from products where handle = ${handle} and deleted_at is null`.execute(shop.core.db);
  const product = rows[0] && (await catalog.findProduct(shop.core, { id: rows[0].id }));
  if (!product) throw new Error(`There is no product with the handle ${handle}`);
  return product;
};
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
    expect(await importCsv(file(lines[0] ?? ''))).toMatchObject({ createdCount: 1, failedCount: 0 });
    expect(await importCsv(file(lines[1] ?? ''))).toMatchObject({ createdCount: 1, failedCount: 0 });
    const [plain, fancy] = [await byHandle(two), await byHandle(one)];
    expect(plain).toMatchObject({ name: `Plain ${two.slice(0, 20)}`, variantCount: 1, minPriceCents: 500 });
    expect(fancy).toMatchObject({ name: `Fancy ${one.slice(0, 20)}`, variantCount: 1, minPriceCents: 900 });
    expect(fancy.slug).not.toBe(plain.slug);
    expect(await importCsv(file(...lines))).toMatchObject({ unchangedCount: 2, createdCount: 0, failedCount: 0 });
  });

  it('an export with similar handles imports as the same products', async () => {
    const csv = await exported();
    const again = await importCsv(csv);
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
    await importCsv(file(`${composed},Set,,,,CAFE,5.00`, `'=sum,Sum,,,,SUM,1.00`));
    expect(await importCsv(file(` ${composed.normalize('NFD')} ,Set,,,,CAFE,5.00`, '=sum,Sum,,,,SUM,1.00'))).toMatchObject({
      unchangedCount: 2,
    });
  });
});

describe('product handles', () => {
  it('a handle, a slug and an earlier slug all lead to the product under its present slug', async () => {
    await importCsv(file('Weiß & Blau,Tasse,,,,TASSE,5.00'));
    const cup = await byHandle('Weiß & Blau');
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
    await importCsv(file(`${handle},By id,,,,BY-ID,5.00`));
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
    await importCsv(file('gone,Gone,,,,GONE,5.00'));
    const gone = await byHandle('gone');
    await catalog.deleteProduct(shop.core, staff, { id: gone.id });
    expect(await importCsv(file('gone,Back,,,,GONE,7.00'))).toMatchObject({ createdCount: 1, failedCount: 0 });
    const back = await byHandle('gone');
    expect(back).toMatchObject({ name: 'Back', slug: 'gone', minPriceCents: 700 });
    expect(back.id).not.toBe(gone.id);
    expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
  });

  it('a handle that is repeated later in a file is refused there, and the first product is imported', async () => {
    const csv = file('twice,First,,,,TW-1,5.00', 'between,Between,,,,TW-2,5.00', 'twice,Second,,,,TW-3,9.00');
    for (const mode of ['preview', 'commit'] as const)
      expect(reported((await importCsv(csv, mode)).rows)).toEqual([
        [2, 'created', null],
        [3, 'created', null],
        [4, 'failed', 'HANDLE_TAKEN'],
      ]);
    expect(await byHandle('twice')).toMatchObject({ name: 'First', variantCount: 1 });
  });

  it('the refusal of a SKU names the handle of the product that has it', async () => {
    await importCsv(file('owner,Owner,,,,OWNED,5.00'));
    const { rows } = await importCsv(file('thief,Thief,,,,OWNED,5.00'));
    expect(rows).toMatchObject([
      {
        code: 'SKU_TAKEN',
        message:
          'Another variant already has this SKU: OWNED belongs to the product with the handle owner. Use another SKU, or give this row the handle of that product.',
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
    expect(await importCsv(file('quick-import,Quick,Quick things,,,QUICK-2,1.00'))).toMatchObject({ createdCount: 1 });
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
    const csv = file(...Array.from({ length: 40 }, (_, n) => `Rush+${n},Rush ${n},Rush,,,RUSH-${n},1.00`));
    const results = await Promise.allSettled([
      importCsv(csv),
      importCsv(csv),
      ...Array.from({ length: 6 }, (_, n) => create({ name: 'Rush 7', variants: [{ sku: `MADE-${n}`, priceCents: 1 }] })),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from products where handle like 'Rush+%'`.execute(shop.core.db);
    expect(rows[0]?.n).toBe(40);
    expect((await sql`select 1 from categories where name = 'Rush'`.execute(shop.core.db)).rows).toHaveLength(1);
  });
});

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
      sql`insert into variants (id, product_id, sku, title, options, price_cents) select gen_random_uuid(), product_id, 'BEHIND', title, options, 1 from variants where sku = 'SHIRT-S'`.execute(
        shop.core.db,
      ),
    ).rejects.toThrow(/variants_options_unique/);
    expect((await catalog.findProduct(shop.core, { id: shirt.id }))?.variantCount).toBe(1);
  });

  it('duplicate options in a file fail the second row, and a product without options has one variant', async () => {
    const csv = file(
      'tee,Tee,,Size,S,TEE-1,1.00',
      'tee,,,,S,TEE-2,2.00',
      'tee,,,,s,TEE-3,3.00',
      'mug,Mug,,,,MUG-1,1.00',
      'mug,,,,,MUG-2,1.00',
    );
    for (const mode of ['preview', 'commit'] as const)
      expect(reported((await importCsv(csv, mode)).rows)).toEqual([
        [2, 'created', null],
        [3, 'failed', 'OPTIONS_TAKEN'],
        [4, 'created', null],
        [5, 'created', null],
        [6, 'failed', 'OPTIONS_TAKEN'],
      ]);
    expect((await byHandle('tee')).variants.map(({ sku }) => sku)).toEqual(['TEE-1', 'TEE-3']);
    // A file without option columns leaves the options of the shop unchanged.
    const bare = await importCsv('Handle,Title,Variant SKU,Variant Price\npot,Pot,POT-1,1.00\npot,,POT-2,1.00\n');
    expect(reported(bare.rows)).toEqual([
      [2, 'failed', 'OPTIONS_TAKEN'],
      [3, 'failed', 'OPTIONS_TAKEN'],
    ]);
  });

  it('a row with known options and another SKU changes the SKU of that variant', async () => {
    await importCsv(file('vase,Vase,,Size,S,VASE-S,1.00', 'vase,,,,M,VASE-M,2.00'));
    const before = await byHandle('vase');
    const { rows } = await importCsv(file('vase,Vase,,Size,S,VASE-SMALL,1.00', 'vase,,,,M,VASE-M,2.00'));
    expect(rows.map((r) => [r.sku, r.outcome, r.message])).toEqual([
      ['VASE-SMALL', 'updated', 'The SKU changes from VASE-S to VASE-SMALL.'],
      ['VASE-M', 'unchanged', null],
    ]);
    expect((await byHandle('vase')).variants.map(({ id, sku }) => [id, sku])).toEqual([
      [variantOf(before).id, 'VASE-SMALL'],
      [variantOf(before, 1).id, 'VASE-M'],
    ]);
  });

  it('one file can exchange options between variants and pass them to a new one', async () => {
    await importCsv(file('sock,Sock,,Size,S,SOCK-A,1.00', 'sock,,,,M,SOCK-B,2.00'));
    expect(await importCsv(file('sock,Sock,,Size,M,SOCK-A,1.00', 'sock,,,,L,SOCK-B,2.00', 'sock,,,,S,SOCK-C,3.00'))).toMatchObject({
      failedCount: 0,
      updatedCount: 2,
      createdCount: 1,
    });
    expect((await byHandle('sock')).variants.map(({ sku, title }) => [sku, title])).toEqual([
      ['SOCK-A', 'M'],
      ['SOCK-B', 'L'],
      ['SOCK-C', 'S'],
    ]);
    // Variants that the file leaves out keep their options, so no other variant can take them.
    expect(reported((await importCsv(file('sock,Sock,,Size,L,SOCK-A,1.00'))).rows)).toEqual([[2, 'failed', 'OPTIONS_TAKEN']]);
  });

  it('options that differ only in characters that a SKU omits get different generated SKUs', async () => {
    const csv = file('case,Case,,Phone,S20,,1.00', 'case,,,,S20+,,1.00', 'case,,,,s20,,1.00', 'case-s20,Other,,,,,1.00');
    for (const createdCount of [4, 0]) expect(await importCsv(csv)).toMatchObject({ createdCount, failedCount: 0 });
    expect(variantOf(await byHandle('case')).sku).toBe('case-s20');
    expect(new Set([...(await byHandle('case')).variants, variantOf(await byHandle('case-s20'))].map(({ sku }) => sku)).size).toBe(4);
  });

  it('a repeated option name is refused, and an option called __proto__ merges no variants', async () => {
    const wide = (...lines: string[]) =>
      ['Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price', ...lines, ''].join('\n');
    expect((await importCsv(wide('dup,Dup,Size,S,Size,M,1.00'))).rows).toMatchObject([
      { outcome: 'failed', message: 'Option1 Name and Option2 Name are both "Size".' },
    ]);
    expect(await importCsv(wide('odd,Odd,__proto__,S,,x,1.00', 'odd,,,M,,,1.00'))).toMatchObject({ createdCount: 2, notedCount: 1 });
    expect((await byHandle('odd')).variants.map(({ title }) => title)).toEqual(['S', 'M']);
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
      message: 'Another variant already has the SKU SHORT. Choose another SKU, or open that variant to edit it.',
    });
    expect(
      contract.products.update.input.safeParse({ id: other.id, version: null, variants: [{ id: one.id, sku: 'x'.repeat(256) }] }).success,
    ).toBe(false);
    const copy = await catalog.duplicateProduct(shop.core, staff, { id: product.id });
    expect(copy.variants.map(({ sku }) => sku.length)).toEqual(['SHORT-COPY'.length, 255]);
  });
});

describe('categories', () => {
  const tree = async () =>
    (
      await sql<{ name: string; slug: string; parent: boolean }>`
    select name, slug, parent_id is not null as parent from categories order by name, slug`.execute(shop.core.db)
    ).rows;

  it('categories with similar slugs are identified by name', async () => {
    await importCsv(file('lang-1,One,C++,,,LANG-1,1.00', 'lang-2,Two,C,,,LANG-2,1.00', 'lang-3,Three,C#,,,LANG-3,1.00'));
    const names = await Promise.all(['lang-1', 'lang-2', 'lang-3'].map(async (handle) => (await byHandle(handle)).category?.name));
    expect(names).toEqual(['C++', 'C', 'C#']);
    expect(new Set((await tree()).map(({ slug }) => slug)).size).toBe((await tree()).length);
    const made = await catalog.createCategory(shop.core, staff, { name: 'C & C', parentId: null });
    expect(made.slug).toBe('c-c');
    expect((await catalog.createCategory(shop.core, staff, { name: 'C/C', parentId: null })).slug).toBe('c-c-2');
    await expect(catalog.createCategory(shop.core, staff, { name: 'C++', parentId: null })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    // The same name below another parent is another category.
    expect(await catalog.createCategory(shop.core, staff, { name: 'C++', parentId: made.id })).toMatchObject({ parentId: made.id });
    await expect(catalog.updateCategory(shop.core, staff, { id: made.id, name: 'C' })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
      message: 'Another category with the same parent already has the name C. Choose another name, or open that category to edit it.',
    });
  });

  it('a category moved by staff keeps its products when the file is imported again, and a refused product creates none', async () => {
    const csv = file('move-1,One,Moved,,,MOVE-1,1.00');
    await importCsv(csv);
    const parent = await catalog.createCategory(shop.core, staff, { name: 'Parent', parentId: null });
    const { category } = await byHandle('move-1');
    if (!category) throw new Error('The product has no category');
    await catalog.updateCategory(shop.core, staff, { id: category.id, parentId: parent.id });
    expect(await importCsv(csv)).toMatchObject({ unchangedCount: 1 });
    // A new product with that category name joins the moved category, because it is the only one of the name.
    await importCsv(file('move-2,Two,Moved,,,MOVE-2,1.00', 'move-3,Three,Never,,,MOVE-1,1.00'));
    expect((await byHandle('move-2')).category?.id).toBe(category.id);
    expect((await tree()).filter(({ name }) => ['Moved', 'Never'].includes(name))).toHaveLength(1);
  });

  it('concurrent creations of a category or collection of one name create one', async () => {
    const { refused } = await race(6, () => catalog.createCategory(shop.core, staff, { name: 'Raced', parentId: null }));
    expect(refused).toEqual({ NAME_TAKEN: 5 });
    const collection = (name: string) =>
      catalog.createCollection(shop.core, staff, contract.collections.create.input.parse({ name, rule: { tags: ['x'] } }));
    expect([(await collection('C++')).slug, (await collection('C')).slug]).toEqual(['c', 'c-2']);
    await expect(collection('C')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });
});
