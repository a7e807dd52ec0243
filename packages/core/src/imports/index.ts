export { exportProducts } from './export-products.ts';
export { getCatalogImport, importProducts, listCatalogImports } from './import-products.ts';
export { runImport } from './run-import.ts';
export { appendToImport, beginImport, cancelImport, startImport } from './upload-import.ts';
