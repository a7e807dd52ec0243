/** Changes of existing variants of many products at once. */
import { isDeepStrictEqual } from 'node:util';
import type { ProductId } from '@cartwright/contracts';
import { changeOnHand, lockFreedStock, setStockRules, type LockedStock } from '../inventory/index.ts';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import type { StoredVariant, VariantFields } from '../read-models/stored-products.ts';
import { writeVariants } from './change-variants.ts';
import { titleOf } from './create-product.ts';
import type { ProductUpdate, VariantValues, WrittenProducts } from './product-values.ts';
import type { ImagesNow } from './replace-images.ts';

/** The values of the table `variants`. Those of its stock row are compared apart. */
const comparedFields = [
  'sku',
  'options',
  'priceCents',
  'compareAtPriceCents',
  'weightGrams',
  'barcode',
  'costCents',
  'imageUrl',
  'metadata',
] as const satisfies readonly (keyof VariantFields)[];

/** The values of its stock row, where the write has them. */
const stockFields = ['onHand', 'backorderLimit', 'tracked'] as const satisfies readonly (keyof VariantFields)[];

/** Tx step: sets the values of existing variants, with `reason` for the units; returns the outcome of each. */
export const updateVariants = async (
  tx: Tx,
  actor: Actor,
  pairs: readonly ProductUpdate[],
  { images, reason }: { readonly images: ImagesNow; readonly reason: string },
): Promise<WrittenProducts['outcomes']> => {
  const both = pairs.flatMap(({ id, product }) =>
    product.variants.flatMap((wanted) => (wanted.before ? [{ productId: id, before: wanted.before, wanted }] : [])),
  );
  const changed = both.filter(({ before, wanted }) => comparedFields.some((field) => !isDeepStrictEqual(before[field], wanted[field])));
  const bare = withLostImages(pairs, images, changed);
  const revised = [...changed, ...bare];
  const beforeOf = new Map(revised.map(({ before }) => [before.id, before]));
  await writeVariants(
    tx,
    actorName(actor),
    revised.map(({ productId, before, wanted }) => ({
      ...wanted,
      id: before.id,
      title: titleOf(wanted.options),
      imageId: images.idOf(productId, wanted.imageUrl),
    })),
    (id) => beforeOf.get(id),
  );
  const restocked = await restock(tx, actor, both.filter(mayRestock), reason);
  const touched = new Set([...changed, ...restocked].map(({ wanted }) => wanted));
  return new Map(both.map(({ wanted }) => [wanted, touched.has(wanted) ? 'updated' : 'unchanged']));
};

/** Whether a write may change the stock row of a variant, by what was read before the row is locked. */
const mayRestock = ({ before, wanted }: Restocked): boolean =>
  wanted.isWithdrawn === true ||
  (wanted.backorderLimitIfNone !== undefined && before.backorderLimit === 0) ||
  stockFields.some((field) => wanted[field] !== undefined && before[field] !== wanted[field]);

interface Restocked {
  readonly before: StoredVariant;
  readonly wanted: VariantValues;
}
interface Change {
  readonly productId: ProductId;
  readonly before: StoredVariant;
  readonly wanted: Pick<VariantFields, (typeof comparedFields)[number]>;
}

/** The unchanged variants of products whose images were replaced, to get theirs again: those that the write names, and the others. */
const withLostImages = (pairs: readonly ProductUpdate[], { replaced }: ImagesNow, changed: readonly Change[]): Change[] => {
  const written = new Set(changed.map(({ before }) => before.id));
  return pairs
    .filter(({ id }) => replaced.has(id))
    .flatMap(({ id: productId, product, before: stored }) =>
      stored.variants
        .filter((variant) => !written.has(variant.id))
        .map((before) => ({ productId, before, wanted: product.variants.find((one) => one.before?.id === before.id) ?? before })),
    )
    .filter(({ wanted }) => wanted.imageUrl !== null);
};

/**
 * Sets the units on hand and the backorder limits of variants, and whether they are tracked. What is undefined stays as the locked row has
 * it: units may have been sold, and settings changed, since `before` was read. Untracked ones keep the units of the shop. Returns those
 * that changed.
 */
const restock = async <T extends Restocked>(tx: Tx, actor: Actor, given: readonly T[], reason: string): Promise<T[]> => {
  if (given.length === 0) return [];
  const idsOf = (some: readonly T[]) => some.map(({ before }) => before.id);
  const locked = await lockFreedStock(tx, idsOf(given), idsOf(given.filter(({ wanted }) => wanted.isWithdrawn)));
  const restocked = given.flatMap((one) => {
    const stock = locked.get(one.before.id);
    const policy = stock && policyOf(stock, one.wanted);
    if (!policy || stockFields.every((field) => policy[field] === stock[field])) return [];
    const delta = policy.onHand - stock.onHand;
    return [
      { one, change: { stock, delta, ...policy, becomesTracked: policy.tracked && !stock.tracked, kind: 'adjusted', reason } as const },
    ];
  });
  const changes = restocked.map(({ change }) => change);
  // What lets more be sold comes first, so that only both changes together are judged. Units change only of what is tracked afterwards.
  await changeOnHand(
    tx,
    actor,
    changes.filter(({ delta }) => delta > 0),
  );
  await setStockRules(
    tx,
    actor,
    changes.map(({ stock, onHand, backorderLimit, tracked }) => ({
      stock: { ...stock, onHand: Math.max(stock.onHand, onHand) },
      backorderLimit,
      tracked,
    })),
  );
  await changeOnHand(
    tx,
    actor,
    changes.flatMap((change) =>
      change.delta < 0
        ? [{ ...change, stock: { ...change.stock, backorderLimit: change.backorderLimit, tracked: true }, becomesTracked: false }]
        : [],
    ),
  );
  return restocked.map(({ one }) => one);
};

/** What a locked row is to have. A withdrawn variant keeps the units that are reserved, and no other. */
const policyOf = (stock: LockedStock, wanted: VariantValues): Pick<VariantFields, (typeof stockFields)[number]> => {
  if (wanted.isWithdrawn) {
    const { onHand, reserved } = stock;
    return { onHand: Math.min(onHand, reserved), backorderLimit: Math.max(0, reserved - onHand), tracked: true };
  }
  const { tracked = stock.tracked } = wanted;
  return {
    onHand: tracked ? (wanted.onHand ?? stock.onHand) : stock.onHand,
    backorderLimit: wanted.backorderLimit ?? (stock.backorderLimit || (wanted.backorderLimitIfNone ?? 0)),
    tracked,
  };
};
