import type { Product, ProductId, ProductImageId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { openStock } from '../inventory/index.ts';
import {
  actorName,
  DomainError,
  notFound,
  requireScope,
  storableText,
  taken,
  transact,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { getShopTerms, recordPriceChanges } from '../pricing/index.ts';
import { assertCategory } from './category.locks.ts';
import { assertImageUrl } from './image.policy.ts';
import { insertImages } from './product-image.store.ts';
import { findProduct } from './product.queries.ts';
import { insertProductUnlessTaken } from './product.store.ts';
import { nameSkuOwner } from './sku.queries.ts';
import { freeHandle, freeProductSlugs } from './slug.queries.ts';
import { deleteRedirect } from './slug.store.ts';
import { toSlug } from './slug.ts';
import { explainTaken, handleTaken, optionsTakenAt, ownOptions, slugTaken } from './taken-names.ts';
import { insertVariants } from './variant.store.ts';

type Input = z.output<ShopContract['products']['create']['input']>;
type NewVariant = Input['variants'][number];

/**
 * Adds a product with its variants, images and opening stock. Throws `SKU_TAKEN`, `SLUG_TAKEN`, `HANDLE_TAKEN`, `OPTIONS_TAKEN`,
 * `INVALID_PRICE`.
 */
export const createProduct = (core: Core, actor: Actor, input: Input): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  requireStockRules(actor, input.variants);
  const answer = transact(core, { once: { answers: true, subject: ({ id }) => id, again: readMadeProduct } }, (tx) =>
    insertProduct(tx, actor, input),
  );
  const skus = input.variants.map(({ sku }, i) => ({ sku, path: `variants.${i}.sku` }));
  return answer.catch(async (error: unknown) => Promise.reject(await nameSkuOwner(core, error, skus)));
};

/** Throws `FORBIDDEN` when a new variant has rules for its stock that the actor may not set. */
export const requireStockRules = (actor: Actor, variants: readonly Pick<NewVariant, 'tracked' | 'backorderLimit'>[]): void => {
  if (variants.some(({ tracked, backorderLimit }) => !tracked || backorderLimit > 0)) requireScope(actor, 'inventory:write');
};

/** Returns the present state of the product that the first call with the key created. Throws `NOT_FOUND` once it is deleted. */
export const readMadeProduct = async (tx: Tx, { subject }: { readonly subject: string }): Promise<Product> => {
  const product = await findProduct(tx, { id: subject });
  if (!product) throw notFound('This product', subject);
  return product;
};

/** Tx step: creates a product with its variants and images. */
export const insertProduct = async (tx: Tx, actor: Actor, input: Input): Promise<Product> => {
  input.variants.forEach((variant, i) => assertPrices(variant, `variants.${i}.compareAtPriceCents`));
  input.images.forEach((image, i) => assertImageUrl(tx, image.url, `images.${i}.url`));
  assertOptionsDiffer(input.variants, [], 'variants');
  if (input.categoryId) await assertCategory(tx, input.categoryId);
  const id = tx.ids.next<ProductId>();
  const currency = input.currency ?? (await getShopTerms(tx, null, null)).currency;
  const options = optionsOf(input.variants.map((v) => v.options));
  try {
    await insertUnderFreeNames(tx, input, (slug, handle) =>
      insertProductUnlessTaken(tx, { ...input, texts: input, id, handle, slug, options, currency }),
    );
    if (input.slug !== undefined) await deleteRedirect(tx, input.slug);
    await appendVariants(tx, actor, id, input.variants, 0);
  } catch (error) {
    throw explainTaken(error, 'variants');
  }
  await insertImages(
    tx,
    input.images.map((image, i) => ({ ...image, id: tx.ids.next<ProductImageId>(), productId: id, position: i + 1 })),
  );
  tx.outbox.add('product.created', id, { productId: id });
  const product = await findProduct(tx, { id });
  if (!product) throw new Error('A product that was just written does not exist');
  return product;
};

/**
 * Writes a product's own row. A slug or handle that the caller did not choose is generated; when another transaction
 * takes it at the same moment, the next free one is tried. Throws `SLUG_TAKEN` or `HANDLE_TAKEN` for one that the
 * caller chose.
 */
const insertUnderFreeNames = async (
  tx: Tx,
  { slug: chosenSlug, handle: chosenHandle, name }: Pick<Input, 'slug' | 'handle' | 'name'>,
  insert: (slug: string, handle: string) => Promise<boolean>,
): Promise<void> => {
  for (;;) {
    const made = toSlug(name);
    const slug = chosenSlug ?? (await freeProductSlugs(tx, [{ slug: made, handle: chosenHandle ?? null }]))[0] ?? made;
    const handle = chosenHandle ?? (await freeHandle(tx, slug));
    if (await insert(slug, handle)) return;
    const rows = await tx.db
      .selectFrom('products')
      .select(['slug', 'handle'])
      .where('deletedAt', 'is', null)
      .where((eb) => eb.or([eb('slug', '=', slug), eb('handle', '=', handle)]))
      .execute();
    if (chosenHandle !== undefined && rows.some((row) => row.handle === handle)) throw handleTaken(handle);
    if (chosenSlug !== undefined && rows.some((row) => row.slug === slug)) throw slugTaken(slug);
  }
};

/** Tx step: adds variants to a product, with price history and opening stock. */
export const appendVariants = (
  tx: Tx,
  actor: Actor,
  productId: ProductId,
  variants: readonly NewVariant[],
  firstPosition: number,
): Promise<void> =>
  addVariants(
    tx,
    actor,
    variants.map((variant, i) => ({ ...variant, productId, position: firstPosition + i })),
  );

/** A variant that is about to be written. */
type VariantInput = NewVariant & {
  readonly productId: ProductId;
  readonly position: number;
  readonly imageId?: ProductImageId | null;
};

/**
 * Tx step: adds variants of any products. Throws `FORBIDDEN` for an actor who may not set prices, or opening stock when a variant has
 * some.
 */
export const addVariants = async (tx: Tx, actor: Actor, variants: readonly VariantInput[]): Promise<void> => {
  if (variants.length === 0) return;
  requireScope(actor, 'pricing:write');
  const rows = variants.map((variant) => ({
    imageId: null,
    ...variant,
    id: tx.ids.next<VariantId>(),
    title: titleOf(variant.options),
  }));
  await insertVariants(tx, rows);
  await recordPriceChanges(
    tx,
    actorName(actor),
    rows.map(({ id, priceCents }) => ({ variantId: id, priceCents })),
  );
  await openStock(
    tx,
    actor,
    rows.map(({ id, stock, backorderLimit, tracked }) => ({ variantId: id, onHand: stock, backorderLimit, tracked })),
    'opening stock',
  );
};

/** Option names in order of appearance, each with its values in order of appearance. */
export const optionsOf = (variants: readonly Record<string, string>[]): { name: string; values: string[] }[] => {
  const options = new Map<string, Set<string>>();
  for (const variant of variants)
    for (const [name, value] of Object.entries(variant)) {
      const values = options.get(name) ?? new Set<string>();
      options.set(name, values.add(value));
    }
  return [...options].map(([name, values]) => ({ name, values: [...values] }));
};

/** Throws `INVALID_PRICE` with the field at `path` when the compare-at price is below the price. */
export const assertPrices = (variant: { priceCents: number; compareAtPriceCents: number | null }, path: string): void => {
  if (variant.compareAtPriceCents !== null && variant.compareAtPriceCents < variant.priceCents)
    throw new DomainError('INVALID_PRICE', 'The compare-at price must not be below the price.', {
      fields: [{ path, message: 'must not make the compare-at price lower than the price' }],
    });
};

/** A variant's options as a short title. */
export const titleOf = (options: Readonly<Record<string, string>>): string => storableText(Object.values(options).join(' / '), 255);

/** The same text for the same options, whatever their order. */
export const optionsKey = (options: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(options).toSorted(byName));
const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

/** Options as readable text: `Size: S, Color: Red`. */
export const describeOptions = (options: Readonly<Record<string, string>>): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ') || 'no options';

/** Throws `OPTIONS_TAKEN` with the field when a variant has the same options as another new variant or an existing one. */
export const assertOptionsDiffer = (
  variants: readonly { readonly sku: string; readonly options: Record<string, string> }[],
  known: readonly Record<string, string>[],
  path: string,
): void => {
  const used = new Set(known.map(optionsKey));
  for (const [i, { sku, options }] of variants.entries()) {
    if (used.has(optionsKey(options)))
      throw taken(
        'OPTIONS_TAKEN',
        `Another variant of this product has the same options as ${sku} (${describeOptions(options)}).`,
        ownOptions,
        { fields: [optionsTakenAt(`${path}.${i}.options`)] },
      );
    used.add(optionsKey(options));
  }
};
