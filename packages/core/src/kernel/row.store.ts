/** Writes rows of the table that its caller names. Only the store of that table calls it. */
import { columnOf, type Database } from '@cartwright/db';
import { sql, type Insertable } from 'kysely';
import type { Tx } from './core.ts';

/**
 * Tx step: inserts rows that all name the same columns; columns that none names get their defaults. They travel as one JSON
 * parameter, so that the statement is the same for any number of rows, and that thousands of values are not each a piece of
 * syntax first, which a long import would pay for in memory.
 */
export const insertRows = async <T extends keyof Database>(
  tx: Pick<Tx, 'db'>,
  table: T,
  rows: readonly Insertable<Database[T]>[],
): Promise<void> => {
  const [first] = rows;
  if (!first) return;
  const names = Object.keys(first) as (keyof Insertable<Database[T]> & string)[];
  const columns = sql.join(names.map((name) => sql.ref(columnOf(name))));
  const records = rows.map((row) => Object.fromEntries(names.map((name) => [columnOf(name), row[name]])));
  await sql`
    insert into ${sql.table(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(records)}::json)`.execute(tx.db);
};
