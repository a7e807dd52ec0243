/** Files of other formats: their columns, a mapping that says what the columns mean, and what becomes of their rows. */
import { contract, type CatalogImportId, type ImportMapping } from '@cartwright/contracts';
import { createTestShop, importCsv, productByHandle, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { appendToImport, beginImport, getCatalogImport, inspectImport, listCatalogImports, runImport, startImport } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const upload = async (csv: string): Promise<CatalogImportId> => {
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  await appendToImport(shop.core, staff, { id, position: 0, content: csv });
  return id;
};
const start = (id: CatalogImportId, mode: 'preview' | 'commit', mapping?: ImportMapping | null) =>
  startImport(shop.core, staff, contract.imports.start.input.parse({ id, mode, ...(mapping !== undefined && { mapping }) }));
const run = async (id: CatalogImportId, mode: 'preview' | 'commit', mapping?: ImportMapping | null) => {
  await start(id, mode, mapping);
  await runImport(shop.core);
  return getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 50 });
};

const bags = [
  'Article;Designation;Colour;Price EUR;Pieces;Photo',
  'B-1;Bag;Red;12,50;3;https://img.example/red.jpg',
  'B-2;Bag;Blue;12,50;0;https://img.example/blue.jpg',
  'C-1;Cap;;8,00;5;',
  '',
].join('\n');
const mapping: ImportMapping = {
  columns: { name: 'Designation', sku: 'Article', option1: 'Colour', price: 'Price EUR', stock: 'Pieces', images: ['Photo'] },
};

describe('the mapping of a file', () => {
  it('a file of unknown columns has no format, and its columns have sample values and a suggestion', async () => {
    const { format, columns, suggestion, fields } = await inspectImport(shop.core, staff, { id: await upload(bags) });
    expect(format).toBeNull();
    expect(columns[2]).toEqual({ name: 'Colour', samples: ['Red', 'Blue'] });
    expect(suggestion).toEqual({ columns: mapping.columns });
    expect(fields.filter(({ isRequired }) => isRequired).map(({ field }) => field)).toEqual(['name', 'price']);
  });

  it('files of known formats are recognised by their columns', async () => {
    const formats = [];
    const files = [
      'Handle,Title,Price\na,A,1',
      'ID,Type,Name,Regular price\n1,simple,A,1',
      'sku,store_view_code,product_type,name,price\na,,simple,A,1',
      'Item,ID,Name,SKU,Options,Price\nProduct,1,A,a,,1',
      'Item Type,Product ID,Product Name,Product Code/SKU,Price\nProduct,1,A,a,1',
    ];
    for (const csv of files) formats.push((await inspectImport(shop.core, staff, { id: await upload(csv) })).format);
    expect(formats).toEqual(['shopify', 'woocommerce', 'magento', 'bigcommerce', 'bigcommerce']);
  });

  it('an import without a file has no columns, and the file of an ended import is deleted', async () => {
    const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
    await expect(inspectImport(shop.core, staff, { id })).rejects.toMatchObject({ code: 'IMPORT_INCOMPLETE' });
    const ended = await upload(bags);
    expect(await run(ended, 'commit', mapping)).toMatchObject({ status: 'finished', failedCount: 0 });
    await expect(inspectImport(shop.core, staff, { id: ended })).rejects.toMatchObject({ code: 'IMPORT_ENDED' });
  });

  it('rows of one name are variants of one product when a column is an option', async () => {
    expect(await importCsv(shop, bags, 'commit', { mapping })).toMatchObject({ createdCount: 3, failedCount: 0, unusedColumns: [] });
    expect(await productByHandle(shop, 'Bag')).toMatchObject({
      slug: 'bag',
      images: [{ url: 'https://img.example/red.jpg' }, { url: 'https://img.example/blue.jpg' }],
      variants: [
        { sku: 'B-1', options: { Colour: 'Red' }, priceCents: 1_250 },
        { sku: 'B-2', options: { Colour: 'Blue' } },
      ],
    });
    expect(await productByHandle(shop, 'Cap')).toMatchObject({ variants: [{ sku: 'C-1', options: {} }] });
    expect(await importCsv(shop, bags, 'commit', { mapping })).toMatchObject({ createdCount: 0, updatedCount: 0, unchangedCount: 3 });
  });

  it('rows with the SKU of a parent are its variants, wherever they are, and the row of the parent is not sold', async () => {
    const csv = [
      'code,belongs to,label,cut,price,photos,made of',
      'T-S,T,Tee small,S,5.00,https://img.example/s.jpg,',
      'M,,Mug,,9.00,https://img.example/m.jpg|https://img.example/n.jpg,clay',
      'T-L,T,Tee large,L,6.00,,',
      'T,,Tee,,,https://img.example/t.jpg,cotton',
    ].join('\n');
    const report = await importCsv(shop, csv, 'commit', {
      mapping: {
        columns: {
          sku: 'code',
          parentSku: 'belongs to',
          name: 'label',
          option1: 'cut',
          price: 'price',
          images: ['photos'],
          metadata: ['made of'],
        },
        constants: { status: 'draft', brand: 'Acme' },
        separators: { images: '|' },
      },
    });
    expect(report).toMatchObject({ failedCount: 0, createdCount: 4 });
    expect(await productByHandle(shop, 'T')).toMatchObject({
      name: 'Tee',
      status: 'draft',
      brand: 'Acme',
      metadata: { 'made of': 'cotton' },
      variants: [
        { sku: 'T-S', options: { cut: 'S' } },
        { sku: 'T-L', options: { cut: 'L' }, priceCents: 600 },
      ],
    });
    expect((await productByHandle(shop, 'M')).images.map(({ url }) => url)).toEqual([
      'https://img.example/m.jpg',
      'https://img.example/n.jpg',
    ]);
  });

  it('lists in a cell, weights in other units, paths of categories and names of options are read as the mapping says', async () => {
    const csv = ['id,n,cat,keys,kind,value,p,w', 'x,Rug,Home > Rugs|Sale,"soft;thick, warm",Size,L,10.00,1.5'].join('\n');
    await importCsv(shop, csv, 'commit', {
      mapping: {
        columns: {
          handle: 'id',
          name: 'n',
          category: 'cat',
          tags: ['keys'],
          option1: 'value',
          option1Name: 'kind',
          price: 'p',
          weight: 'w',
        },
        separators: { tags: ';', categories: '|', categoryPath: '>' },
        weightUnit: 'kg',
      },
    });
    expect(await productByHandle(shop, 'x')).toMatchObject({
      category: { name: 'Rugs' },
      tags: ['soft', 'thick, warm'],
      variants: [{ options: { Size: 'L' }, weightGrams: 1_500 }],
    });
  });
});

