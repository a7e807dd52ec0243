/** The categories of products that name them; missing ones are added. */
import type { CategoryId } from '@cartwright/contracts';
import { anyText, type Tx } from '../kernel/index.ts';
import { insertTopCategories } from './category.store.ts';
import type { PlacedWrite, ProductWrite } from './product-values.ts';
import { freeSlugs } from './slug.queries.ts';
import { toSlug } from './slug.ts';

/** The same text for names that differ in upper and lower case only. */
const caseless = (name: string): string => name.toLowerCase();

/**
 * Tx step: finds the categories of products by their names, whatever the case, and adds missing ones at the top level. A product stays in
 * its category when that has the name; otherwise it gets the one with exactly this name before others, and of these the one at the top
 * level, or the only one.
 */
export const withCategories = async (
  tx: Tx,
  writes: readonly ProductWrite[],
): Promise<{ placed: PlacedWrite[]; newCategories: string[] }> => {
  const isStaying = ({ product, before }: ProductWrite) =>
    Boolean(product.category && before?.category && caseless(before.category.name) === caseless(product.category));
  const names = [...new Set(writes.flatMap((one) => (one.product.category && !isStaying(one) ? [one.product.category] : [])))].toSorted();
  const byName = new Map<string, CategoryId>();
  const newCategories: string[] = [];
  if (names.length > 0) {
    const found = await findCategories(tx, names);
    for (const name of names) {
      const id = pick(found, name);
      if (id) byName.set(name, id);
    }
    const unknown = names.filter((name) => !byName.has(name));
    const missing = [...new Map(unknown.toReversed().map((name) => [caseless(name), name])).values()].toReversed();
    const slugs = await freeSlugs(
      tx,
      'categories',
      missing.map((name) => toSlug(name)),
    );
    const made = missing.map((name, i) => ({ id: tx.ids.next<CategoryId>(), name, slug: slugs[i] ?? toSlug(name) }));
    await insertTopCategories(tx, made);
    for (const { id, name } of made) {
      for (const same of unknown) if (caseless(same) === caseless(name)) byName.set(same, id);
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

interface Found {
  readonly id: CategoryId;
  readonly name: string;
  readonly parentId: string | null;
}

/** The category of a name; undefined when there is none, or when several below others have it. */
const pick = (found: readonly Found[], wanted: string): CategoryId | undefined => {
  const exact = found.filter(({ name }) => name === wanted);
  const same = exact.length > 0 ? exact : found.filter(({ name }) => caseless(name) === caseless(wanted));
  return (same.find(({ parentId }) => parentId === null) ?? (same.length === 1 ? same[0] : undefined))?.id;
};

/** The categories that have one of the names, whatever the case. */
const findCategories = (tx: Tx, names: readonly string[]): Promise<Found[]> =>
  tx.db
    .selectFrom('categories')
    .select((eb) => ['id', 'name', eb.ref('parentId').$castTo<string | null>().as('parentId')])
    .where((eb) => eb.or([eb('name', '=', anyText(names)), eb(eb.fn<string>('lower', ['name']), '=', anyText(names.map(caseless)))]))
    .orderBy('id')
    .$narrowType<{ id: CategoryId }>()
    .execute();
