/** Sealed values that cannot be read: recorded when they are met, found by a check of all columns, listed for staff. */
import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  requireScope,
  rowCount,
  sealedColumns,
  selectPage,
  transact,
  uuidPattern,
  type Actor,
  type Core,
  type AnyPlace,
  type SealedColumn,
  type Sealer,
  type Tx,
} from '../kernel/index.ts';
import { lockNextCheck } from './sealed-check.locks.ts';
import { insertChecks, knownColumns, setCheckedTo } from './sealed-check.store.ts';
import { deleteUnreadable, noteUnreadable } from './unreadable-value.store.ts';

type C = ShopContract['system']['unreadable'];

/** The known unreadable values, newest first. */
export const listUnreadableValues = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'system:read');
  const values = core.db
    .selectFrom('unreadable_values')
    .select(['tableName as table', 'columnName as column', 'rowId', 'foundAt'])
    .orderBy('foundAt', 'desc')
    .orderBy('tableName')
    .orderBy('columnName')
    .orderBy('rowId');
  return selectPage(values, input, (row) => ({ ...row, foundAt: row.foundAt.toISOString() }));
};

interface Stored {
  readonly id: string;
  readonly value: string | null;
}
/** Whether a value can be read, without recording it: the check lists it itself. */
const canRead = (sealer: Sealer, { table, column }: SealedColumn, { id, value }: Stored): boolean =>
  value === null || sealer.canOpen([table, column, id], value);

const pageSize = 1_000;

/**
 * Checks all sealed values, column by column, for up to `forMs`; the next run continues where this one ended. Rewritten
 * values are removed from the list. Returns how many are unreadable. Several workers may run it.
 */
export const checkSealedValues = async (core: Core, forMs = 2_000): Promise<number> => {
  await recheck(core);
  const until = performance.now() + forMs;
  while (performance.now() < until) if (!(await checkPage(core))) break;
  const { n } = await core.db.selectFrom('unreadable_values').select(rowCount.as('n')).executeTakeFirstOrThrow();
  return n;
};

/** The shortest time between the end of one round over all columns and the start of the next. */
const roundHours = 6;

/** Checks a page of the column that was checked longest ago; false when all were checked recently. */
const checkPage = (core: Core): Promise<boolean> =>
  transact(core, async (tx) => {
    const known = knownColumns(sealedColumns);
    await insertChecks(tx, known);
    // Columns of another version are skipped: this version cannot read them.
    const work = await lockNextCheck(tx, known, roundHours);
    const column = sealedColumns.find((c) => c.table === work?.table && c.column === work.column);
    if (!work || !column) return false;
    const page = await readPage(tx, column, work.after);
    const bad = page.filter((stored) => !canRead(tx.sealer, column, stored)).map(({ id }): AnyPlace => [column.table, column.column, id]);
    for (const [table, name, rowId] of bad) tx.log.error({ table, column: name, rowId }, 'a sealed value is damaged and cannot be read');
    await noteUnreadable(tx, bad);
    const last = page.length < pageSize ? null : (page.at(-1)?.id ?? null);
    await setCheckedTo(tx, column, last);
    return true;
  });

const readPage = async ({ db }: Tx, { table, column, id, idType }: SealedColumn, after: string | null): Promise<Stored[]> => {
  const [key, value] = [sql.ref(id), sql.ref(column)];
  const { rows } = await sql<Stored>`
    select ${key}::text as id, ${value} as value from ${sql.table(table)}
    where ${value} is not null and (${after}::text is null or ${key} > ${after}::${sql.raw(idType)})
    order by ${key} limit ${pageSize}`.execute(db);
  return rows;
};

/** Removes values from the list that can be read again or no longer exist. */
const recheck = async (core: Core): Promise<void> => {
  const listed = await core.db
    .selectFrom('unreadable_values')
    .select(['tableName as table', 'columnName as column', 'rowId as id'])
    .orderBy((eb) => eb.fn('random', []))
    .limit(pageSize)
    .execute();
  for (const column of sealedColumns) {
    const ids = listed.flatMap((row) => (row.table === column.table && row.column === column.column ? [row.id] : []));
    const possible = column.idType === 'uuid' ? ids.filter((id) => uuidPattern.test(id)) : ids;
    if (possible.length === 0) continue;
    const [key, value] = [sql.ref(column.id), sql.ref(column.column)];
    const { rows } = await sql<Stored>`
      select ${key}::text as id, ${value} as value from ${sql.table(column.table)}
      where ${key} = any(${possible}::${sql.raw(column.idType)}[])`.execute(core.db);
    const bad = new Set(rows.filter((stored) => !canRead(core.sealer, column, stored)).map(({ id }) => id));
    const mended = ids.filter((id) => !bad.has(id));
    await transact(core, { oneStatement: true }, (tx) => deleteUnreadable(tx, column, mended));
  }
};
