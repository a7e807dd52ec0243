/** Writes `sealed_checks`: how far each sealed column has been checked. */
import { sql, type RawBuilder } from 'kysely';
import type { SealedColumn, Tx } from '../kernel/index.ts';

/** Inserts the columns that have no row yet. `known` are the pairs of table and column that this version can read. */
export const insertChecks = async ({ db }: Pick<Tx, 'db'>, known: RawBuilder<unknown>): Promise<void> => {
  await sql`
      insert into sealed_checks (table_name, column_name) select * from ${known} on conflict do nothing`.execute(db);
};

/** Stores the id of the last checked row of a column; null when all were checked, which ends its round. */
export const setCheckedTo = async (
  { db }: Pick<Tx, 'db'>,
  { table, column }: Pick<SealedColumn, 'table' | 'column'>,
  last: string | null,
): Promise<void> => {
  await sql`
      update sealed_checks set checked_to = ${last}, finished_at = case when ${last}::text is null then now() else finished_at end
      where table_name = ${table} and column_name = ${column}`.execute(db);
};
