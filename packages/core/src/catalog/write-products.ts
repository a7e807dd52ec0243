/** Creates and changes many products in a fixed number of statements. */
import { eachProductText, type ProductId } from '@cartwright/contracts';
import type { Actor, Tx } from '../kernel/index.ts';
import { addVariants, optionsOf } from './create-product.ts';
import { insertImages } from './product-image.store.ts';
import { reviseProducts } from './product-revision.store.ts';
import { insertProducts } from './product.store.ts';
import { placeInCategories } from './place-categories.ts';
import type { PlacedWrite, ProductUpdate, ProductWrite, VariantValues, WrittenProducts } from './product-values.ts';
import { idsByUrl, newImages, replaceImages } from './replace-images.ts';
import { freeProductSlugs } from './slug.queries.ts';
import { toSlug } from './slug.ts';
import { explainTaken } from './taken-names.ts';
import { updateVariants } from './update-variants.ts';

/**
 * Tx step: creates and changes products that were locked by `lockProductsByHandle`, and announces those that changed. `reason` is recorded
 * with changes of the units on hand. Throws a `DomainError` when the database refuses one of them; the caller may then write them one by
 * one.
 */
export const writeProducts = async (tx: Tx, actor: Actor, writes: readonly ProductWrite[], reason: string): Promise<WrittenProducts> => {
  try {
    const { placed, newCategories } = await placeInCategories(tx, writes);
    await createAll(
      tx,
      actor,
      placed.filter(({ before }) => before === null),
    );
    const updated = await updateAll(
      tx,
      actor,
      placed.flatMap((write) => (write.before ? [{ ...write, before: write.before }] : [])),
      reason,
    );
    return { ...updated, newCategories };
  } catch (error) {
    throw explainTaken(error);
  }
};

const createAll = async (tx: Tx, actor: Actor, pairs: readonly PlacedWrite[]): Promise<void> => {
  if (pairs.length === 0) return;
  // Products whose address is a slug already get it before those whose slug merely equals it.
  const inTurn = pairs.toSorted((a, b) => Number(isSlug(b.product.address)) - Number(isSlug(a.product.address)));
  const slugs = await freeProductSlugs(
    tx,
    inTurn.map(({ product: { address, handle } }) => ({ slug: toSlug(address, 255), handle })),
  );
  const slugOf = new Map(inTurn.map(({ id }, i) => [id, slugs[i]]));
  await insertProducts(
    tx,
    pairs.map(({ id, product, categoryId }) => ({
      id,
      handle: product.handle,
      slug: slugOf.get(id) ?? toSlug(product.address, 255),
      name: product.name,
      ...eachProductText((text) => product[text] ?? null),
      brand: product.brand ?? null,
      categoryId,
      tags: product.tags ?? [],
      options: optionsOf(product.variants.map((v) => v.options)),
      metadata: product.metadata ?? {},
      status: product.status ?? 'active',
      currency: product.currency,
      publishAt: product.publishAt ?? null,
      unpublishAt: product.unpublishAt ?? null,
    })),
  );
  const images = newImages(tx, pairs);
  await insertImages(tx, images);
  const imageIds = idsByUrl(images);
  await addVariants(
    tx,
    actor,
    pairs.flatMap(({ id, product }) =>
      product.variants.map((variant, position) => ({
        ...newVariant(variant),
        productId: id,
        position,
        imageId: imageIds(id, variant.imageUrl),
      })),
    ),
  );
  for (const { id } of pairs) tx.outbox.add('product.created', id, { productId: id });
};

/** A variant with its opening stock. */
const newVariant = ({ onHand = 0, backorderLimit, backorderLimitIfNone = 0, tracked = true, ...variant }: VariantValues) => ({
  ...variant,
  stock: onHand,
  backorderLimit: backorderLimit ?? backorderLimitIfNone,
  tracked,
});

const isSlug = (address: string): boolean => toSlug(address, 255) === address;

const updateAll = async (
  tx: Tx,
  actor: Actor,
  pairs: readonly ProductUpdate[],
  reason: string,
): Promise<Omit<WrittenProducts, 'newCategories'>> => {
  if (pairs.length === 0) return { changed: new Set(), outcomes: new Map() };
  const changed = await updateFields(tx, pairs);
  const images = await replaceImages(tx, pairs);
  for (const id of images.replaced) changed.add(id);
  // Before new variants are added, which may take the options that others give up.
  const outcomes = await updateVariants(tx, actor, pairs, { images, reason });
  const fresh = pairs.flatMap(({ id, before: stored, product }) =>
    product.variants
      .filter(({ before }) => before === null)
      .map((variant, i) => ({
        ...newVariant(variant),
        productId: id,
        position: stored.variants.length + i,
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
 * Changes the products whose own fields differ; returns their ids. Undefined values stay. A changed status clears the publishing date.
 */
const updateFields = async (tx: Tx, pairs: readonly ProductUpdate[]): Promise<Set<ProductId>> => {
  const wanted = pairs.map(({ id, product, before: stored, categoryId }) => {
    const kept = stored.variants.map(
      ({ id: variantId, options }) => product.variants.find((v) => v.before?.id === variantId)?.options ?? options,
    );
    const added = product.variants.filter(({ before }) => before === null).map((v) => v.options);
    const { name, brand, tags, metadata, status, category, publishAt, unpublishAt } = product;
    const texts = eachProductText((text) => product[text]);
    const given = Object.entries({ ...texts, brand, tags, metadata, status, category, publishAt, unpublishAt }).flatMap(([column, value]) =>
      value === undefined ? [] : [column],
    );
    const options = optionsOf([...kept, ...added]);
    return { id, name, ...texts, brand, tags, metadata, status, publishAt, unpublishAt, categoryId, given, options };
  });
  return new Set(await reviseProducts(tx, wanted));
};