describe('the stock of a mapped file', () => {
  const csv = [
    'sku,n,p,units,counted,oversell',
    'a,Lamp,10,5,yes,continue',
    'b,Course,20,,No,0',
    'c,Rug,30,2,,',
    'd,Mug,4,1,perhaps,',
  ].join('\n');
  const columns = { sku: 'sku', name: 'n', price: 'p', stock: 'units', tracked: 'counted', soldOutPolicy: 'oversell' };
  const stockOf = async (handle: string) => {
    const { id } = (await productByHandle(shop, handle)).variants[0] ?? expect.fail('no variant');
    const { tracked, backorderLimit, onHand } = await getStockLevel(shop.core, staff, { variantId: id });
    return { tracked, backorderLimit, onHand };
  };

  it('is tracked and sold on as its columns say, a missing answer leaves both as they are, and another word fails', async () => {
    const report = await importCsv(shop, csv, 'commit', { mapping: { columns } });
    expect(report).toMatchObject({ createdCount: 3, failedCount: 1 });
    expect(report.rows.find(({ sku }) => sku === 'd')?.message).toMatch(/counted "perhaps" is neither yes nor no/);
    expect(await stockOf('a')).toEqual({ tracked: true, backorderLimit: 10_000, onHand: 5 });
    expect(await stockOf('b')).toEqual({ tracked: false, backorderLimit: 0, onHand: 0 });
    expect(await stockOf('c')).toEqual({ tracked: true, backorderLimit: 0, onHand: 2 });
  });

  it('is the same for every row where no column says it', async () => {
    const { tracked: _, soldOutPolicy: __, ...others } = columns;
    const constants = { tracked: true, soldWhenSoldOut: true, tags: ['spring', 'a, b'], category: 'Home', brand: 'Acme' };
    expect(await importCsv(shop, csv, 'commit', { mapping: { columns: others, constants } })).toMatchObject({
      createdCount: 4,
      failedCount: 0,
    });
    expect(await productByHandle(shop, 'c')).toMatchObject({ tags: ['spring', 'a, b'], brand: 'Acme', category: { name: 'Home' } });
    expect(await stockOf('c')).toEqual({ tracked: true, backorderLimit: 10_000, onHand: 2 });
    await importCsv(shop, csv, 'commit', {
      mapping: { columns: others, constants: { ...constants, tracked: false, soldWhenSoldOut: false } },
    });
    expect(await stockOf('c')).toEqual({ tracked: false, backorderLimit: 0, onHand: 2 });
  });
});

