/** How shipping methods and their bands are stored. */
import type { ShippingMethodId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import type { ShippingMethodFields } from './shipping-method.policy.ts';

/** The columns that staff set. */
export const toShippingMethodRow = (fields: ShippingMethodFields) => ({
  name: fields.name,
  currency: fields.currency,
  countries: fields.countries,
  regions: fields.regions,
  free_from_cents: fields.freeFromCents,
  position: fields.position,
  active: fields.active,
});

/** Tx step: replaces the bands of a method. */
export const writeBands = async (tx: Tx, methodId: ShippingMethodId, { bands }: ShippingMethodFields): Promise<void> => {
  await tx.db.deleteFrom('shipping_bands').where('method_id', '=', methodId).execute();
  await tx.db
    .insertInto('shipping_bands')
    .values(
      bands.map((band, position) => ({
        method_id: methodId,
        position,
        min_weight_grams: band.minWeightGrams,
        max_weight_grams: band.maxWeightGrams,
        min_subtotal_cents: band.minSubtotalCents,
        max_subtotal_cents: band.maxSubtotalCents,
        price_cents: band.priceCents,
      })),
    )
    .execute();
};
