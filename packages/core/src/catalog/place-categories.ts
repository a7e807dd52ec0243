/** The categories of products that name them; missing ones are added. */
import type { CategoryId } from '@cartwright/contracts';
import { anyText, type Tx } from '../kernel/index.ts';
import { insertCategories } from './category.store.ts';
import type { CategoryPlace } from '../read-models/stored-products.ts';
import type { PlacedWrite, ProductWrite } from './product-values.ts';
import { freeSlugs } from './slug.queries.ts';
import { toSlug } from './slug.ts';

interface Node {
  readonly id: CategoryId;
  readonly parentId: CategoryId | null;
  readonly name: string;
}

/** The same text for names that differ in upper and lower case only. */
const caseless = (name: string): string => name.toLowerCase();

/**
 * Tx step: finds the categories of products by their names, and adds missing ones. A category whose place in the tree is given is found
 * there; it and the categories above it are added if they are missing. Where only its name is given, upper and lower case do not matter,
 * but exactly this name comes before others: a product stays in its category if that has the name; otherwise it gets the one at the top
 * level, else the only one of the name, else a new one at the top level.
 */
export const placeInCategories = async (
  tx: Tx,
  writes: readonly ProductWrite[],
): Promise<{ placed: PlacedWrite[]; newCategories: string[] }> => {
  const isStaying = ({ product: { category }, before }: ProductWrite) =>
    category?.above === null && before?.category && caseless(category.name) === caseless(before.category.name);
  const places = writes.flatMap((write) => (write.product.category && !isStaying(write) ? [write.product.category] : []));
  const { idOf, newCategories } = await findOrAdd(tx, places);
  const placed = writes.map((write) => {
    const { product, before } = write;
    const categoryId = isStaying(write) ? (before?.category?.id ?? null) : product.category ? idOf(product.category) : null;
    return { ...write, categoryId };
  });
  return { placed, newCategories };
};

const findOrAdd = async (
  tx: Tx,
  places: readonly CategoryPlace[],
): Promise<{ idOf: (place: CategoryPlace) => CategoryId | null; newCategories: string[] }> => {
  const nodes = await readNamed(tx, [...new Set(places.flatMap(({ name, above }) => [...(above ?? []), name]))]);
  const find = (parentId: CategoryId | null, name: string) => nodes.find((node) => node.parentId === parentId && node.name === name);
  const findByName = (name: string) => {
    const exact = nodes.filter((node) => node.name === name);
    const named = exact.length > 0 ? exact : nodes.filter((node) => caseless(node.name) === caseless(name));
    return named.find(({ parentId }) => parentId === null) ?? (named.length === 1 ? named[0] : undefined);
  };
  /** The node at the end of a path; undefined where a part of it is missing. */
  const findAt = (path: readonly string[]): Node | undefined => {
    let at: Node | undefined;
    for (const [level, name] of path.entries()) {
      at = find(level === 0 ? null : (at?.id ?? null), name);
      if (!at) return undefined;
    }
    return at;
  };
  const pathOf = ({ name, above }: CategoryPlace) => [...(above ?? []), name];
  const unknown = new Set<string>();
  const missing = places.filter(({ name, above }) => {
    if (above !== null) return true;
    if (findByName(name) || unknown.has(caseless(name))) return false;
    unknown.add(caseless(name));
    return true;
  });
  const newCategories: string[] = [];
  const depth = Math.max(0, ...missing.map(({ above }) => (above?.length ?? 0) + 1));
  for (let level = 1; level <= depth; level += 1) {
    const paths = missing
      .map(pathOf)
      .flatMap((path) => (path.length < level || findAt(path.slice(0, level)) ? [] : [path.slice(0, level)]));
    const unique = [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
    const added = await add(
      tx,
      unique.map((path) => ({ name: path.at(-1) ?? '', parentId: findAt(path.slice(0, -1))?.id ?? null })),
    );
    nodes.push(...added);
    newCategories.push(...unique.map((path) => path.join(' > ')));
  }
  return { newCategories, idOf: (place) => (place.above === null ? findByName(place.name) : findAt(pathOf(place)))?.id ?? null };
};

/** Tx step: adds categories below others, in as many statements for many as for one. */
const add = async (tx: Tx, wanted: readonly Omit<Node, 'id'>[]): Promise<Node[]> => {
  if (wanted.length === 0) return [];
  const sorted = wanted.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const slugs = await freeSlugs(
    tx,
    'categories',
    sorted.map(({ name }) => toSlug(name)),
  );
  const added = sorted.map((category, i) => ({ ...category, id: tx.ids.next<CategoryId>(), slug: slugs[i] ?? toSlug(category.name) }));
  await insertCategories(tx, added);
  for (const { id } of added) tx.outbox.add('category.changed', id, { categoryId: id });
  return added;
};

const readNamed = async (tx: Tx, names: readonly string[]): Promise<Node[]> =>
  names.length === 0
    ? []
    : tx.db
        .selectFrom('categories')
        .select(['id', 'parentId', 'name'])
        .$narrowType<{ id: CategoryId; parentId: CategoryId | null }>()
        .where((eb) => eb.or([eb('name', '=', anyText(names)), eb(eb.fn<string>('lower', ['name']), '=', anyText(names.map(caseless)))]))
        .orderBy('id')
        .execute();
