/** Units of the catalogue and of its search. */
import { notBuilt, feature, type FeatureArea } from './feature.ts';

export const catalogue: FeatureArea = {
  name: 'Catalogue',
  features: [
    feature(
      'product list: filters, sorting, pages and cursors',
      'products.list products.tags products.brands',
      'a product list filters by category with its subcategories, brand, price and stock, and counts the matches',
      'a walk by cursor lists each product once in every order, even while products are added',
      'a walk of … by relevance keeps its order when a product more than are ranked is added',
      'a walk of … lists the products of its corrected words, however many there are',
      'words list the best matches first by relevance, for buyers and staff, with drafts for staff, also by cursor',
      'more products than are counted are listed newest first, for buyers and staff, instead of ranking all of them',
      'words that find nothing are corrected as in a search, and the answer says how',
      'a list says of a product whether its units are counted',
      'a public read is not sent again to a client that has it until the product changes',
    ),
    feature(
      'one product by id, slug or handle, with present price and stock',
      'products.get',
      'a product is found by a previous slug and by its handle, and the answer contains its current slug',
      'a cached product shows its current stock',
    ),
    feature(
      'create, change, copy, delete and change many products',
      'products.create products.update products.delete products.duplicate products.bulk purgeDeletedProducts',
      'of ten concurrent changes of a product, one succeeds and nine fail with VERSION_MISMATCH',
      'a product is copied as a draft with new SKUs and no stock',
      'a deleted product that was never sold is removed after thirty days, not earlier',
      'only one of eight simultaneous changes with the same If-Match succeeds',
      'a bulk change handles each product separately, and a repeat changes nothing more',
    ),
    feature(
      'publish, archive, price, discount and stock by their own calls',
      'products.publish products.unpublish products.setPrice products.discount products.setStock publishDueProducts',
      'a product is published and archived; a repeat changes nothing',
      'a discount is calculated from the full price, and 0 % removes it',
      'stock on hand can be set, but not below the held units',
    ),
    feature(
      'images: order, primary, texts, allowed hosts',
      'productImages.add productImages.update productImages.reorder productImages.delete',
      'product images are added, reordered, described and removed; the first is the primary',
      'images must be on an allowed host when there is a list of hosts',
    ),
    notBuilt('uploaded images, checked and resized'),
    feature(
      'flash sales: their own units, limits and window',
      'flashSales.create flashSales.buy flashSales.adjustUnits',
      'two thousand buyers of a hundred units get a hundred orders and 1,900 refusals, in few transactions',
      'nothing is sold before the start, after the end or during a pause',
      'the purchase limit is exact for concurrent purchases, and counts an account and its address as one buyer',
    ),
    feature('all fields of a product', 'products.create products.get', 'the … of a product is stored, shown, copied, changed and removed'),
    feature(
      'the tree of categories',
      'categories.tree categories.create categories.update categories.reorder categories.delete',
      'categories are renamed and moved without a cycle, even by concurrent moves',
      'only a category without subcategories can be deleted; its products stay',
    ),
    feature(
      'collections that follow a rule',
      'collections.create collections.update collections.products',
      'a collection follows its rule, and a change from a stale version is refused',
    ),
    feature(
      'variants of a product, with SKU and options of their own',
      'products.update',
      'two variants of a product cannot have the same options, however a variant is added',
      'a SKU has up to 255 characters and can be changed and exchanged',
    ),
    feature(
      'products by their ids in one statement',
      'products.list',
      'products by id come in one statement, in the order of the ids, and only published ones',
    ),
    feature(
      'rebuild of the product index',
      'search.reindex search.reindexProgress runReindex',
      'a reindex rebuilds every row and reports its progress',
      'a reindex continues where a dead worker stopped, after its lease',
    ),
    feature(
      'cached reads that events invalidate',
      'products.get products.list',
      'a read is executed once for all concurrent callers',
      'a change in one process clears the cached read of the other',
    ),
    feature(
      'events of products',
      'product.created product.updated product.deleted product.out_of_stock',
      'events announce that a product is created, changed, counted and deleted',
      'a threshold is also crossed by expired orders, by deliveries and by a change of the threshold itself',
    ),
    feature(
      'import and export of Shopify files',
      'imports.begin imports.start imports.create exportProducts',
      'an import writes the valid products and reports line and reason of each invalid row',
      "importing Shopify's sample files a second time changes nothing",
      "an export of Shopify's sample files imports back to the same catalogue",
      'comes back from its export the same, in the shop that has it and in an empty one',
    ),
    feature(
      'import of WooCommerce, Magento, BigCommerce and any other CSV',
      'imports.inspect imports.start imports.create',
      'files of known formats are recognised by their columns',
      'a file of unknown columns has no format, and its columns have sample values and a suggestion',
      'lists in a cell, weights in other units, paths of categories and names of options are read as the mapping says',
    ),
    feature(
      'failed rows of an import as a CSV file',
      'exportFailedRows',
      'failed rows are downloaded with their reasons, corrected, and imported with every other row unchanged',
    ),
  ],
};

export const search: FeatureArea = {
  name: 'Search',
  features: [
    feature(
      'full text, ranking, typing errors, facets, products that match a cart',
      'search.products',
      'a match in the name ranks above one in the tags, and that above one in the description',
      'misspelt words are corrected when nothing matches, and the result contains the correction',
      'facets count the values that can be chosen next, and a filter does not hide other values of its own kind',
      'products that match the cart of a buyer rank higher, for that buyer only',
    ),
    feature(
      'suggestions while typing',
      'search.suggest',
      'suggestions complete the last word over names, categories and brands, and contain no drafts',
      '… suggests the brand …, by the normalisation that finds its products',
      '… suggests the category …, by the normalisation that finds products',
    ),
    feature(
      'similar products',
      'search.similar',
      'similar products share category or tags, most similar first, without the product itself and drafts',
    ),
    feature(
      'trending products',
      'search.trending refreshTrends',
      'trending products are those of the latest orders and carts; each order counts once, and archived products drop out',
    ),
    feature(
      'cached results that changes invalidate',
      'search.products emptySearchQueue',
      'a search takes at most one statement each for words, missing cards and stock; a repeat is cached until a product changes',
      'a search no longer finds a product as in stock after its last unit is held',
    ),
  ],
};
