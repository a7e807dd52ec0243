import { sql } from 'kysely';

/** SQL: whether buyers can buy `products p`. An unlisted product is in no list; anybody with its address can buy it. */
export const onSale = sql<boolean>`(p.status in ('active', 'unlisted') and p.deleted_at is null)`;

/** SQL: whether lists show `products p`. */
export const listed = sql<boolean>`(p.status = 'active' and p.deleted_at is null)`;
