/** Archived orders: out of every list, but kept, because invoices and ledgers refer to them. */
import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step: archives a locked order. Returns false if it is archived already. */
export const archiveOrder = async (tx: Tx, orderId: OrderId): Promise<boolean> => {
  const { rows } = await sql`
    update orders set archived_at = now(), updated_at = now() where id = ${orderId} and archived_at is null returning id`.execute(tx.db);
  return rows.length > 0;
};
