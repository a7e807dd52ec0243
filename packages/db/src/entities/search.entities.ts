/** The tables of the search. Triggers and the search domain write them; no other domain reads them. */
import { reindexStatuses } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { Product } from './catalog.entities.ts';

/** One row for each published product, written by triggers. */
export const SearchEntry = defineEntity({
  name: 'SearchEntry',
  tableName: 'search_entries',
  properties: {
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').primary().updateRule('no action').deleteRule('cascade'),
    document: p.string().columnType('tsvector').lazy().hidden(),
    name: p.string().length(255),
    brand: p.string().length(100).nullable(),
    categoryId: p.uuid().nullable(),
    tags: p.array(),
    /** `Name:Value` of every variant. */
    options: p.array(),
    currency: p.character().length(3),
    minPriceCents: p.bigint('number'),
    maxPriceCents: p.bigint('number'),
    inStock: p.boolean(),
    createdAt: p.datetime(),
    /** The facet values as JSON: category, brand, tags, options, lowest and highest price. A generated column. */
    labels: p.text(),
    /** Counts up in the order in which products were listed first; written again, an entry keeps it. */
    number: p.bigint('number'),
  },
  indexes: [
    {
      name: 'search_entries_words',
      // What is looked for together with words, so that only entries that have all of it are read; blocks of 8,192 numbers, so that a
      // search can read the newest entries of common words only.
      expression:
        'create index search_entries_words on search_entries using gin (document, (array[(number >> 13)::int]), (array[category_id]), ' +
        '(array[brand::text]), tags, options) with (fastupdate = off)',
    },
    {
      name: 'search_entries_category',
      expression: 'create index search_entries_category on search_entries (category_id, created_at desc)',
    },
    { name: 'search_entries_brand', expression: 'create index search_entries_brand on search_entries (brand, created_at desc)' },
    {
      name: 'search_entries_newest',
      expression: 'create index search_entries_newest on search_entries (created_at desc, product_id desc)',
    },
    { name: 'search_entries_price', expression: 'create index search_entries_price on search_entries (min_price_cents, product_id)' },
    { name: 'search_entries_name', expression: 'create index search_entries_name on search_entries (lower(name), product_id)' },
  ],
});

/** The words of a product that no buyer finds, because it is not published, for the lists of staff. Written by triggers. */
export const SearchHiddenEntry = defineEntity({
  name: 'SearchHiddenEntry',
  tableName: 'search_hidden_entries',
  properties: {
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').primary().updateRule('no action').deleteRule('cascade'),
    document: p.string().columnType('tsvector').lazy().hidden(),
  },
  indexes: [
    {
      name: 'search_hidden_entries_document',
      expression: 'create index search_hidden_entries_document on search_hidden_entries using gin (document) with (fastupdate = off)',
    },
  ],
});

/** Words of names, brands and tags, to correct misspelt search words. */
export const SearchWord = defineEntity({
  name: 'SearchWord',
  tableName: 'search_words',
  properties: { word: p.string().length(64).primary() },
  indexes: [{ name: 'search_words_alike', expression: 'create index search_words_alike on search_words using gin (word gin_trgm_ops)' }],
});

/** The current demand for a product. Products without carts and orders have no row. */
export const SearchTrend = defineEntity({
  name: 'SearchTrend',
  tableName: 'search_trends',
  properties: {
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').primary().updateRule('no action').deleteRule('cascade'),
    score: p.double(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'search_trends_score', expression: 'score > 0' }],
  indexes: [{ name: 'search_trends_score_index', expression: 'create index search_trends_score_index on search_trends (score desc)' }],
});

/** Products whose words or availability must be updated. Append-only, so that writers never wait for each other. */
export const SearchQueueItem = defineEntity({
  name: 'SearchQueueItem',
  tableName: 'search_queue',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    productId: p.uuid(),
  },
});

/** A run that rebuilds the row of every product. */
export const SearchReindex = defineEntity({
  name: 'SearchReindex',
  tableName: 'search_reindexes',
  properties: {
    id: p.uuid().primary(),
    status: p.enum(reindexStatuses).default('queued'),
    productCount: p.integer(),
    processedCount: p.integer().default(0),
    /** The changes of the shop's search language up to the start of the run; after another one the run begins anew. */
    languageChanges: p.integer().default(0),
    /** The last processed product; the run resumes after it. */
    cursorId: p.uuid().nullable(),
    /** Increases with each claim; the holder of an older claim can no longer write. */
    fence: p.integer().default(0),
    lockedUntil: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'search_reindexes_finished', expression: `(status = 'finished') = (finished_at is not null)` }],
  indexes: [
    {
      name: 'search_reindexes_one_at_a_time',
      expression: `create unique index search_reindexes_one_at_a_time on search_reindexes ((true)) where status <> 'finished'`,
    },
  ],
});
