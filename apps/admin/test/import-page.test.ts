/** The import page in a browser: what is imported is the preview that the page shows. */
import { contract } from '@cartwright/contracts';
import { appendToImport, beginImport, startImport } from '@cartwright/core/imports';
import { aStaffMember, findProduct } from '@cartwright/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { productOf, signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('the import page in the admin', () => {
  let admin: AdminInBrowser;
  let page: Page;
  signedIn((opened) => {
    admin = opened;
    ({ page } = opened);
  });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const fileHeading = (name: string) => page.getByRole('heading', { level: 2, name });
  const isReady = (name: string) => expect.poll(() => button(name).isEnabled());
  const choose = (name: string, text: string) =>
    page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  const preview = async (name: string, text: string) => {
    await choose(name, text);
    await button('Preview').click();
    await fileHeading(name).waitFor();
    await isReady('Import').toBe(true);
  };
  const importIt = async () => {
    await button('Import').click();
    await page.getByText('Imported', { exact: true }).waitFor();
  };
  const chooseDecimals = async (label: string) => {
    await page.getByRole('combobox', { name: 'Decimals' }).click();
    await page.getByRole('option', { name: label }).click();
  };
  const decimals = () => page.getByRole('combobox', { name: 'Decimals' }).inputValue();

  it('an earlier import that staff open takes the place of the chosen file, and is the one that is imported', async () => {
    await admin.go('/import', 'CSV import');
    await preview('first.csv', 'Handle,Title,Variant Price\nfirst-bowl,First Bowl,12.00\n');
    await preview('second.csv', 'Handle,Title,Variant Price\nsecond-bowl,Second Bowl,13.00\n');
    await button('first.csv').click();
    await fileHeading('first.csv').waitFor();
    expect(await button('Remove the file').count()).toBe(0);
    await isReady('Import').toBe(true);
    await importIt();
    await page.getByText('Import finished').waitFor();
    expect((await productOf(admin, 'first-bowl')).minPriceCents).toBe(1_200);
    expect(await findProduct(admin.shop.core, { slug: 'second-bowl' })).toBeNull();
  });

  it('a finished import that staff open from the earlier ones is not announced as finished', async () => {
    await admin.go('/import', 'CSV import');
    await button('first.csv').click();
    await page.getByText('Imported', { exact: true }).waitFor();
    await page.getByText('1 row: 1 created').waitFor();
    expect(await admin.axe()).toEqual([]);
    expect(await page.getByText('Import finished').count()).toBe(0);
    expect(await button('Import').isEnabled()).toBe(false);
  });

  it('another decimal sign needs another preview, which needs no second upload', async () => {
    await admin.go('/import', 'CSV import');
    await chooseDecimals('Point: 12.50');
    await preview('lamps.csv', 'Handle;Title;Variant Price\nlamp;Lamp;1.250\n');
    await chooseDecimals('Comma: 12,50');
    await page.getByText('The preview below was read with other decimals.').waitFor();
    expect(await button('Import').isEnabled()).toBe(false);
    expect(await admin.axe()).toEqual([]);
    await admin.shoot('import-other-decimals');
    await button('Preview').click();
    await isReady('Import').toBe(true);
    await importIt();
    expect((await productOf(admin, 'lamp')).minPriceCents).toBe(125_000);
    const { n } = await admin.shop.core.db
      .selectFrom('catalog_imports')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('fileName', '=', 'lamps.csv')
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBe(1);
  });

  it('an earlier preview is imported with its own decimal sign, or previewed with another one', async () => {
    await admin.go('/import', 'CSV import');
    await chooseDecimals('Comma: 12,50');
    await preview('chairs.csv', 'Handle;Title;Variant Price\nchair;Chair;1.250\n');
    await admin.go('/import', 'CSV import');
    await button('chairs.csv').click();
    await isReady('Import').toBe(true);
    expect(await decimals()).toBe('Comma: 12,50');
    await chooseDecimals('Point: 12.50');
    await isReady('Import').toBe(false);
    await button('Preview').click();
    await isReady('Import').toBe(true);
    await importIt();
    expect((await productOf(admin, 'chair')).minPriceCents).toBe(125);
    await choose('tables.csv', 'Handle,Title,Variant Price\ntable,Table,80.00\n');
    expect(await decimals()).toBe('As the prices show');
  });

  it('a preview that somebody else replaced is imported as the page shows it', async () => {
    await admin.go('/import', 'CSV import');
    await chooseDecimals('Comma: 12,50');
    await preview('stools.csv', 'Handle;Title;Variant Price\nstool;Stool;1.250\n');
    const stored = admin.shop.core.db.selectFrom('catalog_imports').select(['id', 'decimalSign', 'status']);
    const read = () => stored.where('fileName', '=', 'stools.csv').executeTakeFirstOrThrow();
    const again = contract.imports.start.input.parse({ id: (await read()).id, mode: 'preview', decimalSign: 'point' });
    await startImport(admin.shop.core, await aStaffMember(admin.shop.core), again);
    await expect.poll(read).toMatchObject({ decimalSign: 'point', status: 'finished' });
    await importIt();
    expect((await productOf(admin, 'stool')).minPriceCents).toBe(125_000);
  });

  it('a file cannot be imported while its columns are changed', async () => {
    await admin.go('/import', 'CSV import');
    await preview('vases.csv', 'Handle,Title,Variant Price\nvase,Vase,20.00\n');
    await button('Change columns').click();
    await button('Keep the columns').waitFor();
    expect(await button('Import').isEnabled()).toBe(false);
    await button('Keep the columns').click();
    await isReady('Import').toBe(true);
  });

  it('changed columns keep the other meanings of a column and the order of the images that the API gave', async () => {
    const { core } = admin.shop;
    const staff = await aStaffMember(core);
    const { id } = await beginImport(core, staff, { fileName: 'shared.csv' });
    const content = 'Article,Brand,Care,Photo,Photo 2,Net\nJug,Holm,Dry,https://img.example/1.jpg,https://img.example/2.jpg,20.00\n';
    await appendToImport(core, staff, { id, position: 0, content });
    const columns = {
      name: 'Article',
      sku: 'Article',
      brand: 'Brand',
      metadata: ['Care', 'Brand'],
      images: ['Photo 2', 'Photo'],
      price: 'Net',
    };
    await startImport(core, staff, contract.imports.start.input.parse({ id, mode: 'preview', mapping: { columns } }));
    const storedColumns = async () => {
      const stored = await core.db.selectFrom('catalog_imports').select('mapping').where('id', '=', id).executeTakeFirst();
      return stored?.mapping?.columns;
    };
    await admin.go('/import', 'CSV import');
    await button('shared.csv').click();
    await isReady('Import').toBe(true);
    await button('Change columns').click();
    await page.getByText('Images in this order: Photo 2, Photo.').waitFor();
    const meaning = (label: string) => page.getByRole('combobox', { name: label, exact: true });
    expect(await meaning('Article becomes').inputValue()).toBe('Name');
    expect(await meaning('Article also becomes').inputValue()).toBe('SKU');
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => admin.wideTables()).toEqual([]);
    await admin.shoot('import-meanings-390');
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(await admin.axe()).toEqual([]);
    await button('Preview with these columns').click();
    await isReady('Import').toBe(true);
    expect(await storedColumns()).toEqual(columns);
    await button('Change columns').click();
    await button('Another meaning of Care').click();
    await meaning('Care also becomes').click();
    await page.getByRole('option', { name: 'Tags', exact: true }).click();
    await meaning('Brand becomes').click();
    await page.getByRole('option', { name: 'Not imported', exact: true }).click();
    expect(await meaning('Brand becomes').inputValue()).toBe('Metadata of the product');
    await button('Preview with these columns').click();
    await isReady('Import').toBe(true);
    await importIt();
    const { brand: _, ...others } = columns;
    expect(await storedColumns()).toEqual({ ...others, tags: ['Care'] });
    expect(await productOf(admin, 'jug')).toMatchObject({ brand: null, tags: ['Dry'], metadata: { Care: 'Dry', Brand: 'Holm' } });
  });
});
