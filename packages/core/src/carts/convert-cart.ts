import type { CartId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step: closes a locked cart because it became an order. */
export const convertCart = async (tx: Tx, cartId: CartId): Promise<void> => {
  await sql`update carts set status = 'converted', version = version + 1, updated_at = now() where id = ${cartId}`.execute(tx.db);
};
