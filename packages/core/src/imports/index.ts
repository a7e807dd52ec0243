export { exportProducts } from './export-products.ts';
export { getCatalogImport, importProducts, listCatalogImports } from './import-products.ts';
export { inspectImport } from './inspect-import.ts';
export { purgeImportFiles } from './purge-import-files.ts';
export { exportFailedRows } from './failed-rows.ts';
export { runImport } from './run-import.ts';
export { appendToImport, beginImport, cancelImport, startImport } from './upload-import.ts';
