/** Images of products: their order and texts, and the addresses that are refused. */
import { aProduct, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system, type Actor } from '../kernel/index.ts';
import { refuseImageUrl } from './image.policy.ts';
import * as catalog from './index.ts';

const guest: Actor = { kind: 'guest', cartToken: null };
const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const get = (id: string) => catalog.getProduct(shop.core, guest, { id });

describe('product images', () => {
  const url = (n: number) => `https://images.example/${n}.jpg`;
  it('product images are added, reordered, described and removed; the first is the primary', async () => {
    const { id } = await aProduct(shop.core);
    await catalog.addProductImage(shop.core, staff, { productId: id, url: url(1), altText: 'One' });
    await catalog.addProductImage(shop.core, staff, { productId: id, url: url(2), altText: '' });
    const { images } = await catalog.addProductImage(shop.core, staff, { productId: id, url: url(3), altText: '', position: 1 });
    expect(images.map((i) => [i.url, i.position, i.isPrimary])).toEqual([
      [url(3), 1, true],
      [url(1), 2, false],
      [url(2), 3, false],
    ]);
    const ids = images.map((i) => i.id).toReversed();
    const { images: turned } = await catalog.reorderProductImages(shop.core, staff, { productId: id, imageIds: ids });
    expect(turned.map((i) => i.url)).toEqual([url(2), url(1), url(3)]);
    await expect(catalog.reorderProductImages(shop.core, staff, { productId: id, imageIds: ids.slice(1) })).rejects.toMatchObject({
      code: 'LIST_CHANGED',
    });
    const [first, second] = turned;
    if (!first || !second) throw new Error('no images');
    await catalog.updateProductImage(shop.core, staff, { productId: id, imageId: second.id, altText: 'New words' });
    await catalog.deleteProductImage(shop.core, staff, { productId: id, imageId: first.id });
    const left = await get(id);
    expect(left.images).toMatchObject([{ altText: 'New words', position: 1, isPrimary: true }, { position: 2 }]);
    expect(left.imageUrl).toBe(url(1));
  });
  it.each([
    'http://images.example/a.jpg',
    'https://127.0.0.1/a.jpg',
    'https://[::1]/a.jpg',
    'https://localhost/a.jpg',
    'https://2130706433/a.jpg',
    'https://printer.local/a.jpg',
    'https://user@images.example/a.jpg',
    'https://images.example:8443/a.jpg',
    'https://images.example./a.jpg',
    'https://images.example/a.svg',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
  ])('an image from %s is refused', async (bad) => {
    const { id } = await aProduct(shop.core);
    await expect(catalog.addProductImage(shop.core, staff, { productId: id, url: bad, altText: '' })).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    });
  });
  it('images must be on an allowed host when there is a list of hosts', () => {
    const list = ['cdn.example.com', '*.pictures.example'];
    const allowed = (at: string) => refuseImageUrl(at, list) === null;
    expect(allowed('https://cdn.example.com/a.jpg')).toBe(true);
    expect(allowed('https://eu.pictures.example/a.jpg')).toBe(true);
    expect(allowed('https://pictures.example/a.jpg')).toBe(false);
    expect(allowed('https://cdn.example.com.evil.example/a.jpg')).toBe(false);
  });
});