describe('the start of an import with a mapping', () => {
  it('a previewed file is imported as it was previewed, and another mapping reads its rows anew', async () => {
    const id = await upload(bags);
    expect(await run(id, 'preview')).toMatchObject({ status: 'failed' });
    const next = await upload(bags);
    expect(await run(next, 'preview', mapping)).toMatchObject({ createdCount: 3, mapping });
    const { option1: _, ...columns } = mapping.columns;
    expect(await run(next, 'preview', { columns })).toMatchObject({
      createdCount: 3,
      unusedColumns: [{ name: 'Colour', rowCount: 2 }],
    });
    expect(await run(next, 'commit')).toMatchObject({ createdCount: 3, failedCount: 0, mapping: { columns } });
    expect(await productByHandle(shop, 'B-2')).toMatchObject({ name: 'Bag', variants: [{ sku: 'B-2', options: {} }] });
  });

  it('a file with the columns of an earlier import gets its mapping as suggestion, as do the rows that failed in it', async () => {
    const id = await upload(bags.replace('Colour', 'Farbton'));
    const columns = { ...mapping.columns, option1: 'Farbton' };
    await run(id, 'preview', { columns });
    const next = await upload(bags.replace('Colour', 'Farbton').replaceAll(/^(?=.)/gm, 'reasons;'));
    expect((await inspectImport(shop.core, staff, { id: next })).suggestion).toEqual({ columns });
    expect((await inspectImport(shop.core, staff, { id: await upload('Nom,Prix\na,1\n') })).suggestion.columns).toEqual({
      name: 'Nom',
      price: 'Prix',
    });
  });

  it('an earlier mapping is suggested only where it is right for the values, and as complete as the names of the columns', async () => {
    const file = 'Nom;Prix;Stock;Marque\nThé;1,50;5;Kusmi\n';
    await run(await upload('Nom;Prix\nThé;1,50\n'), 'preview', { columns: { name: 'Nom', price: 'Prix' } });
    const suggested = async (text: string) => (await inspectImport(shop.core, staff, { id: await upload(text) })).suggestion.columns;
    const whole = { name: 'Nom', price: 'Prix', stock: 'Stock', brand: 'Marque' };
    expect(await suggested(file)).toEqual(whole);
    await run(await upload(file), 'preview', { columns: { name: 'Prix', price: 'Nom' } });
    expect(await suggested(file)).toEqual(whole);
    await run(await upload(file), 'preview', { columns: { name: 'Nom', price: 'Prix' } });
    expect(await suggested(file)).toEqual({ name: 'Nom', price: 'Prix' });
  });

  it.each<[string, ImportMapping['columns'], string]>([
    [
      'a column that the file lacks',
      { ...mapping.columns, price: 'Price' },
      'The file has no column Price, to which Price is mapped. Its columns are Article, Designation, Colour, Price EUR, Pieces, Photo.',
    ],
    ['no name', { price: 'Price EUR' }, 'The mapping has no column for Name. Every product needs a name, and every variant a price.'],
    [
      'a price that is a cost',
      { ...mapping.columns, cost: 'Price EUR' },
      'The column Price EUR is mapped to Price and Cost. Map it to one of them.',
    ],
    [
      'the name of an option without values',
      { ...mapping.columns, option2Name: 'Colour' },
      'Name of option 2 needs a column for Option 2, which has its values.',
    ],
  ])('%s is refused with what to do, and nothing starts', async (_, columns, message) => {
    const id = await upload(bags);
    await expect(start(id, 'preview', { columns })).rejects.toMatchObject({
      code: 'INVALID_MAPPING',
      message,
      fields: expect.arrayContaining([{ path: expect.stringMatching(/^mapping\.columns\.\w+$/), message }]),
    });
    await expect(importCsv(shop, bags, 'commit', { mapping: { columns } })).rejects.toMatchObject({ code: 'INVALID_MAPPING' });
    expect(await getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5 })).toMatchObject({ status: 'uploading', mapping: null });
  });

  it('a page beyond the report, and one beyond the list of imports, say how many there are', async () => {
    const id = await upload(bags);
    await run(id, 'preview', mapping);
    const { rows } = await getCatalogImport(shop.core, staff, { id, page: 9, pageSize: 50 });
    expect(rows).toMatchObject({ items: [], totalCount: 3, page: 9 });
    expect(await listCatalogImports(shop.core, staff, { page: 9, pageSize: 50 })).toMatchObject({ items: [], totalCount: 1 });
  });

  it('one column may be the SKU, the handle and a fact of a product', async () => {
    const columns = { ...mapping.columns, handle: 'Article', metadata: ['Article', 'Price EUR'] };
    expect(await importCsv(shop, bags, 'commit', { mapping: { columns } })).toMatchObject({ createdCount: 3 });
    expect(await productByHandle(shop, 'C-1')).toMatchObject({ metadata: { Article: 'C-1', 'Price EUR': '8,00' } });
  });
});
