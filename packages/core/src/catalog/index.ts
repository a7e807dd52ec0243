export { createProduct } from './create-product.ts';
export { deleteProduct } from './delete-product.ts';
export { exportProducts } from './export-products.ts';
export { getCatalogImport, importProducts, listCatalogImports } from './import-products.ts';
export { findProduct, getProduct, listCategories, listProducts, listShelfProducts } from './product.queries.ts';
export { runImport } from './run-import.ts';
export { updateProduct } from './update-product.ts';
export { appendToImport, beginImport, startImport } from './upload-import.ts';
