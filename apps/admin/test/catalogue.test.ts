/** Categories, collections and the search index in a browser. */
import { createCollection, listCategories, listCollections } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('the catalogue in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));

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
    await page.getByLabel('Image URL').fill('https://images.example.com/herbs.jpg');
    await page.getByLabel('Search engine title').fill('Fresh herbs');
    await admin.shoot('edit-category');
    await page.getByRole('button', { name: 'Save category' }).click();
    await page.getByLabel('Image URL').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit or move Herbs' }).click();
    await expect.poll(() => page.getByLabel('Search engine title').inputValue()).toBe('Fresh herbs');
    expect(await page.getByLabel('Image URL').inputValue()).toBe('https://images.example.com/herbs.jpg');
    await page
      .getByRole('button', { name: 'Close', exact: true })
      .or(page.getByRole('button', { name: 'Cancel' }))
      .first()
      .click();
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
