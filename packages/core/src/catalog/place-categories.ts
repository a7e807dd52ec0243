/** The categories of products that name them; missing ones are added. */
import type { CategoryId } from '@cartwright/contracts';
import { anyText, type Tx } from '../kernel/index.ts';
import { insertCategories } from './category.store.ts';
import type { CategoryPlace } from '../read-models/stored-products.ts';
import type { CategoryPath, PlacedWrite, ProductWrite } from './product-values.ts';
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
 * level, else the only one of the name, else a new one at the top level. The categories are the same however many products are written at
 * a time.
 */
export const placeInCategories = async (
  tx: Tx,
  writes: readonly ProductWrite[],
): Promise<{ placed: PlacedWrite[]; newCategories: CategoryPath[] }> => {
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

/**
 * Tx step: adds those categories of these paths that are missing and could be meant by one of the places, which are those with one of its
 * names.
 */
export const addCategories = async (tx: Tx, paths: readonly CategoryPath[], places: readonly CategoryPlace[]): Promise<void> => {
  const names = new Set(places.flatMap(namesOf).map(caseless));
  const meant = paths
    .map((path) => ({ name: path.at(-1) ?? '', above: path.slice(0, -1) }))
    .filter(({ name }) => names.has(caseless(name)));
  if (meant.length > 0) await findOrAdd(tx, meant);
};

const namesOf = ({ name, above }: CategoryPlace): string[] => [...(above ?? []), name];

/** Categories by their place in the tree, and by their name. */
const indexNodes = (all: readonly Node[]) => {
  const byPlace = new Map<string, Node>();
  const byName = new Map<string, Node[]>();
  const placeOf = (parentId: CategoryId | null, name: string) => `${parentId ?? ''} ${name}`;
  const add = (node: Node): void => {
    byPlace.set(placeOf(node.parentId, node.name), node);
    const alike = byName.get(caseless(node.name));
    if (alike) alike.push(node);
    else byName.set(caseless(node.name), [node]);
  };
  for (const node of all) add(node);
  return {
    add,
    at: (parentId: CategoryId | null, name: string) => byPlace.get(placeOf(parentId, name)),
    /** Those whose names differ from this one in upper and lower case only. */
    alike: (name: string): readonly Node[] => byName.get(caseless(name)) ?? [],
  };
};

const findOrAdd = async (
  tx: Tx,
  places: readonly CategoryPlace[],
): Promise<{ idOf: (place: CategoryPlace) => CategoryId | null; newCategories: CategoryPath[] }> => {
  const nodes = indexNodes(await readNamed(tx, [...new Set(places.flatMap(namesOf))]));
  const missing: Missing[] = [];
  const addBelow = (parentId: CategoryId | null, path: readonly string[]): Node => {
    const node = { id: tx.ids.next<CategoryId>(), parentId, name: path.at(-1) ?? '' };
    nodes.add(node);
    missing.push({ node, path });
    return node;
  };
  /** The node at the end of a path, with those above it. */
  const reach = (path: readonly string[]): CategoryId | null => {
    let at: CategoryId | null = null;
    for (const [level, name] of path.entries()) {
      const parentId: CategoryId | null = at;
      at = (nodes.at(parentId, name) ?? addBelow(parentId, path.slice(0, level + 1))).id;
    }
    return at;
  };
  // In the order of the products, as if each was written alone: a product finds the categories that those before it add.
  const ids = new Map(
    places.map((place) => {
      const { name, above } = place;
      return [place, above === null ? (findByName(nodes.alike(name), name) ?? addBelow(null, [name])).id : reach([...above, name])];
    }),
  );
  await addMissing(tx, missing);
  return { newCategories: missing.map(({ path }) => path), idOf: (place) => ids.get(place) ?? null };
};

/** A category to be added, and its place in the tree. */
interface Missing {
  readonly node: Node;
  readonly path: readonly string[];
}

const findByName = (alike: readonly Node[], name: string): Node | undefined => {
  const exact = alike.filter((node) => node.name === name);
  const named = exact.length > 0 ? exact : alike;
  return named.find(({ parentId }) => parentId === null) ?? (named.length === 1 ? named[0] : undefined);
};

/** Tx step: adds categories level by level, in as many statements for many as for one. */
const addMissing = async (tx: Tx, missing: readonly Missing[]): Promise<void> => {
  const levels = Map.groupBy(missing, ({ path }) => path.length);
  for (const level of [...levels.keys()].toSorted((a, b) => a - b)) {
    const sorted = (levels.get(level) ?? []).map(({ node }) => node).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const slugs = await freeSlugs(
      tx,
      'categories',
      sorted.map(({ name }) => toSlug(name)),
    );
    await insertCategories(
      tx,
      sorted.map((node, i) => ({ ...node, slug: slugs[i] ?? toSlug(node.name) })),
    );
  }
  for (const { node } of missing) tx.outbox.add('category.changed', node.id, { categoryId: node.id });
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
