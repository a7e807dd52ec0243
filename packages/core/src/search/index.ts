export { emptySearchQueue } from './empty-search-queue.ts';
export { listCollectionProducts } from './list-collection-products.ts';
export { listSimilarProducts } from './list-similar-products.ts';
export { listTrendingProducts } from './list-trending-products.ts';
export { createPostgresSearch } from './postgres.engine.ts';
export { refreshTrends } from './refresh-trends.ts';
export { findReindex, runReindex, startReindex } from './reindex.runs.ts';
export { searchProducts } from './search-products.ts';
export { suggestProducts } from './suggest-products.ts';
