/** Common table expressions for reads: Kysely's own `with` hands out builders that write. */
import type { Database } from '@cartwright/db';
import type { Expression, QueryCreator } from 'kysely';
import type { ReadOnlyDb } from './core.ts';

type Selects<DB> = Pick<QueryCreator<DB>, 'selectFrom' | 'selectNoFrom'>;
interface CommonTable<N extends string> {
  /** Has its rows collected before the rest of the query. */
  materialized(): CommonTable<N>;
  /** Only for the type. */
  readonly name?: N;
}

/** Builds a query that reads tables and common table expressions. */
export interface CommonTables<DB> extends Selects<DB> {
  with<N extends string, O>(
    name: N | ((cte: <T extends string>(name: T) => CommonTable<T>) => CommonTable<N>),
    query: (creator: Selects<DB>) => Expression<O>,
  ): CommonTables<DB & { [K in N]: O }>;
}

/** Begins a query with common table expressions. */
export const commonTables = (db: ReadOnlyDb): CommonTables<Database> => db as unknown as CommonTables<Database>;
