import { contract } from '@cartwright/contracts';
import { aProduct, createTestShop, importCsv, productByHandle, type TestShop } from '@cartwright/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { createCategory, createCollection, createProduct, updateCategory, updateCollection, updateProduct } from './index.ts';
import { safeHtml } from './safe-html.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const evil = '<p onclick="x()">Fine</p><script>alert(1)</script><img src="https://img.example/a.jpg" onerror="x()">';
const clean = '<p>Fine</p><img src="https://img.example/a.jpg" />';

describe('descriptions', () => {
  it.each([
    ['a script', '<script>alert(1)</script>Tea', 'Tea'],
    ['a style', '<style>body{display:none}</style>Tea', 'Tea'],
    ['a handler', '<b onmouseover=alert(1)>Tea</b>', '<b>Tea</b>'],
    ['a script in a link', '<a href="javascript:alert(1)">Tea</a>', '<a>Tea</a>'],
    ['a frame', 'Tea<iframe src="https://x.example"></iframe>', 'Tea'],
    ['a form', '<form action="https://x.example"><input name="card">Tea</form>', 'Tea'],
    ['an image by http', '<img src="http://x.example/a.png" alt="Tea">', '<img alt="Tea" />'],
    ['a picture that runs', '<svg onload=alert(1)>Tea</svg>', 'Tea'],
    [
      'a new window',
      '<a href="https://x.example" target="_blank">Tea</a>',
      '<a href="https://x.example" target="_blank" rel="noopener noreferrer">Tea</a>',
    ],
    ['an open tag', '<img src=x onerror=alert(1)//', ''],
  ])('a description with %s loses it', (_what, text, expected) => {
    expect(safeHtml(text)).toBe(expected);
  });

  it.each(['Tea & cakes, 5 < 6', 'A > B', '', '<3', 'Line\nbreak'])('a description without tags stays as it is: %j', (text) => {
    expect(safeHtml(text)).toBe(text);
  });

  it('cleaning a clean description changes nothing', () => {
    const part = fc.constantFrom(
      '<p>',
      '</p>',
      '<b>',
      '&amp;',
      '&',
      '<',
      '>',
      'a',
      ' ',
      '"',
      '<img src="https://x.example/a?b=1&c=2">',
      '<!--',
      '-->',
      '<a href="x">',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const once = safeHtml(parts.join(''));
        expect(safeHtml(once)).toBe(once);
      }),
    );
  });

  it('descriptions of products, categories and collections are cleaned however they are written', async () => {
    const input = contract.products.create.input.parse({
      name: 'Tea',
      description: evil,
      variants: [{ sku: 'TEA-SAFE', priceCents: 100 }],
    });
    const made = await createProduct(shop.core, staff, input);
    expect(made.description).toBe(clean);
    const other = await aProduct(shop.core);
    const changes = contract.products.update.input.parse({ id: other.id, version: null, description: evil });
    expect((await updateProduct(shop.core, staff, changes)).description).toBe(clean);
    const csv = `Handle,Title,Body (HTML),Variant Price\nsafe,Safe,"${evil.replaceAll('"', '""')}",1.00\n`;
    for (const outcome of ['created', 'unchanged']) {
      expect((await importCsv(shop, csv)).rows).toMatchObject([{ outcome }]);
      expect((await productByHandle(shop, 'safe')).description).toBe(clean);
    }
    const category = await createCategory(shop.core, staff, { name: 'Safe', description: evil });
    const collection = await createCollection(
      shop.core,
      staff,
      contract.collections.create.input.parse({ name: 'Safe', description: evil, rule: { inStock: true } }),
    );
    expect([category.description, collection.description]).toEqual([clean, clean]);
    expect(await updateCategory(shop.core, staff, { id: category.id, description: `${evil}!` })).toMatchObject({
      description: `${clean}!`,
    });
    const { id, version } = collection;
    expect(await updateCollection(shop.core, staff, { id, version, description: `${evil}!` })).toMatchObject({ description: `${clean}!` });
  });
});
