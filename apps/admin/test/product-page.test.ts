/** The page of a product in a browser: its fields, variants and images. */
import { addProductImage, getProductCosts, updateProduct } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { productOf, signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('the page of a product in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));
  const product = (slug: string) => productOf(admin, slug);

  it('staff change barcode, cost, weight and metadata of a variant, and get an error for what cannot be saved without rounding', async () => {
    const { page } = admin;
    const { id, variants } = await product('garden-trowel');
    const sku = variants[0]?.sku ?? '';
    await admin.go(`/products/${id}`, 'Garden Trowel');
    await page.getByRole('button', { name: `Details of ${sku}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Barcode').fill('4006381333931');
    await dialog.getByLabel('Cost (EUR)').fill('7.255');
    await dialog.getByLabel('Weight in grams').fill('226.8');
    await dialog.getByRole('button', { name: 'Save variant' }).click();
    await dialog.getByText('EUR has 2 decimals at most').waitFor();
    await dialog.getByText('Enter whole grams').waitFor();
    await dialog.getByLabel('Weight in grams').fill('227');
    await dialog.getByLabel('Cost (EUR)').fill('7.25');
    await dialog.getByLabel('Metadata').fill('{"origin": 5');
    await dialog.getByRole('button', { name: 'Save variant' }).click();
    await dialog.getByText('Enter a JSON object').waitFor();
    await dialog.getByLabel('Metadata').fill('{"origin": "Solingen"}');
    expect(await admin.axe()).toEqual([]);
    await admin.shoot('variant-details');
    await dialog.getByRole('button', { name: 'Save variant' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await product('garden-trowel')).variants[0]).toMatchObject({
      sku,
      barcode: '4006381333931',
      weightGrams: 227,
      metadata: { origin: 'Solingen' },
    });
    expect((await getProductCosts(admin.shop.core, system('test'), { id })).variants[0]?.costCents).toBe(725);
  });

  it('the second of two users who edit a product gets a warning, and the changes of both are kept', async () => {
    const { page } = admin;
    const { id, version } = await product('linen-apron');
    await admin.go(`/products/${id}`, 'Linen Apron');
    await page.getByLabel('Description').fill('Mine');
    // The page takes over changes of other fields by itself, whenever it reads the product again; this field cannot be merged.
    await updateProduct(admin.shop.core, system('somebody else'), { id, version, brand: 'Theirs', description: 'Theirs' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Somebody else has changed this product').waitFor();
    await admin.shoot('product-conflict');
    expect(await product('linen-apron')).toMatchObject({ version: version + 1, description: 'Theirs' });
    await page.getByRole('button', { name: 'Keep my changes' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await product('linen-apron')).toMatchObject({ version: version + 2, description: 'Mine', brand: 'Theirs' });
  });

  it('staff add a variant with a form that fits a narrow dark screen', async () => {
    const { page } = admin;
    const { id } = await product('terracotta-planter');
    await admin.go(`/products/${id}`, 'Terracotta Planter');
    await page.getByRole('button', { name: 'Add a variant' }).click();
    const form = page.getByRole('group', { name: 'New variant' });
    for (const label of (await product('terracotta-planter')).options.map(({ name }) => name)) await form.getByLabel(label).fill('Giant');
    await form.getByLabel('SKU').fill('PLANTER-GIANT');
    await form.getByLabel('Price (').fill('99.50');
    await form.getByLabel('Units on hand').fill('4');
    await admin.shoot('product-add-variant');
    await page.setViewportSize({ width: 360, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => admin.overflow()).toEqual([]);
    await admin.shoot('product-add-variant-narrow');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 860 });
    await form.getByRole('button', { name: 'Add variant' }).click();
    await page.getByText('Variant added').waitFor();
    expect((await product('terracotta-planter')).variants.at(-1)).toMatchObject({
      sku: 'PLANTER-GIANT',
      priceCents: 9_950,
      availability: { available: 4 },
    });
  });

  it('staff add an image, get an error for an invalid image URL, and duplicate a product', async () => {
    const { page } = admin;
    const { id } = await product('walnut-spoon-set');
    await admin.go(`/products/${id}`, 'Walnut Spoon Set');
    await page.getByLabel('Image URL').fill('http://images.example/spoon.jpg');
    await page.getByRole('button', { name: 'Add image' }).click();
    await page.getByText('The image URL must start with https://').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    await page.getByText('The image URL must start').waitFor({ state: 'hidden' });
    await page.getByLabel('Image URL').fill('https://images.example/spoon.jpg');
    await page.getByLabel('Alternative text').fill('Three spoons');
    await page.getByRole('button', { name: 'Add image' }).click();
    await page.getByText('Primary').waitFor();
    await admin.shoot('product-images');
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await page.getByRole('heading', { level: 1, name: 'Walnut Spoon Set (copy)' }).waitFor();
  });

  it('staff reorder images by pointer and by keyboard and undo it, and the text typed meanwhile is kept', async () => {
    const { page } = admin;
    const { id } = await product('terracotta-planter');
    const first = 'Front';
    for (const name of [first, 'Bowl', 'Handle'])
      await addProductImage(admin.shop.core, system('test'), { productId: id, url: `https://images.example/${name}.jpg`, altText: name });
    const texts = async () => (await product('terracotta-planter')).images.map(({ altText }) => altText);
    await admin.go(`/products/${id}`, 'Terracotta Planter');
    await page.getByLabel('Description').fill('Typed before the images moved');
    await page.getByRole('button', { name: 'Move image 3', exact: true }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await admin.shoot('product-images-moving');
    await page.keyboard.press('Space');
    await expect.poll(texts).toEqual(['Handle', first, 'Bowl']);
    await page.getByRole('alert').filter({ hasText: 'Images reordered' }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(texts).toEqual([first, 'Bowl', 'Handle']);
    await expect.poll(() => page.getByRole('list', { name: 'Images' }).locator('li').first().textContent()).toContain(first);
    const [grip, target] = [
      page.getByRole('button', { name: 'Move image 1', exact: true }),
      page.getByRole('button', { name: 'Move image 2', exact: true }),
    ];
    await grip.scrollIntoViewIfNeeded();
    const [from, to] = [await grip.boundingBox(), await target.boundingBox()];
    if (!from || !to) throw new Error('The grips are not on the page');
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 10, (from.y + to.y) / 2, { steps: 5 });
    await page.mouse.move(to.x + 10, to.y + 20, { steps: 10 });
    await page.mouse.up();
    await expect.poll(texts).toEqual(['Bowl', first, 'Handle']);
    expect(await page.getByLabel('Description').inputValue()).toBe('Typed before the images moved');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect((await product('terracotta-planter')).description).toBe('Typed before the images moved');
    expect(await admin.axe()).toEqual([]);
  });
});
