/** The category tree in memory: by id for names, by slug for subcategories. */
import type { CategoryId } from '@cartwright/contracts';
import type { Core } from '../kernel/index.ts';

interface Node {
  readonly id: CategoryId;
  readonly parentId: CategoryId | null;
  readonly slug: string;
  readonly name: string;
}
/** All categories. */
export interface CategoryTree {
  readonly byId: ReadonlyMap<string, Node>;
  /** Ids of the category with this slug and of all its subcategories; empty for an unknown slug. */
  below(slug: string): ReadonlySet<string>;
}

/** Counts by category with those of its subcategories: choosing a category finds their products as well. */
export const countsWithBelow = (
  counts: Iterable<readonly [categoryId: string, count: number]>,
  categories: ReadonlyMap<string, Pick<Node, 'id' | 'parentId'>>,
): Map<string, number> => {
  const whole = new Map<string, number>();
  for (const [id, count] of counts)
    for (let at = categories.get(id); at; at = at.parentId === null ? undefined : categories.get(at.parentId))
      whole.set(at.id, (whole.get(at.id) ?? 0) + count);
  return whole;
};

const load = ({ db }: Pick<Core, 'db'>): Promise<readonly Node[]> =>
  db
    .selectFrom('categories')
    .select(['id', 'parentId', 'slug', 'name'])
    .$narrowType<{ id: CategoryId; parentId: CategoryId | null }>()
    .execute();

const treeOf = (nodes: readonly Node[]): CategoryTree => {
  const children = Map.groupBy(nodes, ({ parentId }) => parentId);
  const bySlug = new Map(nodes.map((node) => [node.slug, node]));
  return {
    byId: new Map(nodes.map((node) => [node.id, node])),
    below: (slug) => {
      const found = new Set<string>();
      const open = [bySlug.get(slug)];
      for (let node = open.pop(); node; node = open.pop()) {
        found.add(node.id);
        open.push(...(children.get(node.id) ?? []));
      }
      return found;
    },
  };
};

const made = new WeakMap<readonly Node[], CategoryTree>();

/** The category tree, cached with the catalogue's reads; read again when it lacks one of these categories. */
export const readCategoryTree = async (
  core: Pick<Core, 'db' | 'reads'>,
  categoryIds: readonly (string | null)[],
): Promise<CategoryTree> => {
  const kept = await core.reads.read('catalog', 'category-tree', () => load(core));
  let tree = made.get(kept);
  if (!tree) made.set(kept, (tree = treeOf(kept)));
  for (const id of categoryIds) if (id !== null && !tree.byId.has(id)) return treeOf(await load(core));
  return tree;
};
