/**
 * The only functions that write `carts.status`. An `active` cart ends once: as an order (`converted`), or in the cart of the
 * account that its guest has signed in to (`merged`).
 */
import type { CartId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';

const end = async (tx: Tx, cartIds: readonly CartId[], how: RawBuilder<unknown>): Promise<void> => {
  const { numAffectedRows } = await sql`
    update carts set ${how}, version = version + 1, updated_at = now() where id = any(${cartIds}::uuid[]) and status = 'active'`.execute(
    tx.db,
  );
  if (numAffectedRows !== BigInt(cartIds.length)) throw new Error(`One of the carts ${cartIds.join(', ')} is no longer active`);
};

/** Tx step: closes locked carts because they became orders. */
export const convertCarts = (tx: Tx, cartIds: readonly CartId[]): Promise<void> => end(tx, cartIds, sql`status = 'converted'`);

/** Tx step: closes a locked cart because its lines went into another one. */
export const closeMergedCart = (tx: Tx, cartId: CartId, into: CartId): Promise<void> =>
  end(tx, [cartId], sql`status = 'merged', merged_into = ${into}`);
