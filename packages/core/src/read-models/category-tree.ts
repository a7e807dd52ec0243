/** Categories with everything below and above them. */
import { sql, type Expression, type RawBuilder } from 'kysely';

/** SQL: the ids of the category with this slug and of all its subcategories. */
export const categoriesBelow = (slug: Expression<string>): RawBuilder<string> => sql<string>`(
  with recursive below as (
    select id from categories where slug = ${slug}
    union all select c.id from categories c join below b on c.parent_id = b.id)
  select id from below)`;

/** SQL: the ids, as texts, of the category with this id and of every category above it. */
export const categoriesAbove = (categoryId: Expression<string | null>): RawBuilder<string> => sql<string>`(
  with recursive above as (
    select c.id, c.parent_id from categories c where c.id = ${categoryId}
    union all select c.id, c.parent_id from categories c join above a on c.id = a.parent_id)
  select id::text from above)`;
