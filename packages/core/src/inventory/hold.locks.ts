/** Every row lock on holds of carts. The stock rows of the same variants are locked first. */
import type { CartId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';

export interface HeldUnits {
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** SQL: locks the active holds of a cart on variants, for a larger statement that writes them. */
export const holdsToChange = (cartId: CartId, variantIds: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select variant_id, quantity from holds where cart_id = ${cartId} and state = 'active' and variant_id = any(${variantIds}) for no key update`;

/** Tx step: locks what a cart holds at present, so that it still holds it when this transaction commits. */
export const lockHoldsOfCart = async (tx: Tx, cartId: CartId): Promise<HeldUnits[]> => {
  const { rows } = await sql<HeldUnits>`
    select variant_id as "variantId", quantity from holds where cart_id = ${cartId} and state = 'active' and expires_at > now() for no key update`.execute(
    tx.db,
  );
  return rows;
};

/** Tx step: locks what carts hold at present, without waiting: a hold that another transaction has locked is missing in the answer. */
export const lockFreeHolds = async (tx: Tx, cartIds: readonly CartId[]): Promise<(HeldUnits & { readonly cartId: CartId })[]> => {
  const { rows } = await sql<HeldUnits & { cartId: CartId }>`
    select cart_id as "cartId", variant_id as "variantId", quantity from holds
    where cart_id = any(${cartIds}::uuid[]) and state = 'active' and expires_at > now() order by id for no key update skip locked`.execute(
    tx.db,
  );
  return rows;
};
