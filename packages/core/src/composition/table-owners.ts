/**
 * Which domain owns each table. Only the owner writes it, and only the owner and `read-models` read it; other domains call a step or a
 * read that the owner exports. A new table without an owner does not compile, and `table-owners.test.ts` reads the tables out of every
 * statement, SQL function and trigger.
 */
import type { Database } from '@cartwright/db';

/** Owner of each table: a folder of `packages/core/src`. */
export const tableOwners = {
  audit_log: 'audit',
  backorders: 'inventory',
  cart_items: 'carts',
  carts: 'carts',
  catalog_import_chunks: 'imports',
  catalog_import_keys: 'imports',
  catalog_import_lines: 'imports',
  catalog_import_names: 'imports',
  catalog_import_rows: 'imports',
  catalog_imports: 'imports',
  categories: 'catalog',
  collections: 'catalog',
  credit_notes: 'invoicing',
  disputes: 'payments',
  event_consumers: 'events',
  event_deliveries: 'events',
  event_subscriptions: 'events',
  flash_purchases: 'flash-sales',
  flash_sale_items: 'flash-sales',
  flash_sales: 'flash-sales',
  gateway_catch_ups: 'payments',
  gateway_events: 'payments',
  holds: 'inventory',
  idempotency_keys: 'kernel',
  installation: 'kernel',
  invoice_series: 'invoicing',
  invoices: 'invoicing',
  limit_counters: 'kernel',
  location_levels: 'inventory',
  mails: 'notifications',
  notifications: 'notifications',
  order_credits: 'store-credit',
  order_edits: 'order-edits',
  order_items: 'orders',
  order_log: 'orders',
  order_return_lines: 'returns',
  order_return_refunds: 'returns',
  order_returns: 'returns',
  order_status_changes: 'orders',
  order_views: 'orders',
  orders: 'orders',
  outbox_events: 'kernel',
  payment_discrepancies: 'payments',
  payments: 'payments',
  permanent_keys: 'kernel',
  price_changes: 'pricing',
  price_list_prices: 'pricing',
  price_lists: 'pricing',
  pricing_rules: 'pricing',
  product_images: 'catalog',
  products: 'catalog',
  promo_codes: 'pricing',
  promo_redemptions: 'pricing',
  purchase_claims: 'orders',
  purchase_counts: 'orders',
  refresh_tokens: 'accounts',
  refunds: 'payments',
  sandbox_charges: 'payments',
  sandbox_disputes: 'payments',
  sandbox_events: 'payments',
  sandbox_refunds: 'payments',
  sealed_checks: 'operations',
  search_entries: 'search',
  search_hidden_entries: 'search',
  search_queue: 'search',
  search_reindexes: 'search',
  search_trends: 'search',
  search_words: 'search',
  sessions: 'accounts',
  shipment_lines: 'orders',
  shipments: 'orders',
  shipping_bands: 'pricing',
  shipping_methods: 'pricing',
  sign_in_tries: 'accounts',
  signing_keys: 'accounts',
  slug_redirects: 'catalog',
  stock_allocations: 'inventory',
  stock_levels: 'inventory',
  stock_locations: 'inventory',
  stock_movements: 'inventory',
  store_credit_movements: 'store-credit',
  store_credits: 'store-credit',
  store_settings: 'pricing',
  tax_rates: 'pricing',
  unreadable_values: 'operations',
  users: 'accounts',
  variants: 'catalog',
  waiting_places: 'flash-sales',
  waiting_rooms: 'flash-sales',
} as const satisfies Record<keyof Database, string>;

/** A table with an owner. */
export type Table = keyof typeof tableOwners;
/** A domain that owns tables. */
export type Domain = (typeof tableOwners)[Table];

/** A table that a second domain writes, with the reason. */
export const sharedWrites: readonly { readonly table: Table; readonly domain: Domain; readonly reason: string }[] = [
  {
    table: 'outbox_events',
    domain: 'events',
    reason: 'the relay marks events in the statement that creates their deliveries; the kernel inserts them, because every domain does',
  },
];

