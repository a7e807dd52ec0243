/** Writes `unreadable_values`: the places of sealed values that cannot be read. */
import { sql } from 'kysely';
import type { AnyPlace, SealedColumn, Tx } from '../kernel/index.ts';

/** Records the places of values that could not be read, each once. */
export const noteUnreadable = async ({ db }: Pick<Tx, 'db'>, places: readonly AnyPlace[]): Promise<void> => {
  if (places.length === 0) return;
  await sql`
    insert into unreadable_values (table_name, column_name, row_id)
    select * from unnest(${places.map(([table]) => table)}::text[], ${places.map(([, column]) => column)}::text[], ${places.map(([, , id]) => id)}::text[])
    on conflict do nothing`.execute(db);
};

/** Deletes values of a column from the list. */
export const deleteUnreadable = async (
  { db }: Pick<Tx, 'db'>,
  { table, column }: Pick<SealedColumn, 'table' | 'column'>,
  rowIds: readonly string[],
): Promise<void> => {
  await sql`
      delete from unreadable_values where table_name = ${table} and column_name = ${column} and row_id = any(${rowIds}::text[])`.execute(
    db,
  );
};
