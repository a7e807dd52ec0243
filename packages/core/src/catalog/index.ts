export { changeManyProducts } from './change-many-products.ts';
export { addProductImage, removeProductImage, reorderProductImages, updateProductImage } from './change-product-images.ts';
export { createProduct } from './create-product.ts';
export { deleteProduct } from './delete-product.ts';
export { duplicateProduct } from './duplicate-product.ts';
export { exportProducts } from './export-products.ts';
export { getProductStock } from './get-product-stock.ts';
export { getCatalogImport, importProducts, listCatalogImports } from './import-products.ts';
export { createCategory, deleteCategory, updateCategory } from './manage-categories.ts';
export { createCollection, deleteCollection, getCollection, listCollections, updateCollection } from './manage-collections.ts';
export {
  createStockJoin,
  findProduct,
  findProductVersion,
  getProduct,
  listCategories,
  listProducts,
  listShelfProducts,
} from './product.queries.ts';
export { listBrands, listTags } from './label.queries.ts';
export { discountProduct, setProductPrice, setProductStock } from './reprice-product.ts';
export { runImport } from './run-import.ts';
export { purgeDeletedProducts } from './purge-deleted-products.ts';
export { activateProduct, deactivateProduct, shelveDueProducts } from './shelve-product.ts';
export { updateProduct } from './update-product.ts';
export { appendToImport, beginImport, startImport } from './upload-import.ts';
