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

/** SQL: the language of the store, in which entries and queries take stems. */
export const searchLanguage = expressionBuilder<Database, never>().fn<string>('search_language', []);

/** Whether the entries were built for another language than that of the store, and no run is open that rebuilds them. */
export const isReindexDue = async ({ db }: Pick<Core, 'db'>): Promise<boolean> => {
  const { due } = await db
    .selectNoFrom((eb) => {
      const latest = eb.selectFrom('search_reindexes').orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(sql.lit(1));
      const language = eb.fn.coalesce(latest.select('language'), sql.lit('english'));
      const status = eb.fn.coalesce(latest.select('status'), sql.lit('finished'));
      return eb.and([eb(language, '<>', searchLanguage), eb(status, '=', sql.lit('finished'))]).as('due');
    })
    .executeTakeFirstOrThrow();
  return Boolean(due);
};
