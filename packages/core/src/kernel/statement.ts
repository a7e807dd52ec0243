/** Parts of statements that PostgreSQL has and the query builder does not name. */
import { columnOf, type Database } from '@cartwright/db';
import { sql, type AliasedRawBuilder, type Expression, type RawBuilder, type SqlBool } from 'kysely';

/** The time of the transaction, by the database's clock. */
export const now = sql<Date>`now()`;

/** The time some minutes after `now`; negative for before. */
export const minutesFromNow = (count: number): RawBuilder<Date> => secondsFromNow(count * 60);

/** A span of seconds, fractions included: what is added to an instant or subtracted from it. */
export const seconds = (count: number): RawBuilder<Date> => sql<Date>`make_interval(secs => ${count})`;

/** The time some seconds after `now`, fractions included; negative for before. */
export const secondsFromNow = (count: number): RawBuilder<Date> => sql<Date>`now() + ${seconds(count)}`;

/** The time some days after `now`; negative for before. */
export const daysFromNow = (count: number): RawBuilder<Date> => secondsFromNow(count * 86_400);

/** The whole seconds until an instant, at least 1: how long a caller should wait. */
export const secondsUntil = (instant: Expression<Date | null>): RawBuilder<number> =>
  sql<number>`greatest(1, ceil(extract(epoch from ${instant} - now())))::int`;

/**
 * Any of these ids, as the right side of `=`: one parameter, so that the statement is the same for any number of ids.
 * @param plan - `kept` for a long statement that runs outside of transactions: PostgreSQL looks into a plain array, finds a plan for just
 * these ids cheaper, and plans the statement anew each time. Unnesting the ids hides them, and costs a little each time.
 */
export const anyId = <T extends string>(ids: readonly T[], plan: 'for these ids' | 'kept' = 'for these ids'): RawBuilder<T> =>
  plan === 'kept' ? sql<T>`any(array(select unnest(${ids}::uuid[])))` : sql<T>`any(${ids}::uuid[])`;

/** Any of these texts, as the right side of `=`. */
export const anyText = <T extends string>(texts: readonly T[]): RawBuilder<T> => sql<T>`any(${texts}::text[])`;

/**
 * Columns of a table in a `select` that is written as text, named as in TypeScript: `p.order_id as "orderId"` for `orderId`. Statements of
 * the builder need no such names.
 */
export const columnsAs = <T extends keyof Database>(alias: string, names: readonly (keyof Database[T] & string)[]): RawBuilder<unknown> =>
  sql.raw(names.map((name) => `${alias}.${columnOf(name)} as "${name}"`).join(', '));

/** Constants as literals of the statement, for `in`: with parameters the planner may not see that a partial index has the rows. */
export const literals = <T extends string>(...values: readonly T[]): RawBuilder<T>[] => values.map((value) => sql.lit(value));

/** A typed text as part of a pattern of `like`: `%`, `_` and `\` stand for themselves. */
export const likeText = (typed: string): string => typed.replace(/[\\%_]/g, '\\$&');

/** Texts as one array. */
export const textArray = (texts: readonly string[]): RawBuilder<string[]> => sql<string[]>`${texts}::text[]`;

/** An empty JSON list: `json_agg` of no rows is null. */
export const emptyList = sql<never[]>`'[]'`;

/** The number of rows, as a number. */
export const rowCount = sql<number>`count(*)::int`;

/** A sum of whole numbers, 0 without rows. */
export const sumOf = (value: Expression<unknown>): RawBuilder<number> => sql<number>`coalesce(sum(${value}), 0)::bigint`;

/** As `sumOf` for a statistic: at most the largest exact number, so that a page is shown whatever it counts. */
export const cappedSumOf = (value: Expression<unknown>): RawBuilder<number> =>
  sql<number>`least(coalesce(sum(${value}), 0), ${sql.lit(Number.MAX_SAFE_INTEGER)})::bigint`;

/** The instant of a column such as `o.placed_at` as the contract shows it: ISO 8601 in UTC with milliseconds. For SQL that is text. */
export const instantTextOf = (column: string): RawBuilder<string> =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** The columns of `rowsAs` as a list of names, for `insert` and `select`. */
export const columnNames = (columns: Readonly<Record<string, ColumnType>>): RawBuilder<unknown> =>
  sql.raw(Object.keys(columns).map(columnOf).join(', '));

/** The types of parameters and of the columns of `rowsAs`. */
export type ColumnType = 'uuid' | 'text' | 'int' | 'bigint' | 'boolean' | 'timestamptz' | 'jsonb' | 'numeric' | 'text[]' | 'uuid[]';

/**
 * Whether a column has the value that a list is filtered by; null for any value. The statement is the same with and without a filter,
 * because statements are prepared by their text.
 */
export const equalsIfGiven = <T>(column: Expression<T>, type: ColumnType, value: NonNullable<T> | null): RawBuilder<SqlBool> =>
  sql`(${value}::${sql.raw(type)} is null or ${column} = ${value})`;

/**
 * Rows as a table of the statement: `.from(rowsAs('l', lines, { variantId: 'uuid', quantity: 'int' }))`. They travel as one JSON
 * parameter, so that the statement is the same for any number of rows.
 */
export const rowsAs = <A extends string, R extends object>(
  alias: A,
  rows: readonly R[],
  columns: { readonly [K in keyof R]-?: ColumnType },
): AliasedRawBuilder<R, A> => {
  const names = (Object.keys(columns) as (keyof R & string)[]).map((name) => [name, columnOf(name)] as const);
  const records = rows.map((row) => Object.fromEntries(names.map(([name, column]) => [column, row[name]])));
  const definition = names.map(([name, column]) => `"${column}" ${columns[name]}`).join(', ');
  return sql<R>`json_to_recordset(${JSON.stringify(records)}::json)`.as<A>(sql.raw(`"${alias}"(${definition})`));
};
