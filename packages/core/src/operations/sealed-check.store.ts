/** Writes `sealed_checks`: how far each sealed column has been checked. */
import { now, rowsAs, type SealedColumn, type Tx } from '../kernel/index.ts';

/** Pairs of table and column, as a table of a statement. */
export const knownColumns = (columns: readonly Pick<SealedColumn, 'table' | 'column'>[]) =>
  rowsAs(
    'known',
    columns.map(({ table, column }) => ({ table, column })),
    { table: 'text', column: 'text' },
  );
/** The sealed columns, as a table of a statement. */
export type KnownColumns = ReturnType<typeof knownColumns>;

/** Inserts the columns that have no row yet. `known` are the pairs of table and column that this version can read. */
export const insertChecks = async ({ db }: Pick<Tx, 'db'>, known: KnownColumns): Promise<void> => {
  await db
    .insertInto('sealed_checks')
    .columns(['tableName', 'columnName'])
    .expression((eb) => eb.selectFrom(known).select(['known.table', 'known.column']))
    .onConflict((oc) => oc.doNothing())
    .execute();
};

/** Stores the id of the last checked row of a column; null when all were checked, which ends its round. */
export const setCheckedTo = async (
  { db }: Pick<Tx, 'db'>,
  { table, column }: Pick<SealedColumn, 'table' | 'column'>,
  last: string | null,
): Promise<void> => {
  await db
    .updateTable('sealed_checks')
    .set({ checkedTo: last, ...(last === null && { finishedAt: now }) })
    .where('tableName', '=', table)
    .where('columnName', '=', column)
    .execute();
};
