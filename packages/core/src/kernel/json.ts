import { sql, type RawBuilder } from 'kysely';

/** A JSON parameter. Needed for arrays: the driver would send those as PostgreSQL arrays. */
export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`;
