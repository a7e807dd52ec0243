/** Every row lock on holds of carts. The stock rows of the same variants are locked first. */
import type { CartId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { liveHold } from '../read-models/stock-levels.ts';

/** Units of a variant that a hold has. */
export interface HeldUnits {
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** SQL: locks the active holds of carts on variants, for a larger statement that writes them. */
export const holdsToChange = (columns: string, cartIds: readonly CartId[], variantIds: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select ${sql.raw(columns)} from holds h
      where cart_id = any(${cartIds}::uuid[]) and ${liveHold} and variant_id = any(${variantIds})
      for no key update`;

/**
 * Tx step: locks what carts hold at present, so that they still hold it when this transaction commits. With `skipLocked` a hold that
 * another transaction has locked is missing in the answer.
 */
export const lockHoldsOfCarts = async (
  { db }: Tx,
  cartIds: readonly CartId[],
  { skipLocked }: LockWaitPolicy,
): Promise<(HeldUnits & { readonly cartId: CartId })[]> => {
  const held = db
    .selectFrom('holds as h')
    .select(['h.cartId', 'h.variantId', 'h.quantity'])
    .$castTo<HeldUnits & { readonly cartId: CartId }>()
    .where('h.cartId', '=', anyId(cartIds))
    .where(liveHold)
    .orderBy('h.id')
    .forNoKeyUpdate();
  return (skipLocked ? held.skipLocked() : held).execute();
};
