/** Creates and changes many products in a fixed number of statements, and some more for each variant of the shop whose stock changes. */
import { isDeepStrictEqual } from 'node:util';
import type { CategoryId, Metadata, Product, ProductId, ProductImageId, ProductTextName } from '@cartwright/contracts';
import { sql } from 'kysely';
import { changeOnHand, lockFreedStock, setBackorderLimit } from '../inventory/index.ts';
import { anyText, type Actor, type Tx } from '../kernel/index.ts';
import { recordPriceChanges } from '../pricing/index.ts';
import type { KnownProduct, KnownVariant } from '../read-models/product-files.ts';
import { insertTopCategories } from './category.store.ts';
import { addVariants, explainTaken, optionsKey, optionsOf, titleOf } from './create-product.ts';
import { deleteImagesOf, insertImages, type NewImage } from './product-image.store.ts';
import { reviseProducts } from './product-revision.store.ts';
import { eachText } from './product.texts.ts';
import { insertProducts } from './product.store.ts';
import { freeProductSlugs, freeSlugs } from './slug.queries.ts';
import { toSlug } from './slug.ts';
import { isNewOffer } from './update-product.ts';
import { reviseVariants } from './variant.store.ts';

/** A variant as it is to be, and the existing variant that it changes; null for a new one. */
export interface VariantValues {
  readonly sku: string;
  readonly options: Record<string, string>;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly barcode: string | null;
  readonly costCents: number | null;
  /** Address of the image that shows the variant, among those of the product. */
  readonly imageUrl: string | null;
  readonly metadata: Metadata;
  readonly stock: number;
  readonly backorderLimit: number;
  readonly before: KnownVariant | null;
}
/** A product as it is to be. An undefined value stays as it is, or gets the default of a new product. */
export interface ProductValues {
  readonly handle: string;
  /** The currency of a new product; an existing one keeps its own. */
  readonly currency: string;
  readonly name: string;
  readonly texts: Readonly<Record<ProductTextName, string | null | undefined>>;
  readonly brand: string | null | undefined;
  /** The name of its category, which is created when there is none. */
  readonly category: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly metadata: Metadata | undefined;
  readonly status: Product['status'] | undefined;
  readonly variants: readonly VariantValues[];
  /** All its images, or none to leave those of an existing product unchanged. */
  readonly images: readonly { readonly url: string; readonly altText: string }[];
}
/** A product to write under this id, and the locked product that it changes; null for a new one. */
export interface ProductWrite {
  readonly id: ProductId;
  readonly product: ProductValues;
  readonly known: KnownProduct | null;
}
interface Placed extends ProductWrite {
  readonly categoryId: CategoryId | null;
}
type Update = Placed & { readonly known: KnownProduct };

/** What the statements changed. */
export interface WrittenProducts {
  /** Existing products whose own fields or images changed. */
  readonly changed: ReadonlySet<ProductId>;
  /** The outcome of each existing variant; the others were created. */
  readonly outcomes: ReadonlyMap<VariantValues, 'updated' | 'unchanged'>;
  /** Names of the categories that were added. */
  readonly newCategories: readonly string[];
}

/**
 * Tx step: creates and changes products that were locked by `lockProductsByHandle`, and announces those that changed.
 * Throws a `DomainError` when the database refuses one of them; nothing is known of the others then.
 */
export const writeProducts = async (tx: Tx, actor: Actor, writes: readonly ProductWrite[]): Promise<WrittenProducts> => {
  try {
    const { placed, newCategories } = await withCategories(tx, writes);
    await createAll(
      tx,
      actor,
      placed.filter(({ known }) => known === null),
    );
    const updated = await updateAll(
      tx,
      actor,
      placed.flatMap((write) => (write.known ? [{ ...write, known: write.known }] : [])),
    );
    return { ...updated, newCategories };
  } catch (error) {
    throw explainTaken(error);
  }
};

/** The product that has a SKU. */
export interface SkuOwner {
  readonly productId: ProductId;
  readonly handle: string;
}
/** The products that have these SKUs, by SKU. */
export const findSkuOwners = async (tx: Tx, skus: readonly string[]): Promise<Map<string, SkuOwner>> => {
  const rows = await tx.db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select(['v.sku', 'p.id', 'p.handle'])
    .where('v.sku', '=', anyText(skus))
    .where('v.deletedAt', 'is', null)
    .execute();
  return new Map(rows.map(({ sku, id, handle }) => [sku, { productId: id as ProductId, handle }]));
};

/**
 * Tx step: finds the categories of products by their exact names, and adds missing ones at the top level. A product
 * stays in its category when that has the name; otherwise it gets the one at the top level, or the only one of the
 * name.
 */