/** Tables of other domains that a domain, or one of its files, reads in statements of its own, with the reason. */
export const foreignReads: readonly { readonly from: string; readonly tables: readonly Table[]; readonly reason: string }[] = [
  {
    from: 'events/',
    tables: ['outbox_events'],
    reason: 'the table of events belongs to the kernel, because every domain adds to it',
  },
  {
    from: 'inventory/stock.locks.ts',
    tables: ['variants'],
    reason: 'the statement that locks stock names the product of each variant, for the events about it',
  },
  {
    from: 'inventory/cart-hold.store.ts',
    tables: ['variants'],
    reason: 'the same, for the statements that hold and release units of carts: measured, add to cart and checkout',
  },
  {
    from: 'inventory/stock-movement.store.ts',
    tables: ['order_items', 'orders'],
    reason: 'the insert into the stock ledger names the line and the number of each order: measured, settlement',
  },
];

/** A function in the database: its owner, and why it is there and not in the domain's code. */
export interface SqlFunction {
  readonly owner: Domain;
  readonly kind: 'guards' | 'derives';
  readonly reason: string;
}

/**
 * Every function of the database. It guards a rule that no code may break, or derives a value from rows; rules of the shop stand in the
 * domains.
 */
export const sqlFunctions: Readonly<Record<string, SqlFunction>> = {
  refuse_change: { owner: 'kernel', kind: 'guards', reason: 'append-only tables stay append-only, whoever connects' },
  refuse_ledger_change: { owner: 'inventory', kind: 'guards', reason: 'stock movements stay; they go only with a variant that is purged' },
  categories_stay_a_tree: {
    owner: 'catalog',
    kind: 'guards',
    reason: 'two simultaneous moves could close a cycle that neither of them sees',
  },
  refuse_currency_of_priced_cart: { owner: 'carts', kind: 'guards', reason: 'a cart with prices keeps its currency, whatever writes it' },
  refund_currency: { owner: 'payments', kind: 'guards', reason: 'a refund has the currency of its payment' },
  products_default_handle: { owner: 'catalog', kind: 'derives', reason: 'processes of a version without handles create products with one' },
  refresh_search_entries: {
    owner: 'search',
    kind: 'derives',
    reason: 'the search entry is written in the transaction that changes the product',
  },
  search_after_product_update: { owner: 'search', kind: 'derives', reason: 'refreshes the entries of changed products' },
  search_after_variant_update: { owner: 'search', kind: 'derives', reason: 'refreshes the entries of changed variants' },
  search_after_variant_delete: { owner: 'search', kind: 'derives', reason: 'refreshes the entries of deleted variants' },
  search_after_stock_insert: { owner: 'search', kind: 'derives', reason: 'refreshes the entries of variants with a first stock level' },
  search_after_stock_crossing: {
    owner: 'search',
    kind: 'derives',
    reason: 'queues a product that sells out or comes back, outside the sale',
  },
  search_language: { owner: 'search', kind: 'derives', reason: 'the language in which entries and queries take stems' },
  search_language_changes: { owner: 'search', kind: 'derives', reason: 'how often that language was changed, so that a rebuild sees it' },
  search_text: { owner: 'search', kind: 'derives', reason: 'the normalisation that entries, queries and known words share' },
  search_stem: { owner: 'search', kind: 'derives', reason: 'the stem of a word, the same in entries and queries' },
  search_field: { owner: 'search', kind: 'derives', reason: 'the words of names, labels and SKUs in an entry' },
  search_prose: { owner: 'search', kind: 'derives', reason: 'the words of descriptions in an entry' },
  search_term: { owner: 'search', kind: 'derives', reason: 'one typed word, as a part of the query' },
  search_query: { owner: 'search', kind: 'derives', reason: 'the query of typed words, by the same normalisation as the entries' },
  search_sign: { owner: 'search', kind: 'derives', reason: 'the word of a text of signs only, such as a star' },
  search_signs: { owner: 'search', kind: 'derives', reason: 'the patterns of typed words with signs, such as c++' },
  search_key: { owner: 'search', kind: 'derives', reason: 'what a label begins with, by the same normalisation, for suggestions' },
  search_name_words: { owner: 'search', kind: 'derives', reason: 'the value of an index: the words of the name of a category' },
  search_labels: { owner: 'search', kind: 'derives', reason: 'the value of an index: what the facets of a product consist of' },
  collection_holds: {
    owner: 'pricing',
    kind: 'derives',
    reason: 'called by processes of versions before read-models/collection-rule.ts only',
  },
};
