/** CSV files as spreadsheets, other shops and accidents produce them. */
import { contract, type ImportRow } from '@cartwright/contracts';
import { aProduct, createTestShop, findProduct, type TestShop, variantOf } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duplicateProduct, listCategories, updateProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';
import { exportProducts, importProducts } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const importCsv = (csv: string, mode: 'preview' | 'commit' = 'commit') =>
  importProducts(shop.core, staff, contract.imports.create.input.parse({ mode, csv }));
const bySlug = async (slug: string) => {
  const product = await findProduct(shop.core, { slug });
  if (!product) throw new Error(`There is no product ${slug}`);
  return product;
};
const reported = (rows: readonly ImportRow[]) => rows.map((r) => [r.line, r.outcome, r.message] as const);
const refusal = (csv: string) => importCsv(csv).catch((error: unknown) => error);
const header = 'Handle,Title,Variant SKU,Variant Price';
const file = (...lines: string[]) => [header, ...lines, ''].join('\n');

describe('CSV files of products', () => {
  it('lines are numbered as in an editor, with any line ends and with texts over several lines', async () => {
    for (const [n, end] of ['\r\n', '\n', '\r'].entries()) {
      const text = [`\uFEFF${header}`, `a-${n},"two${end}lines",A-${n},1.00`, '', ',,,', `b-${n},B,B-${n},x`, `c-${n},C,C-${n},3.00`].join(
        end,
      );
      const { rows } = await importCsv(text);
      expect(rows.map((r) => [r.line, r.outcome])).toEqual([
        [3, 'created'],
        [6, 'failed'],
        [7, 'created'],
      ]);
    }
    expect((await importCsv(`${header}\na,A,MIX-A,1.00\r\nb,"B\r\nb",MIX-B,1.00\r\n`)).createdCount).toBe(2);
  });

  it.each([';', '\t'])('cells may be separated by %j', async (separator) => {
    const { createdCount } = await importCsv(file('pen,"Pen; blue",PEN,1.00').replaceAll(',', separator));
    expect(createdCount).toBe(1);
    expect(await bySlug('pen')).toMatchObject({ name: 'Pen; blue', variants: [{ sku: 'PEN', priceCents: 100 }] });
  });

  it('a row with too many cells or invalid characters fails with its product, and no other', async () => {
    const { rows } = await importCsv(file('a,One, two,A,1.00', 'b,B,B,1.00', 'c,Caf\uFFFD,C,1.00', 'd,D,D,2.00', 'd,,D2,3.00,4.00'));
    expect(reported(rows)).toEqual([
      [2, 'failed', expect.stringContaining('5 cells, and the header 4')],
      [3, 'created', expect.stringContaining('has no stock')],
      [4, 'failed', expect.stringContaining('not UTF-8')],
      [5, 'failed', 'A product is imported as a whole, and its line 6 failed.'],
      [6, 'failed', expect.stringContaining('5 cells')],
    ]);
  });

  it.each([
    ['is empty', '\uFEFF\r\n', /no products/],
    ['is no text', '\u0001\u0002PNG\uFFFD', /has no column/],
    ['is a workbook', 'PK\u0003\u0004\u0014\u0000\u0006', /Save it as “CSV UTF-8”/],
    ['names a column twice', 'Handle,Title,Variant Price,Title\na,A,1,B\n', /Title appears twice/],
    ['has a cell of two megabytes', file(`a,${'x'.repeat(2_000_000)},A,1.00`), /in line 2 has more than/],
    ['has a header of two megabytes', `${header},${'x'.repeat(2_000_000)}\n`, /in line 1 has more than/],
    ['has thousands of columns', `${header},${Array.from({ length: 2_000 }, (_, n) => n).join(',')}\n`, /2004 columns, and at most 2000/],
    ['is in UTF-16', file('a,A,A,1.00').replaceAll(/(?<=.)/gs, '\0'), /UTF-16/],
    ['has quotes in its header that cannot be read', `${header},"Size" of it\na,A,A,1.00\n`, /first line .* has text behind the quote/],
  ])('a CSV file that %s is refused as a whole, with the position', async (_, csv, words) => {
    expect(await refusal(csv)).toMatchObject({ code: 'INVALID_CSV', message: expect.stringMatching(words) as string });
    expect(await shop.core.db.selectFrom('products').select('id').execute()).toEqual([]);
  });

  it('quotes that cannot be read cost their own product only, with the column and what to do', async () => {
    const { rows } = await importCsv(
      file(
        'a,A,A,1.00',
        'b,"B,B,1.00',
        'c,"C, ""3""",C,1.00',
        'd,"5" pipe",D,1.00',
        'e,"two',
        'lines",E,1.00',
        'f,F "x",F,1.00',
        'g,"G,G,1.00',
      ),
    );
    const unclosed = 'Title begins with a quote, and none ends it. Write one at the end of the cell, or remove the first.';
    const behind = (text: string) => `Title has text behind the quote that ends it: ${text}. Write each quote within the cell twice.`;
    expect(rows.map((r) => [r.line, r.handle, r.outcome, r.message])).toEqual([
      [2, 'a', 'created', expect.stringContaining('no stock')],
      [3, 'b', 'failed', behind('B')],
      [4, 'c', 'created', expect.stringContaining('no stock')],
      [5, 'd', 'failed', behind('5" pipe')],
      [7, 'e', 'created', expect.stringContaining('no stock')],
      [8, 'f', 'created', expect.stringMatching(/^A quote is taken as a part of the text: Title\. .*no stock/)],
      [9, 'g', 'failed', unclosed],
    ]);
    expect(await bySlug('c')).toMatchObject({ name: 'C, "3"' });
    expect(await bySlug('e')).toMatchObject({ name: 'two\nlines' });
    expect(await bySlug('f')).toMatchObject({ name: 'F "x"' });
  });

  it('zero bytes are left out, with a note', async () => {
    const { rows } = await importCsv(file('a,A\0B,A,1.00'));
    expect(reported(rows)).toEqual([[2, 'created', expect.stringMatching(/^The row has zero bytes, which are left out\./)]]);
    expect(await bySlug('a')).toMatchObject({ name: 'AB' });
  });

  it('a header may be long, and have line ends within its quotes', async () => {
    const wide = Array.from({ length: 900 }, (_, n) => `"A long name of a column that nobody reads,\nnumber ${n}${'.'.repeat(60)}"`);
    const { rows, unusedColumns } = await importCsv(`${header},${wide.join(',')}\na,A,A,1.00,x\n`);
    expect(rows.map((r) => [r.line, r.outcome])).toEqual([[902, 'created']]);
    expect(unusedColumns).toHaveLength(1);
  });

  it('products and categories in any script get different slugs', async () => {
    const { rows } = await importCsv(
      'Handle,Title,Type,Variant Price\n家具,家具,家具,1\n衣類,衣類,衣類,2\nстол,Стол,Größe,3\n!!!,Nothing,,4\n',
    );
    expect(rows.map((r) => r.outcome)).toEqual(['created', 'created', 'created', 'failed']);
    const { categories } = await listCategories(shop.core);
    expect(new Set(categories.map(({ slug }) => slug)).size).toBe(3);
    expect(await bySlug('stol')).toMatchObject({ name: 'Стол', category: { slug: 'grosse' } });
  });

  it('each variant without a SKU gets a different one, however long the handle', async () => {
    const handle = 'a-very-long-handle-'.repeat(6);
    const rows = ['S', 'M', 'L'].map((size) => `${handle},Thing,Size,${size},1.00`);
    const csv = ['Handle,Title,Option1 Name,Option1 Value,Variant Price', ...rows].join('\n');
    expect(await importCsv(csv)).toMatchObject({ createdCount: 3, failedCount: 0 });
    expect(await importCsv(csv)).toMatchObject({ unchangedCount: 3, createdCount: 0 });
  });
});

