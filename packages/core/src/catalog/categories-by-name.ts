/** The categories of products that name them; missing ones are added. */
import type { CategoryId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyText, type Tx } from '../kernel/index.ts';
import { insertTopCategories } from './category.store.ts';
import type { PlacedWrite, ProductWrite } from './product-values.ts';
import { freeSlugs } from './slug.queries.ts';
import { toSlug } from './slug.ts';

/**
 * Tx step: finds the categories of products by their exact names, and adds missing ones at the top level. A product
 * stays in its category when that has the name; otherwise it gets the one at the top level, or the only one of the
 * name.
 */
export const withCategories = async (
  tx: Tx,
  writes: readonly ProductWrite[],
): Promise<{ placed: PlacedWrite[]; newCategories: string[] }> => {
  const isStaying = ({ product, before }: ProductWrite) => before?.category?.name === product.category;
  const names = [...new Set(writes.flatMap((one) => (one.product.category && !isStaying(one) ? [one.product.category] : [])))].toSorted();
  const byName = new Map<string, CategoryId>();
  const newCategories: string[] = [];
  if (names.length > 0) {
    for (const { name, id } of await findCategories(tx, names)) byName.set(name, id);
    const missing = names.filter((name) => !byName.has(name));
    const slugs = await freeSlugs(
      tx,
      'categories',
      missing.map((name) => toSlug(name)),
    );
    const made = missing.map((name, i) => ({ id: tx.ids.next<CategoryId>(), name, slug: slugs[i] ?? toSlug(name) }));
    await insertTopCategories(tx, made);
    for (const { id, name } of made) {
      byName.set(name, id);
      newCategories.push(name);
      tx.outbox.add('category.changed', id, { categoryId: id });
    }
  }
  const placed = writes.map((one) => {
    const { product, before } = one;
    const categoryId = product.category ? (isStaying(one) ? (before?.category?.id ?? null) : (byName.get(product.category) ?? null)) : null;
    return { ...one, categoryId };
  });
  return { placed, newCategories };
};

const findCategories = async (tx: Tx, names: readonly string[]): Promise<{ id: CategoryId; name: string }[]> => {
  const rows = await tx.db
    .selectFrom('categories')
    .select(({ fn, cast }) => {
      const first = fn.min(cast<string>('id', 'text'));
      return ['name', fn.coalesce(first.filterWhere('parentId', 'is', null), first).as('id')];
    })
    .where('name', '=', anyText(names))
    .groupBy('name')
    .having((eb) => eb.or([eb(eb.fn.countAll(), '=', sql.lit(1)), eb.fn<boolean>('bool_or', [eb('parentId', 'is', null)])]))
    .execute();
  return rows.map(({ id, name }) => ({ id: id as CategoryId, name }));
};
