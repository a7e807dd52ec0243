import { sql, type RawBuilder } from 'kysely';

/**
 * `= any of these ids`, for statements outside of transactions that are too long to be planned each time. PostgreSQL looks into
 * a plain array and assumes ten ids where it cannot, and so always finds a custom plan for these ids cheaper than the cached one.
 */
export const anyOf = <T extends string>(ids: readonly T[]): RawBuilder<T> => sql<T>`any(array(select unnest(${ids}::uuid[])))`;
