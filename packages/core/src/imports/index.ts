export { exportProducts } from './export-products.ts';
export { getCatalogImport, importProducts, listCatalogImports } from './import-products.ts';
export { purgeImportFiles } from './purge-import-files.ts';
export { exportRefusedRows } from './refused-rows.ts';
export { runImport } from './run-import.ts';
export { appendToImport, beginImport, cancelImport, startImport } from './upload-import.ts';
