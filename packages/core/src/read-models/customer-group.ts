import { sql, type RawBuilder } from 'kysely';

/** SQL: the customer group of an account, whose id is a column such as `carts.user_id`; null for none. */
export const customerGroupOf = (userId: string): RawBuilder<string | null> =>
  sql<string | null>`(select u.customer_group from users u where u.id = ${sql.ref(userId)})`;
