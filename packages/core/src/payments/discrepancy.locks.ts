/** The row lock on discrepancies. The payment is always locked first. */
import { notFound, type Tx } from '../kernel/index.ts';
import { discrepancyColumns, type StoredDiscrepancy } from './discrepancy.queries.ts';

/** Locks an open discrepancy of a locked payment. Throws `NOT_FOUND` for one that was resolved meanwhile. */
export const lockDiscrepancy = async (tx: Tx, id: string): Promise<StoredDiscrepancy> => {
  const row = await tx.db
    .selectFrom('payment_discrepancies')
    .select(discrepancyColumns)
    .where('id', '=', id)
    .where('resolvedAt', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('This discrepancy', id);
  return row;
};
