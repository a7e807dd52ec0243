/** The catalogue pages in a browser: edits in the list, bulk actions, categories, collections and images. */
import {
  addProductImage,
  createCollection,
  findProduct,
  getProductCosts,
  listCategories,
  listCollections,
  updateProduct,
} from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openAdmin, type AdminInBrowser } from './open-admin.ts';

describe.skipIf(!chromiumPath)('the catalogue in the admin', () => {
  let admin: AdminInBrowser;
  beforeAll(async () => {
    admin = await openAdmin();
    // Images of other hosts are not available in a test.
    await admin.page.route('https://**', (route) => route.fulfill({ contentType: 'image/png', body: Buffer.alloc(0) }));
    await admin.signIn();
  });
  afterAll(() => admin?.close());
  const product = async (slug: string) => {
    const found = await findProduct(admin.shop.core, { slug });
    if (!found) throw new Error(`There is no product ${slug}`);
    return found;
  };

  it('staff change price and stock of a product in the list and undo the change', async () => {
    const { page } = admin;
    await admin.go('/products?q=Trowel', 'Products');
    await page.getByLabel('Price of Garden Trowel').fill('27.50');
    await page.keyboard.press('Enter');
    await page.getByText('Garden Trowel: €27.50').waitFor();
    expect((await product('garden-trowel')).minPriceCents).toBe(2_750);
    const before = (await product('garden-trowel')).available;
    await page.getByLabel('Available units of Garden Trowel').fill(String(before + 7));
    await page.keyboard.press('Enter');
    await page.getByText('Garden Trowel: +7').waitFor();
    expect((await product('garden-trowel')).available).toBe(before + 7);
    await admin.shoot('products-undo');
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('alert').filter({ hasText: '+7' }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await product('garden-trowel')).available).toBe(before);
    await expect.poll(() => page.getByLabel('Available units of Garden Trowel').inputValue()).toBe(String(before));
  });

  it('the product list shows a change at once and reverts it when the API rejects it', async () => {
    const { page } = admin;
    await admin.go('/products?q=Trowel', 'Products');
    const price = page.getByLabel('Price of Garden Trowel');
    const before = await price.inputValue();
    const held = Promise.withResolvers<void>();
    await page.route('**/trpc/products.setPrice**', async (route) => {
      await held.promise;
      await route.abort();
    });
    await price.fill('31.00');
    await page.keyboard.press('Enter');
    await expect.poll(() => price.inputValue()).toContain('31.00');
    held.resolve();
    await expect.poll(() => price.inputValue()).toBe(before);
    await page.unroute('**/trpc/products.setPrice**');
    admin.consoleErrors.length = 0;
  });

  it('staff change barcode, cost and metadata of a variant on the page of its product', async () => {
    const { page } = admin;
    const { id, variants } = await product('garden-trowel');
    const sku = variants[0]?.sku ?? '';
    await admin.go(`/products/${id}`, 'Garden Trowel');
    await page.getByRole('button', { name: `Details of ${sku}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Barcode').fill('4006381333931');
    await dialog.getByLabel('Cost (EUR)').fill('7.25');
    await dialog.getByLabel('Metadata').fill('{"origin": 5');
    await dialog.getByRole('button', { name: 'Save variant' }).click();
    await dialog.getByText('Enter a JSON object').waitFor();
    await dialog.getByLabel('Metadata').fill('{"origin": "Solingen"}');
    expect(await admin.axe()).toEqual([]);
    await admin.shoot('variant-details');
    await dialog.getByRole('button', { name: 'Save variant' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await product('garden-trowel')).variants[0]).toMatchObject({ sku, barcode: '4006381333931', metadata: { origin: 'Solingen' } });
    expect((await getProductCosts(admin.shop.core, system('test'), { id })).variants[0]?.costCents).toBe(725);
  });

  it('staff create a draft product, which opens its page', async () => {
    const { page } = admin;
    await admin.go('/products', 'Products');
    await page.getByRole('button', { name: 'New product' }).hover();
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('button', { name: 'New product' }).click();
    await page.getByLabel('Name').fill('Oak Ladle No. 2');
    await page.getByLabel('Price (EUR)').fill('18.40');
    await page.getByLabel('Units on hand').fill('12');
    expect(await admin.axe()).toEqual([]);
    await admin.shoot('new-product');
    await page.getByRole('button', { name: 'Create draft' }).click();
    await page.getByRole('heading', { level: 1, name: 'Oak Ladle No. 2' }).waitFor();
    const made = await product('oak-ladle-no-2');
    expect(made).toMatchObject({ status: 'draft', variants: [{ sku: 'OAK-LADLE-NO-2', priceCents: 1_840 }] });
  });

  it('staff filter products by category, unpublish all of them and publish them again', async () => {
    const { page } = admin;
    await admin.go('/products?category=garden', 'Products');
    await page.getByText('Garden Trowel').waitFor();
    await page.getByLabel('Select all on this page').check();
    await admin.shoot('products-chosen');
    await page.getByRole('button', { name: 'Unpublish' }).click();
    await page.getByText('Done', { exact: true }).waitFor();
    expect((await product('garden-trowel')).status).toBe('archived');
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await expect.poll(async () => (await product('garden-trowel')).status).toBe('active');
  });

  it('staff delete products of the list only after a confirmation', async () => {
    const { page } = admin;
    await admin.go('/products?q=Ladle', 'Products');
    await page.getByLabel('Select Oak Ladle No. 2').check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 1 product?' });
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await product('oak-ladle-no-2')).status).toBe('draft');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No matching products').waitFor();
    expect(await findProduct(admin.shop.core, { slug: 'oak-ladle-no-2' })).toBeNull();
  });

  it('at 390 px, the values of a stacked product row end where the numbers in its fields end', async () => {
    const { page } = admin;
    await page.setViewportSize({ width: 390, height: 844 });
    const { id } = await product('terracotta-planter');
    for (const [to, heading] of [
      ['/products?q=Planter', 'Products'],
      ['/products?q=Trowel', 'Products'],
      [`/products/${id}`, 'Terracotta Planter'],
    ] as const) {
      await admin.go(to, heading);
      const ends = await page.locator('table.stacks tbody td[data-label]').evaluateAll((cells) =>
        cells.map((cell) => {
          const field = cell.querySelector('input');
          if (field) {
            const { paddingRight, borderRightWidth } = getComputedStyle(field);
            return field.getBoundingClientRect().right - parseFloat(paddingRight) - parseFloat(borderRightWidth);
          }
          const texts = document.createRange();
          texts.selectNodeContents(cell);
          return texts.getBoundingClientRect().right;
        }),
      );
      for (const end of ends) expect(Math.abs(end - (ends[0] ?? 0)), to).toBeLessThanOrEqual(1);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
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

  it('staff add a subcategory and move it to another parent', async () => {
    const { page } = admin;
    await admin.go('/categories', 'Categories');
    await page.getByRole('button', { name: 'New category' }).click();
    await page.getByLabel('Name').fill('Herbs');
    await page.getByRole('combobox', { name: 'Parent category' }).click();
    await page.getByRole('option', { name: 'Garden' }).click();
    await page.getByRole('button', { name: 'Save category' }).click();
    await page.getByRole('button', { name: 'Edit or move Herbs' }).waitFor();
    await admin.shoot('categories');
    await page.getByRole('button', { name: 'Edit or move Herbs' }).click();
    await page.getByRole('combobox', { name: 'Parent category' }).click();
    await page.getByRole('option', { name: 'Kitchen' }).click();
    await page.getByRole('button', { name: 'Save category' }).click();
    await expect
      .poll(async () => (await listCategories(admin.shop.core)).categories.find((c) => c.slug === 'kitchen')?.children.map((c) => c.slug))
      .toContain('herbs');
  });

  it('staff create and remove an automatic collection', async () => {
    const { page } = admin;
    await admin.go('/collections', 'Collections');
    await page.getByRole('button', { name: 'New collection' }).click();
    await page.getByLabel('Name').fill('Under forty');
    await page.getByLabel('Maximum price').fill('40');
    await admin.shoot('new-collection');
    await page.getByRole('button', { name: 'Save collection' }).click();
    await page.getByText('up to €40.00').waitFor();
    await admin.shoot('collections');
    await page.getByRole('button', { name: 'Delete Under forty' }).click();
    await page.getByRole('dialog', { name: 'Delete Under forty?' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('up to €40.00').waitFor({ state: 'detached' });
  });

  it('an edit of a collection keeps the parts of its rule that the form does not show', async () => {
    const { page } = admin;
    const rule = { options: ['Size:Small'], minPriceCents: 1000, tags: ['gift'] };
    const { id } = await createCollection(admin.shop.core, system('test'), { name: 'Small gifts', rule });
    await admin.go('/collections', 'Collections');
    await page.getByText('tagged gift, with Size:Small, from €10.00').waitFor();
    await page.getByRole('button', { name: 'Edit Small gifts' }).click();
    await page.getByLabel('Name').fill('Small presents');
    await page.getByRole('button', { name: 'Save collection' }).click();
    await page.getByText('Small presents', { exact: true }).first().waitFor();
    const { items } = await listCollections(admin.shop.core, system('test'));
    expect(items.find((collection) => collection.id === id)).toMatchObject({ name: 'Small presents', rule });
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

  it('staff reorder categories by keyboard and undo it', async () => {
    const { page } = admin;
    await admin.go('/categories', 'Categories');
    const slugs = async () => (await listCategories(admin.shop.core)).categories.map(({ slug }) => slug);
    const before = await slugs();
    const shown = page.getByRole('list', { name: 'Categories', exact: true }).locator('> li');
    const name = (await listCategories(admin.shop.core)).categories[0]?.name ?? '';
    await page.getByRole('button', { name: `Move ${name}`, exact: true }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect.poll(slugs).toEqual([before[1], before[0], ...before.slice(2)]);
    await expect.poll(() => shown.nth(1).textContent()).toContain(name);
    await admin.shoot('categories-ordered');
    expect(await admin.axe()).toEqual([]);
    await page.getByRole('alert').filter({ hasText: 'Categories reordered' }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(slugs).toEqual(before);
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(() => admin.overflow()).toEqual([]);
    await admin.shoot('categories-360');
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('the search index is rebuilt and the page shows the progress', async () => {
    const { page } = admin;
    await admin.go('/health', 'Data integrity');
    await page.getByRole('button', { name: 'Rebuild' }).click();
    await page.getByText('products indexed on').waitFor();
    await admin.shoot('search-index');
  });
});
