/** Writes `shipping_methods` and `shipping_bands`. */
import type { ShippingMethodId } from '@cartwright/contracts';
import { now, type Tx } from '../kernel/index.ts';
import type { ShippingMethodFields } from './shipping-method.policy.ts';

/** The columns that staff set. */
const toShippingMethodRow = (fields: ShippingMethodFields) => ({
  name: fields.name,
  currency: fields.currency,
  countries: fields.countries,
  regions: fields.regions,
  freeFromCents: fields.freeFromCents,
  position: fields.position,
  active: fields.active,
});

/** Tx step: adds a method with its bands and returns its id. */
export const insertShippingMethod = async (tx: Tx, fields: ShippingMethodFields): Promise<ShippingMethodId> => {
  const id = tx.ids.next<ShippingMethodId>();
  await tx.db
    .insertInto('shipping_methods')
    .values({ id, ...toShippingMethodRow(fields) })
    .execute();
  await writeBands(tx, id, fields);
  return id;
};

/** Tx step: replaces a locked method and its bands; it gets the version after `version`. */
export const changeShippingMethod = async (
  tx: Tx,
  { id, version }: { readonly id: ShippingMethodId; readonly version: number },
  fields: ShippingMethodFields,
): Promise<void> => {
  await tx.db
    .updateTable('shipping_methods')
    .set({ ...toShippingMethodRow(fields), version: version + 1, updatedAt: now })
    .where('id', '=', id)
    .execute();
  await writeBands(tx, id, fields);
};

/** Tx step: deletes a method; the database deletes its bands with it. Returns whether there was one. */
export const removeShippingMethod = async (tx: Tx, id: ShippingMethodId): Promise<boolean> =>
  (await tx.db.deleteFrom('shipping_methods').where('id', '=', id).returning('id').executeTakeFirst()) !== undefined;

/** Replaces the bands of a method. */
const writeBands = async (tx: Tx, methodId: ShippingMethodId, { bands }: ShippingMethodFields): Promise<void> => {
  await tx.db.deleteFrom('shipping_bands').where('methodId', '=', methodId).execute();
  await tx.db
    .insertInto('shipping_bands')
    .values(
      bands.map((band, position) => ({
        methodId,
        position,
        minWeightGrams: band.minWeightGrams,
        maxWeightGrams: band.maxWeightGrams,
        minSubtotalCents: band.minSubtotalCents,
        maxSubtotalCents: band.maxSubtotalCents,
        priceCents: band.priceCents,
      })),
    )
    .execute();
};
