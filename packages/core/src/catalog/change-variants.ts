/** Changes of variants with the price history, any number of them in the same number of statements. */
import type { ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { actorName, notFound, requireScope, type Actor, type Tx } from '../kernel/index.ts';
import { recordPriceChanges } from '../pricing/index.ts';
import { assertPrices } from './create-product.ts';
import { readVariants } from './product.queries.ts';
import { reviseVariants, type RevisedVariant } from './variant.store.ts';

/** New prices and facts of a variant; a value that is missing stays as it is. */
export type VariantChange = Omit<NonNullable<z.output<ShopContract['products']['update']['input']>['variants']>[number], 'sku'>;

/**
 * Tx step: changes prices and facts of variants of a locked product. `pathOf` names the field of the error for a price above the
 * compare-at price. Throws `NOT_FOUND` for a variant of another product.
 */
export const changeVariants = async (
  tx: Tx,
  actor: Actor,
  productId: ProductId,
  changes: readonly VariantChange[],
  pathOf = (i: number): string => `variants.${i}.compareAtPriceCents`,
): Promise<void> => {
  const before = new Map((await readVariants(tx, productId)).map((variant) => [variant.id, variant]));
  const after = new Map<VariantId, RevisedVariant>();
  for (const [i, change] of changes.entries()) {
    const present = after.get(change.id) ?? before.get(change.id);
    if (!present) throw notFound('A variant of this product');
    const wanted = withChange(present, change);
    if (change.costCents !== undefined || !hasSamePrices(wanted, present)) requireScope(actor, 'pricing:write');
    assertPrices(wanted, pathOf(i));
    after.set(change.id, wanted);
  }
  await writeVariants(tx, actorName(actor), [...after.values()], (id) => before.get(id));
};

const withChange = (present: RevisedVariant, change: VariantChange): RevisedVariant => {
  const {
    priceCents = present.priceCents,
    compareAtPriceCents = present.compareAtPriceCents,
    weightGrams = present.weightGrams,
    barcode = present.barcode,
    costCents = present.costCents,
    imageId = present.imageId,
    metadata = present.metadata,
  } = change;
  return { ...present, priceCents, compareAtPriceCents, weightGrams, barcode, costCents, imageId, metadata };
};

interface Offer {
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
}

const hasSamePrices = (now: Offer, before: Offer): boolean =>
  now.priceCents === before.priceCents && now.compareAtPriceCents === before.compareAtPriceCents;

/** Whether the price history needs an entry: the price or the compare-at price changed, and a reduction starts then. */
const isNewOffer = (now: Offer, before: Offer): boolean =>
  now.priceCents !== before.priceCents || (now.compareAtPriceCents !== null && !hasSamePrices(now, before));

/** Tx step: writes changed variants, each named once, and records the new prices. `beforeOf` finds the prices before the change. */
export const writeVariants = async (
  tx: Tx,
  changedBy: string,
  variants: readonly RevisedVariant[],
  beforeOf: (id: VariantId) => Offer | undefined,
): Promise<void> => {
  if (variants.length === 0) return;
  await reviseVariants(tx, variants);
  const repriced = variants.filter((variant) => {
    const before = beforeOf(variant.id);
    return before && isNewOffer(variant, before);
  });
  await recordPriceChanges(
    tx,
    changedBy,
    repriced.map(({ id, priceCents }) => ({ variantId: id, priceCents })),
  );
};
