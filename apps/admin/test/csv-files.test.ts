/** CSV import and export in a browser. */
import { readFileSync } from 'node:fs';
import { findProduct } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { chromiumPath, type AdminInBrowser } from './open-admin.ts';
import { productOf, signedIn } from './signed-in.ts';

describe.skipIf(!chromiumPath)('CSV files in the admin', () => {
  let admin: AdminInBrowser;
  signedIn((opened) => (admin = opened));

  it('a large file is imported in the background, and the catalogue is exported as CSV', async () => {
    const { page } = admin;
    const rows = Array.from({ length: 1_500 }, (_, n) => `bulk-${n},Bulk ${n},9.00,3\n`).join('');
    await admin.go('/import', 'CSV import');
    const file = {
      name: 'bulk.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`Handle,Title,Variant Price,Variant Inventory Qty\n${rows}`),
    };
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Preview: nothing was written').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('1,500 rows: 1,500 created').waitFor();
    await admin.shoot('import-done');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export all products' }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    expect(text.split('\n').filter((line) => line.startsWith('bulk-'))).toHaveLength(1_500);
  });

  it('the import page shows what an import left out, and the product page its handle', async () => {
    const { page } = admin;
    await admin.go('/import', 'CSV import');
    const buffer = Buffer.from(
      'Handle,Title,Status,Variant Price,Image Src\nGießkanne+,Watering Can,unlisted,19.90,http://img.example/can.jpg\n',
    );
    await page.locator('input[type="file"]').setInputFiles({ name: 'noted.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('1 imported with a note').waitFor({ timeout: 60_000 });
    await page.getByText('Rows with a note').click();
    await page.getByText('The image is skipped: Image Src must start with https://.').waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => admin.wideTables()).toEqual([]);
    await admin.shoot('import-report-390');
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported', { exact: true }).waitFor({ timeout: 60_000 });
    await admin.go(`/products/${(await findProduct(admin.shop.core, { slug: 'Gießkanne+' }))?.id}`, 'Watering Can');
    expect(await page.getByLabel('Handle').inputValue()).toBe('Gießkanne+');
    await page.getByText('Unlisted', { exact: true }).first().waitFor();
    expect(await admin.axe()).toEqual([]);
  });

  it('staff download the failed rows after a preview and after an import, correct them and import them', async () => {
    const { page } = admin;
    const upload = async (name: string, text: string) => {
      await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
      await page.getByRole('button', { name: 'Preview' }).click();
      await page.getByText('Preview: nothing was written').waitFor();
    };
    const importFile = async () => {
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('Imported', { exact: true }).waitFor();
    };
    const button = page.getByRole('button', { name: 'Download failed rows' });
    const failedRows = async () => {
      const saved = page.waitForEvent('download');
      await button.click();
      const file = await saved;
      expect(file.suggestedFilename()).toBe('spring-failed.csv');
      return readFileSync(await file.path(), 'utf8');
    };
    await admin.go('/import', 'CSV import');
    await upload('spring.csv', 'Handle,Title,Variant Price\nraked,Rake,12.00\nhoed,Hoe,cheap\n');
    await button.waitFor();
    expect(await admin.axe()).toEqual([]);
    const previewed = await failedRows();
    expect(previewed).toMatch(/^\uFEFF?reasons,Handle,Title,Variant Price\r?\n/);
    expect(previewed).toContain('hoed,Hoe,cheap');
    expect(previewed).not.toContain('raked');
    await importFile();
    const failed = await failedRows();
    expect(failed).toBe(previewed);
    await upload('corrected.csv', failed.replace('Hoe,cheap', 'Hoe,8.00'));
    await button.waitFor({ state: 'detached' });
    await importFile();
    expect((await productOf(admin, 'hoed')).minPriceCents).toBe(800);
  });

  it('a file of unknown columns is imported once staff have said what each column becomes', async () => {
    const { page } = admin;
    const rows = 'Sack;Kode;Net;Colour;Stapel;Remark\nRucksack;R-1;49,00;Red;3;old\nRucksack;R-2;49,00;Blue;0;\n';
    await admin.go('/import', 'CSV import');
    await page.locator('input[type="file"]').setInputFiles({ name: 'bags.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Choose a column for Name and Price.').waitFor({ timeout: 60_000 });
    await page.getByText('Rucksack', { exact: true }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Colour becomes' }).inputValue()).toBe('Option 1');
    const become = async (column: string, field: string) => {
      await page.getByRole('combobox', { name: `${column} becomes` }).click();
      await page.getByRole('option', { name: field, exact: true }).click();
    };
    await become('Sack', 'Name');
    await become('Kode', 'SKU');
    await become('Net', 'SKU');
    await page.getByText('Choose one column for SKU').first().waitFor();
    await become('Net', 'Price');
    await become('Stapel', 'Stock');
    await page.getByRole('textbox', { name: 'Brand of the products' }).fill('Acme');
    await page.getByRole('combobox', { name: 'Sold when sold out' }).click();
    await page.getByRole('option', { name: 'Yes', exact: true }).click();
    expect(await admin.axe()).toEqual([]);
    await admin.shoot('import-columns');
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => admin.wideTables()).toEqual([]);
    await admin.shoot('import-columns-390');
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByRole('button', { name: 'Preview with these columns' }).click();
    await page.getByText('2 rows: 2 created').waitFor({ timeout: 60_000 });
    await page.getByText('Remark (1 row)').waitFor();
    await page.getByRole('button', { name: 'Change columns' }).click();
    await page.getByRole('button', { name: 'Keep the columns' }).waitFor();
    await become('Remark', 'Metadata of the product');
    await page.getByRole('button', { name: 'Preview with these columns' }).click();
    await page.getByText('2 rows: 2 created').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Imported', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await productOf(admin, 'rucksack')).toMatchObject({
      brand: 'Acme',
      metadata: { Remark: 'old' },
      variants: [
        { sku: 'R-1', options: { Colour: 'Red' }, priceCents: 4_900 },
        { sku: 'R-2', options: { Colour: 'Blue' }, availability: { available: 0, inStock: true } },
      ],
    });
  });
});