describe('files with few columns', () => {
  it('a file changes only what it has columns for; stock, texts, tags, weight, options and compare-at price stay', async () => {
    await importCsv(
      'Handle,Title,Body (HTML),Vendor,Type,Tags,Status,Option1 Name,Option1 Value,' +
        'Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price\n' +
        'cup,Cup,Fine,Kiln,Cups,"red, blue",archived,Size,S,CUP-S,300,7,5.00,9.00\n',
    );
    const before = await bySlug('cup');
    for (const mode of ['preview', 'commit'] as const)
      expect(await importCsv('Handle,Title,Variant Price\ncup,Cup,6.00\n', mode)).toMatchObject({ updatedCount: 1, createdCount: 0 });
    const { variants, version: _, updatedAt: __, minPriceCents: ___, maxPriceCents: ____, ...rest } = await bySlug('cup');
    expect(before).toMatchObject(rest);
    expect(variants).toEqual([{ ...before.variants[0], priceCents: 600, priorPriceCents: 500 }]);
    const { rows } = await importCsv('Handle,Title,Variant Price\ncup,Cup,10.00\n');
    expect(rows).toMatchObject([
      {
        outcome: 'updated',
        code: 'INVALID_PRICE',
        message: 'The compare-at price in the shop, $9.00, is removed: the price of the file is $10.00.',
      },
    ]);
    expect((await bySlug('cup')).variants).toMatchObject([{ priceCents: 1_000, compareAtPriceCents: null }]);
  });

  it('an image that leaves a product leaves its variants with a note; the other variants keep theirs', async () => {
    const sized = 'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price';
    const [front, back, side] = ['front', 'back', 'side'].map((name) => `https://img.example/${name}.jpg`);
    const rows = [
      `cup,Cup,Size,S,CUP-S,5.00,${front},${front}`,
      `cup,,,M,CUP-M,5.00,${back},${back}`,
      `cup,,,L,CUP-L,5.00,${side},${side}`,
    ];
    await importCsv([`${sized},Image Src,Variant Image`, ...rows].join('\n'));
    const smaller = [`${sized},Image Src`, `cup,Cup,Size,S,CUP-S,5.00,${side}`].join('\n');
    const preview = await importCsv(smaller, 'preview');
    const { rows: report } = await importCsv(smaller);
    expect(preview.rows).toEqual(report);
    const removed = (sku: string) => `The image of the variant ${sku} is removed: it is no longer an image of the product.`;
    expect(reported(report)).toEqual([[2, 'updated', `${removed('CUP-S')} ${removed('CUP-M')}`]]);
    const { variants, images } = await bySlug('cup');
    const shown = variants.map(({ sku, imageId }) => [sku, images.find(({ id }) => id === imageId)?.url]);
    expect(shown).toEqual([
      ['CUP-S', undefined],
      ['CUP-M', undefined],
      ['CUP-L', side],
    ]);
    expect(await importCsv(smaller)).toMatchObject({ unchangedCount: 1, notedCount: 0 });
  });

  it('an empty cell empties the value in the shop', async () => {
    await importCsv('Handle,Title,Vendor,Tags,Variant Price\ncup,Cup,Kiln,red,5.00\n');
    await importCsv('Handle,Title,Vendor,Tags,Variant Price\ncup,Cup,,,5.00\n');
    expect(await bySlug('cup')).toMatchObject({ brand: null, tags: [] });
  });
});

