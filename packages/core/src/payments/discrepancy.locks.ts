/** The row lock on discrepancies. The payment is always locked first. */
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';
import { discrepancyColumns, type DiscrepancyRow } from './payment.discrepancies.ts';

/** Locks an open discrepancy of a locked payment. Throws `NOT_FOUND` for one that was resolved meanwhile. */
export const lockDiscrepancy = async (tx: Tx, id: string): Promise<DiscrepancyRow> => {
  const { rows } = await sql<DiscrepancyRow>`
    select ${discrepancyColumns} from payment_discrepancies where id = ${id} and resolved_at is null for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This discrepancy');
  return rows[0];
};