const withCategories = async (tx: Tx, writes: readonly ProductWrite[]): Promise<{ placed: Placed[]; newCategories: string[] }> => {
  const isStaying = ({ product, known }: ProductWrite) => known?.category?.name === product.category;
  const names = [...new Set(writes.flatMap((one) => (one.product.category && !isStaying(one) ? [one.product.category] : [])))].toSorted();
  const byName = new Map<string, CategoryId>();
  const newCategories: string[] = [];
  if (names.length > 0) {
    for (const { name, id } of await findCategories(tx, names)) byName.set(name, id);
    const missing = names.filter((name) => !byName.has(name));
    const slugs = await freeSlugs(
      tx,
      'categories',
      missing.map((name) => toSlug(name)),
    );
    const made = missing.map((name, i) => ({ id: tx.ids.next<CategoryId>(), name, slug: slugs[i] ?? toSlug(name) }));
    await insertTopCategories(tx, made);
    for (const { id, name } of made) {
      byName.set(name, id);
      newCategories.push(name);
      tx.outbox.add('category.changed', id, { categoryId: id });
    }
  }
  const placed = writes.map((one) => {
    const { product, known } = one;
    const categoryId = product.category ? (isStaying(one) ? (known?.category?.id ?? null) : (byName.get(product.category) ?? null)) : null;
    return { ...one, categoryId };
  });
  return { placed, newCategories };
};

const findCategories = async (tx: Tx, names: readonly string[]): Promise<{ id: CategoryId; name: string }[]> => {
  const rows = await tx.db
    .selectFrom('categories')
    .select(({ fn, cast }) => {
      const first = fn.min(cast<string>('id', 'text'));
      return ['name', fn.coalesce(first.filterWhere('parentId', 'is', null), first).as('id')];
    })
    .where('name', '=', anyText(names))
    .groupBy('name')
    .having((eb) => eb.or([eb(eb.fn.countAll(), '=', sql.lit(1)), eb.fn<boolean>('bool_or', [eb('parentId', 'is', null)])]))
    .execute();
  return rows.map(({ id, name }) => ({ id: id as CategoryId, name }));
};

const createAll = async (tx: Tx, actor: Actor, pairs: readonly Placed[]): Promise<void> => {
  if (pairs.length === 0) return;
  // Products whose handle is a slug get it before those whose slug merely equals it.
  const inTurn = pairs.toSorted((a, b) => Number(isSlug(b.product.handle)) - Number(isSlug(a.product.handle)));
  const slugs = await freeProductSlugs(
    tx,
    inTurn.map(({ product: { handle } }) => ({ slug: toSlug(handle, 255), handle })),
  );
  const slugOf = new Map(inTurn.map(({ id }, i) => [id, slugs[i]]));
  await insertProducts(
    tx,
    pairs.map(({ id, product, categoryId }) => ({
      id,
      handle: product.handle,
      slug: slugOf.get(id) ?? toSlug(product.handle, 255),
      name: product.name,
      ...eachText((text) => product.texts[text] ?? null),
      brand: product.brand ?? null,
      categoryId,
      tags: product.tags ?? [],
      options: optionsOf(product.variants.map((v) => v.options)),
      metadata: product.metadata ?? {},
      status: product.status ?? 'active',
      currency: product.currency,
    })),
  );
  const images = newImages(tx, pairs);
  await insertImages(tx, images);
  const imageIds = idsByUrl(images);
  await addVariants(
    tx,
    actor,
    pairs.flatMap(({ id, product }) =>
      product.variants.map((variant, position) => ({ ...variant, productId: id, position, imageId: imageIds(id, variant.imageUrl) })),
    ),
  );
  for (const { id } of pairs) tx.outbox.add('product.created', id, { productId: id });
};

const isSlug = (handle: string): boolean => toSlug(handle, 255) === handle;

const newImages = (tx: Tx, pairs: readonly Pick<ProductWrite, 'id' | 'product'>[]): NewImage[] =>
  pairs.flatMap(({ id, product }) =>
    product.images.map(({ url, altText }, i) => ({ id: tx.ids.next<ProductImageId>(), productId: id, url, altText, position: i + 1 })),
  );

/** Finds the image of a product by its address. */
const idsByUrl = (images: readonly Pick<NewImage, 'id' | 'productId' | 'url'>[]) => {
  const ids = new Map(images.map(({ id, productId, url }) => [`${productId} ${url}`, id]));
  return (productId: ProductId, url: string | null): ProductImageId | null =>
    url === null ? null : (ids.get(`${productId} ${url}`) ?? null);
};

const updateAll = async (tx: Tx, actor: Actor, pairs: readonly Update[]): Promise<Omit<WrittenProducts, 'newCategories'>> => {
  if (pairs.length === 0) return { changed: new Set(), outcomes: new Map() };
  const changed = await updateFields(tx, pairs);
  const images = await replaceImages(tx, pairs);
  for (const id of images.replaced) changed.add(id);
  // Before new variants are added, which may take the options that others give up.
  const outcomes = await updateVariants(tx, actor, pairs, images);
  const fresh = pairs.flatMap(({ id, known, product }) =>
    product.variants
      .filter(({ before }) => before === null)
      .map((variant, i) => ({
        ...variant,
        productId: id,
        position: known.variants.length + i,
        imageId: images.idOf(id, variant.imageUrl),
      })),
  );
  await addVariants(tx, actor, fresh);
  for (const { id, product } of pairs)
    if (changed.has(id) || product.variants.some((variant) => outcomes.get(variant) !== 'unchanged'))
      tx.outbox.add('product.updated', id, { productId: id });
  return { changed, outcomes };
};