describe('products in other currencies', () => {
  it('a product in another currency is exported and imported unchanged, and not overwritten with amounts in a wrong currency', async () => {
    const yen = await aProduct(shop.core, { name: 'Fan', priceCents: 1_500, currency: 'JPY' });
    let csv = '';
    for await (const part of exportProducts(shop.core, staff, {})) csv += part;
    expect(await importCsv(csv)).toMatchObject({ unchangedCount: 1, failedCount: 0 });
    const { rows } = await importCsv(`Handle,Title,Variant SKU,Variant Price\n${yen.slug},Fan,${variantOf(yen).sku},12.50\n`);
    expect(rows).toMatchObject([{ outcome: 'failed', code: 'CURRENCY_MISMATCH' }]);
    expect(await bySlug(yen.slug)).toMatchObject({ currency: 'JPY', minPriceCents: 1_500 });
    await importCsv('Handle,Title,Variant Price,Currency\nsash,Sash,1500,JPY\n');
    expect(await bySlug('sash')).toMatchObject({ currency: 'JPY', minPriceCents: 1_500 });
    expect((await importCsv('Handle,Title,Variant Price,Currency\nbelt,Belt,1500,Yen\n')).rows).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('limits of a product', () => {
  it('a product has at most 250 variants, 50 images and 100 tags, and such a product can be copied', async () => {
    const rowsOf = (length: number) =>
      Array.from(
        { length },
        (_, n) => `big,${n === 0 ? 'Big' : ''},${n === 0 ? 'Number' : ''},${n},V${n},1.00,${n < 51 ? `https://img.example/${n}.jpg` : ''}`,
      );
    const header = 'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src';
    expect(await importCsv([header, ...rowsOf(251)].join('\n'))).toMatchObject({ createdCount: 0, failedCount: 251 });
    const report = await importCsv([header, ...rowsOf(250)].join('\n'));
    expect(report).toMatchObject({ createdCount: 250, failedCount: 0, notedCount: 2 });
    expect(report.rows[50]).toMatchObject({ outcome: 'created', message: 'The image is skipped: a product can have at most 50 images.' });
    const tagged = await importCsv(`Handle,Title,Variant Price,Tags\nt,T,1.00,"${Array.from({ length: 101 }, (_, n) => n).join(',')}"\n`);
    expect(tagged.rows).toMatchObject([{ outcome: 'failed', message: 'A product can have at most 100 tags.' }]);
    const big = await bySlug('big');
    const { variants, images } = await duplicateProduct(shop.core, staff, { id: big.id });
    expect([variants.length, images.length]).toEqual([250, 50]);
    const input = contract.products.update.input.parse({
      id: big.id,
      version: big.version,
      addVariants: [{ sku: 'ONE-MORE', priceCents: 1, options: {} }],
    });
    await expect(updateProduct(shop.core, staff, input)).rejects.toMatchObject({ code: 'LIMIT_REACHED' });
  });
});
