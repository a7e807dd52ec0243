/** Reads of reindex runs. */
import type { Reindex } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Core, Tx } from '../kernel/index.ts';

/** A run as the database returns it. */
export type ReindexRecord = Omit<Reindex, 'createdAt' | 'finishedAt'> & { createdAt: Date; finishedAt: Date | null };
/** SQL: the columns of a `ReindexRecord`. */
export const reindexColumns = sql`id, status, product_count as "productCount", processed_count as "processedCount", created_at as "createdAt", finished_at as "finishedAt"`;

export const toReindex = (row: ReindexRecord): Reindex => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** The latest run, even when it has ended; null when there was none. */
export const findLatestReindex = async ({ db }: Pick<Core | Tx, 'db'>): Promise<Reindex | null> => {
  const { rows } =
    await sql<ReindexRecord>`select ${reindexColumns} from search_reindexes order by created_at desc, id desc limit 1`.execute(db);
  return rows[0] ? toReindex(rows[0]) : null;
};
