/** Products with their variants and images, categories and collections. */
import { productStatuses, searchSorts, type CollectionRule } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** A category of the tree. */
export const Category = defineEntity({
  name: 'Category',
  tableName: 'categories',
  properties: {
    id: p.uuid().primary(),
    parentId: () => p.manyToOne(Category).mapToPk().fieldName('parent_id').nullable().index().deleteRule('no action'),
    name: p.string().length(100),
    slug: p.string().length(255).unique(),
    description: p.text().nullable(),
    seoTitle: p.text().nullable(),
    seoDescription: p.text().nullable(),
    imageUrl: p.text().nullable(),
    imageAltText: p.text().default(''),
    sortOrder: p.integer().default(0),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'categories_not_own_parent', expression: 'parent_id is null or parent_id <> id' }],
  indexes: [
    {
      name: 'categories_name_unique',
      expression: 'create unique index categories_name_unique on categories (parent_id, name) nulls not distinct',
    },
    { name: 'categories_by_name', expression: 'create index categories_by_name on categories (lower(name))' },
  ],
});

/** Facts of the shop's own about a product or variant, by name. */
export type Metadata = Record<string, string | number | boolean>;
const metadataCheck = (table: string) => ({
  name: `${table}_metadata_size`,
  expression: `jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 32768`,
});

/** An option of a product, such as its size, with its values. */
export interface ProductOption {
  name: string;
  values: string[];
}

/** A product. */
export const Product = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: p.uuid().primary(),
    /** Identifies the product in files and other systems. Stored as given; it does not change with name or slug. */
    handle: p.string().length(255),
    /** The product's web address. */
    slug: p.string().length(255),
    name: p.string().length(255),
    description: p.text().nullable(),
    /** Title and description for search engines and previews of links; null to use name and description. */
    seoTitle: p.text().nullable(),
    seoDescription: p.text().nullable(),
    brand: p.string().length(100).nullable(),
    categoryId: () => p.manyToOne(Category).mapToPk().fieldName('category_id').nullable().index(),
    tags: p.array().defaultRaw(`'{}'`),
    options: p.json<ProductOption[]>().defaultRaw(`'[]'::jsonb`),
    /** Facts of the shop's own that the engine only stores and shows. */
    metadata: p.json<Metadata>().defaultRaw(`'{}'::jsonb`),
    status: p.enum(productStatuses).default('draft'),
    currency: p.character().length(3),
    /** Determines the tax rate, together with the destination. */
    taxClass: p.string().length(30).default('standard'),
    version: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
    /** When a draft is published, and when the product is archived; cleared once done. */
    publishAt: p.datetime().nullable(),
    unpublishAt: p.datetime().nullable(),
    deletedAt: p.datetime().nullable(),
    /** When texts and images of a deleted product were removed; the row stays for the orders that name it. */
    purgedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'products_currency_code', expression: `currency ~ '^[A-Z]{3}$'` },
    metadataCheck('products'),
    { name: 'products_publish_window', expression: 'publish_at is null or unpublish_at is null or unpublish_at > publish_at' },
  ],
  indexes: [
    {
      name: 'products_handle_unique',
      expression: 'create unique index products_handle_unique on products (handle) where deleted_at is null',
    },
    { name: 'products_slug_unique', expression: 'create unique index products_slug_unique on products (slug) where deleted_at is null' },
    {
      name: 'products_published',
      expression: `create index products_published on products (created_at desc, id desc) where status = 'active' and deleted_at is null`,
    },
    { name: 'products_by_name', expression: `create index products_by_name on products (lower(name), id) where deleted_at is null` },
    {
      name: 'products_to_publish',
      expression: 'create index products_to_publish on products (publish_at) where publish_at is not null and deleted_at is null',
    },
    {
      name: 'products_to_unpublish',
      expression: 'create index products_to_unpublish on products (unpublish_at) where unpublish_at is not null and deleted_at is null',
    },
    {
      name: 'products_to_purge',
      expression: 'create index products_to_purge on products (deleted_at) where deleted_at is not null and purged_at is null',
    },
    { name: 'products_tags', expression: 'create index products_tags on products using gin (tags)' },
  ],
});

/** A variant of a product: what is priced, held and sold. */
export const Variant = defineEntity({
  name: 'Variant',
  tableName: 'variants',
  properties: {
    id: p.uuid().primary(),
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').index(),
    sku: p.string().length(255),
    title: p.string().length(255),
    options: p.json<Record<string, string>>().defaultRaw(`'{}'::jsonb`),
    /** Hash of the options, for the constraint that keeps them unique within the product. */
    optionsHash: p.text().generated('((hashtextextended((options)::text, (0)::bigint))::text) stored').nullable(),
    position: p.integer().default(0),
    priceCents: p.bigint('number'),
    compareAtPriceCents: p.bigint('number').nullable(),
    weightGrams: p.integer().nullable(),
    /** EAN, UPC, ISBN or a number of the shop's own. */
    barcode: p.string().length(100).nullable(),
    /** What the shop pays for a unit; staff only. */
    costCents: p.bigint('number').nullable(),
    imageId: () => p.manyToOne(ProductImage).mapToPk().fieldName('image_id').nullable().index().deleteRule('set null'),
    metadata: p.json<Metadata>().defaultRaw(`'{}'::jsonb`),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
    /** When its product was deleted: the SKU is free from then on. */
    deletedAt: p.datetime().nullable(),
  },
  uniques: [{ name: 'variants_options_unique', properties: ['productId', 'optionsHash'], deferMode: 'immediate' }],
  indexes: [
    { name: 'variants_sku_unique', expression: 'create unique index variants_sku_unique on variants (sku) where deleted_at is null' },
    {
      name: 'variants_by_barcode',
      expression: 'create index variants_by_barcode on variants (barcode) where barcode is not null and deleted_at is null',
    },
  ],
  checks: [
    { name: 'variants_price_not_negative', expression: 'price_cents >= 0' },
    { name: 'variants_compare_at_not_negative', expression: 'compare_at_price_cents is null or compare_at_price_cents >= 0' },
    { name: 'variants_cost_not_negative', expression: 'cost_cents is null or cost_cents >= 0' },
    metadataCheck('variants'),
    { name: 'variants_weight_not_negative', expression: 'weight_grams is null or weight_grams >= 0' },
  ],
});

/** An image of a product. */
export const ProductImage = defineEntity({
  name: 'ProductImage',
  tableName: 'product_images',
  properties: {
    id: p.uuid().primary(),
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').deleteRule('cascade'),
    url: p.string().length(2048),
    altText: p.string().length(500).default(''),
    position: p.integer(),
  },
  uniques: [{ name: 'product_images_position_unique', properties: ['productId', 'position'] }],
});

/** An earlier slug of a product, under which it can still be found. */
export const SlugRedirect = defineEntity({
  name: 'SlugRedirect',
  tableName: 'slug_redirects',
  properties: {
    slug: p.string().length(255).primary(),
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').index().deleteRule('cascade'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

/** An automatic collection: all products that match its rule. */
export const Collection = defineEntity({
  name: 'Collection',
  tableName: 'collections',
  properties: {
    id: p.uuid().primary(),
    slug: p.string().length(255).unique(),
    name: p.string().length(100),
    description: p.text().nullable(),
    rule: p.json<CollectionRule>(),
    sort: p.enum(searchSorts).default('newest'),
    active: p.boolean().default(true),
    version: p.integer().default(1).version(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'collections_name_unique', expression: 'create unique index collections_name_unique on collections (name)' }],
});
