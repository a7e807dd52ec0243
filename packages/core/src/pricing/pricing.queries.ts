/** SQL: whether something with a start and an end, such as a rule or a promo code, is in force at a time. */
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { now } from '../kernel/index.ts';

/** A time as the right side of a comparison; null for now, by the database's clock. */
export const momentOf = (at: Date | null): RawBuilder<Date> => (at === null ? now : sql.val(at));

/** SQL: whether a row with `starts_at` and `ends_at` is in force at a time. */
export const inForce = (at: Expression<Date> = now) =>
  sql<SqlBool>`(starts_at is null or starts_at <= ${at}) and (ends_at is null or ends_at > ${at})`;
