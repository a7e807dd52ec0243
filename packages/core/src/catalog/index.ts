export { createProduct } from './create-product.ts';
export { deleteProduct } from './delete-product.ts';
export { getCatalogImport, importProducts } from './import-products.ts';
export { findProduct, getProduct, listCategories, listProducts, listShelfProducts } from './product.queries.ts';
export { updateProduct } from './update-product.ts';