/**
 * Changes the products whose own fields differ; returns their ids. Values without a column in the file stay. A changed
 * status clears the publishing date.
 */
const updateFields = async (tx: Tx, pairs: readonly Update[]): Promise<Set<ProductId>> => {
  const wanted = pairs.map(({ id, product, known, categoryId }) => {
    const kept = known.variants.map(
      ({ id: variantId, options }) => product.variants.find((v) => v.before?.id === variantId)?.options ?? options,
    );
    const added = product.variants.filter(({ before }) => before === null).map((v) => v.options);
    const { name, texts, brand, tags, metadata, status, category } = product;
    const given = Object.entries({ ...texts, brand, tags, metadata, status, category }).flatMap(([column, value]) =>
      value === undefined ? [] : [column],
    );
    return { id, name, ...texts, brand, tags, metadata, status, categoryId, given, options: optionsOf([...kept, ...added]) };
  });
  return new Set(await reviseProducts(tx, wanted));
};

/** The images of products after a file was written. */
interface ImagesNow {
  /** The products whose images were replaced, so that none of their variants has one. */
  readonly replaced: ReadonlySet<ProductId>;
  readonly idOf: ReturnType<typeof idsByUrl>;
}

/** A file with images names all of them; a file without leaves them unchanged. */
const replaceImages = async (tx: Tx, pairs: readonly Update[]): Promise<ImagesNow> => {
  const differing = pairs.filter(
    ({ product, known }) =>
      product.images.length > 0 &&
      (product.images.length !== known.images.length ||
        product.images.some((image, i) => image.url !== known.images[i]?.url || image.altText !== known.images[i]?.altText)),
  );
  const replaced = new Set(differing.map(({ id }) => id));
  const images = newImages(tx, differing);
  if (differing.length > 0) {
    await deleteImagesOf(tx, [...replaced]);
    await insertImages(tx, images);
  }
  const kept = pairs.flatMap(({ id, known }) => (replaced.has(id) ? [] : known.images.map((image) => ({ ...image, productId: id }))));
  return { replaced, idOf: idsByUrl([...images, ...kept]) };
};

/** SKUs, prices, facts, options and stock of the variants that the shop has; returns the outcome of each. */
const updateVariants = async (tx: Tx, actor: Actor, pairs: readonly Update[], images: ImagesNow): Promise<WrittenProducts['outcomes']> => {
  const both = pairs.flatMap(({ id, product }) =>
    product.variants.flatMap((wanted) => (wanted.before ? [{ productId: id, before: wanted.before, wanted }] : [])),
  );
  const changed = both.filter(
    ({ before, wanted }) =>
      before.sku !== wanted.sku ||
      before.priceCents !== wanted.priceCents ||
      before.compareAtPriceCents !== wanted.compareAtPriceCents ||
      before.weightGrams !== wanted.weightGrams ||
      before.barcode !== wanted.barcode ||
      before.costCents !== wanted.costCents ||
      before.imageUrl !== wanted.imageUrl ||
      !isDeepStrictEqual(before.metadata, wanted.metadata) ||
      optionsKey(before.options) !== optionsKey(wanted.options),
  );
  // With their images, variants lost them.
  const bare = both.filter((one) => images.replaced.has(one.productId) && one.wanted.imageUrl !== null && !changed.includes(one));
  const revised = [...changed, ...bare];
  if (revised.length > 0) {
    const rows = revised.map(({ productId, before, wanted }) => ({
      ...wanted,
      id: before.id,
      title: titleOf(wanted.options),
      imageId: images.idOf(productId, wanted.imageUrl),
    }));
    await reviseVariants(tx, rows);
    const repriced = changed.filter(({ before, wanted }) => isNewOffer(wanted, before));
    await recordPriceChanges(
      tx,
      'import',
      repriced.map(({ before, wanted }) => ({ variantId: before.id, priceCents: wanted.priceCents })),
    );
  }
  const restocked = both.filter(({ before, wanted }) => before.onHand !== wanted.stock || before.backorderLimit !== wanted.backorderLimit);
  const locked = await lockFreedStock(
    tx,
    restocked.map(({ before }) => before.id),
  );
  for (const { before, wanted } of restocked) {
    const stock = locked.get(before.id);
    if (!stock) continue;
    const change = { delta: wanted.stock - stock.onHand, kind: 'adjusted', reason: 'CSV import' } as const;
    // What lets more be sold comes first, so that only both changes together are judged.
    if (change.delta > 0) await changeOnHand(tx, actor, stock, change);
    await setBackorderLimit(tx, { ...stock, onHand: Math.max(stock.onHand, wanted.stock) }, wanted.backorderLimit);
    if (change.delta < 0) await changeOnHand(tx, actor, { ...stock, backorderLimit: wanted.backorderLimit }, change);
  }
  const touched = new Set([...changed, ...restocked].map(({ wanted }) => wanted));
  return new Map(both.map(({ wanted }) => [wanted, touched.has(wanted) ? 'updated' : 'unchanged']));
};
