/** Changes of the variants that the shop has, for many products at once. */
import { isDeepStrictEqual } from 'node:util';
import { changeOnHand, lockFreedStock, setBackorderLimits } from '../inventory/index.ts';
import type { Actor, Tx } from '../kernel/index.ts';
import type { KnownVariant } from '../read-models/product-files.ts';
import { writeVariants } from './change-variants.ts';
import { optionsKey, titleOf } from './create-product.ts';
import type { ProductUpdate, VariantValues, WrittenProducts } from './product-values.ts';
import type { ImagesNow } from './replace-images.ts';

/** SKUs, prices, facts, options and stock of the variants that the shop has; returns the outcome of each. */
export const updateKnownVariants = async (
  tx: Tx,
  actor: Actor,
  pairs: readonly ProductUpdate[],
  images: ImagesNow,
): Promise<WrittenProducts['outcomes']> => {
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
  const beforeOf = new Map(revised.map(({ before }) => [before.id, before]));
  await writeVariants(
    tx,
    'import',
    revised.map(({ productId, before, wanted }) => ({
      ...wanted,
      id: before.id,
      title: titleOf(wanted.options),
      imageId: images.idOf(productId, wanted.imageUrl),
    })),
    (id) => beforeOf.get(id),
  );
  const restocked = both.filter(({ before, wanted }) => before.onHand !== wanted.stock || before.backorderLimit !== wanted.backorderLimit);
  await restock(tx, actor, restocked);
  const touched = new Set([...changed, ...restocked].map(({ wanted }) => wanted));
  return new Map(both.map(({ wanted }) => [wanted, touched.has(wanted) ? 'updated' : 'unchanged']));
};

/** Sets the units on hand and the backorder limits of variants. */
const restock = async (
  tx: Tx,
  actor: Actor,
  restocked: readonly { readonly before: KnownVariant; readonly wanted: VariantValues }[],
): Promise<void> => {
  if (restocked.length === 0) return;
  const locked = await lockFreedStock(
    tx,
    restocked.map(({ before }) => before.id),
  );
  const changes = restocked.flatMap(({ before, wanted: { stock: onHand, backorderLimit } }) => {
    const stock = locked.get(before.id);
    return stock ? [{ stock, delta: onHand - stock.onHand, onHand, backorderLimit, kind: 'adjusted', reason: 'CSV import' } as const] : [];
  });
  // What lets more be sold comes first, so that only both changes together are judged.
  await changeOnHand(
    tx,
    actor,
    changes.filter(({ delta }) => delta > 0),
  );
  await setBackorderLimits(
    tx,
    changes.map(({ stock, onHand, backorderLimit }) => ({
      stock: { ...stock, onHand: Math.max(stock.onHand, onHand) },
      backorderLimit,
    })),
  );
  await changeOnHand(
    tx,
    actor,
    changes.flatMap((change) =>
      change.delta < 0 ? [{ ...change, stock: { ...change.stock, backorderLimit: change.backorderLimit } }] : [],
    ),
  );
};
