import { sql, type RawBuilder } from 'kysely';

/**
 * `= any of these ids`, for statements outside of transactions that are too long to be planned each time. PostgreSQL sees into
 * a plain array, counts on ten ids where it cannot, and so always finds a plan for these ids cheaper than the one it keeps.
 */
export const anyOf = (ids: readonly string[]): RawBuilder<unknown> => sql`any(array(select unnest(${ids}::uuid[])))`;
