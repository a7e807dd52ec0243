/** The categories and brands that a shopper prefers, by their open cart. */
import { sql } from 'kysely';
import { guestTokenHash, type Actor, type Core, type SearchRequest } from '../kernel/index.ts';

/** Categories and brands of the lines in the latest open cart; null without one, and without a query for actors who cannot have one. */
export const findCartAffinity = async ({ db }: Core, actor: Actor): Promise<SearchRequest['affinity']> => {
  const token = guestTokenHash(actor);
  const owner = actor.kind === 'user' ? sql`c.user_id = ${actor.userId}` : token === null ? null : sql`c.guest_token_hash = ${token}`;
  if (!owner) return null;
  const { rows } = await sql<{ categoryIds: string[]; brands: string[] }>`
    select coalesce(array_agg(distinct p.category_id) filter (where p.category_id is not null), '{}') as "categoryIds",
      coalesce(array_agg(distinct p.brand) filter (where p.brand is not null), '{}') as brands
    from (select c.id from carts c where ${owner} and c.status = 'active' order by c.updated_at desc limit 1) c
    join cart_items i on i.cart_id = c.id join variants v on v.id = i.variant_id join products p on p.id = v.product_id`.execute(db);
  const row = rows[0];
  return row && row.categoryIds.length + row.brands.length > 0 ? row : null;
};
