/** Reads of reindex runs. */
import { reindexSchema, type Reindex } from '@cartwright/contracts';
import { SearchReindex, type Database } from '@cartwright/db';
import { expressionBuilder, sql } from 'kysely';
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

/** SQL: how often the language of the shop, in which entries and queries take stems, was changed. */
export const languageChanges = expressionBuilder<Database, never>().fn<number>('search_language_changes', []);

/** Whether the language of the shop was changed since the entries were built, and no run is open that rebuilds them. */
export const isReindexDue = async ({ db }: Pick<Core, 'db'>): Promise<boolean> => {
  const { due } = await db
    .selectNoFrom((eb) => {
      const latest = eb.selectFrom('search_reindexes').orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(sql.lit(1));
      const seen = eb.fn.coalesce(latest.select('languageChanges'), sql.lit(0));
      const status = eb.fn.coalesce(latest.select('status'), sql.lit('finished'));
      return eb.and([eb(seen, '<>', languageChanges), eb(status, '=', sql.lit('finished'))]).as('due');
    })
    .executeTakeFirstOrThrow();
  return Boolean(due);
};
