/** The locks of a reindex. */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step: locks the next products, so that no entry is overwritten with the state of its product before a change. */
export const lockNextProducts = async (tx: Tx, after: ProductId | null, limit: number): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    select id from products where deleted_at is null and id > coalesce(${after}, '00000000-0000-0000-0000-000000000000'::uuid) order by id limit ${limit} for share`.execute(
    tx.db,
  );
  return rows.map(({ id }) => id);
};
