/** Categories with everything below them. */
import { sql, type RawBuilder } from 'kysely';

/** SQL: the ids of the category with this slug and of all its subcategories. */
export const categoriesBelow = (slug: string): RawBuilder<string> => sql<string>`(
  with recursive tree as (select id from categories where slug = ${slug}
    union all select c.id from categories c join tree t on c.parent_id = t.id)
  select id from tree)`;

/** Counts by category with those of its subcategories: choosing a category finds their products as well. */
export const countsWithBelow = (
  counts: Iterable<readonly [categoryId: string, count: number]>,
  categories: ReadonlyMap<string, { readonly id: string; readonly parentId: string | null }>,
): Map<string, number> => {
  const whole = new Map<string, number>();
  for (const [id, count] of counts)
    for (let at = categories.get(id); at; at = at.parentId === null ? undefined : categories.get(at.parentId))
      whole.set(at.id, (whole.get(at.id) ?? 0) + count);
  return whole;
};
