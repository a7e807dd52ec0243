import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';

/** The owner of a cart, by the column of `carts` that names it. */
export type CartOwner = readonly [column: 'user_id' | 'guest_token_hash', value: string];

/** Distinct categories and brands of the lines in the latest open cart of an owner; both empty without one. */
export const readCartAffinity = async (
  { db }: Pick<Reader, 'db'>,
  [column, value]: CartOwner,
): Promise<{ categoryIds: string[]; brands: string[] }> => {
  const { rows } = await sql<{ categories: string[]; brands: string[] }>`
    select coalesce(array_agg(distinct p.category_id) filter (where p.category_id is not null), '{}') as categories,
      coalesce(array_agg(distinct p.brand) filter (where p.brand is not null), '{}') as brands
    from (select c.id from carts c where c.${sql.id(column)} = ${value} and c.status = 'active' order by c.updated_at desc limit 1) c
    join cart_items i on i.cart_id = c.id join variants v on v.id = i.variant_id join products p on p.id = v.product_id`.execute(db);
  return { categoryIds: rows[0]?.categories ?? [], brands: rows[0]?.brands ?? [] };
};
