/** The lock on checks of sealed columns. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import type { KnownColumns } from './sealed-check.store.ts';

/** How far a column has been checked. */
export interface SealedCheck {
  readonly table: string;
  readonly column: string;
  readonly after: string | null;
}

/**
 * Tx step: claims the column that was checked longest ago, at least `roundHours` ago, and that no other worker has
 * claimed; undefined when there is none. `known` are the pairs of table and column that this version can read.
 */
export const lockNextCheck = async (tx: Tx, known: KnownColumns, roundHours: number): Promise<SealedCheck | undefined> => {
  const { rows } = await sql<SealedCheck>`
    select table_name as "table", column_name as "column", checked_to as after from sealed_checks
    where (table_name, column_name) in (select * from ${known})
      and (finished_at is null or finished_at < now() - make_interval(hours => ${roundHours}))
    order by checked_to is null, finished_at nulls first, table_name, column_name limit 1 for update skip locked`.execute(tx.db);
  return rows[0];
};
