/** Writes `unreadable_values`: the places of sealed values that cannot be read. */
import { anyText, rowsAs, type AnyPlace, type SealedColumn, type Tx } from '../kernel/index.ts';

/** Records the places of values that could not be read, each once. */
export const noteUnreadable = async ({ db }: Pick<Tx, 'db'>, places: readonly AnyPlace[]): Promise<void> => {
  if (places.length === 0) return;
  const rows = places.map(([table, column, id]) => ({ table, column, id }));
  await db
    .insertInto('unreadable_values')
    .columns(['tableName', 'columnName', 'rowId'])
    .expression((eb) =>
      eb
        .selectFrom(rowsAs('place', rows, { table: 'text', column: 'text', id: 'text' }))
        .select(['place.table', 'place.column', 'place.id']),
    )
    .onConflict((oc) => oc.doNothing())
    .execute();
};

/** Deletes values of a column from the list. */
export const deleteUnreadable = async (
  { db }: Pick<Tx, 'db'>,
  { table, column }: Pick<SealedColumn, 'table' | 'column'>,
  rowIds: readonly string[],
): Promise<void> => {
  await db
    .deleteFrom('unreadable_values')
    .where('tableName', '=', table)
    .where('columnName', '=', column)
    .where('rowId', '=', anyText(rowIds))
    .execute();
};
