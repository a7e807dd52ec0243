/** Reads of reindex runs. */
import { reindexSchema, type Reindex } from '@cartwright/contracts';
import { SearchReindex } from '@cartwright/db';
import { sql } from 'kysely';
import { storedRecord, type Core, type Tx } from '../kernel/index.ts';

/** A run as it is stored and shown. */
export const reindexRecord = storedRecord(SearchReindex, reindexSchema);

/** The latest run, even when it has ended; null when there was none. */
export const findLatestReindex = async ({ db }: Pick<Core | Tx, 'db'>): Promise<Reindex | null> => {
  const row = await db
    .selectFrom('search_reindexes')
    .select(reindexRecord.fields)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(sql.lit(1))
    .executeTakeFirst();
  return row ? reindexRecord.of(row) : null;
};
