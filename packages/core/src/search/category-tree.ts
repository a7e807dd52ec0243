/** The categories as searches need them: by id for their names, by slug for their subcategories. */
import type { CategoryId } from '@cartwright/contracts';
import type { Core } from '../kernel/index.ts';

interface Row {
  readonly id: CategoryId;
  readonly parentId: CategoryId | null;
  readonly slug: string;
  readonly name: string;
}
export interface CategoryTree {
  readonly byId: ReadonlyMap<string, Row>;
  /** Ids of the category with this slug and of all its subcategories; empty for an unknown slug. */
  below(slug: string): ReadonlySet<string>;
}

const load = ({ db }: Pick<Core, 'db'>): Promise<readonly Row[]> =>
  db
    .selectFrom('categories')
    .select(['id', 'parentId', 'slug', 'name'])
    .$narrowType<{ id: CategoryId; parentId: CategoryId | null }>()
    .execute();

const treeOf = (rows: readonly Row[]): CategoryTree => {
  const children = new Map<string, Row[]>();
  for (const row of rows) if (row.parentId !== null) children.set(row.parentId, [...(children.get(row.parentId) ?? []), row]);
  const bySlug = new Map(rows.map((row) => [row.slug, row]));
  return {
    byId: new Map(rows.map((row) => [row.id, row])),
    below: (slug) => {
      const found = new Set<string>();
      const open = [bySlug.get(slug)];
      for (let row = open.pop(); row; row = open.pop()) {
        found.add(row.id);
        open.push(...(children.get(row.id) ?? []));
      }
      return found;
    },
  };
};

const made = new WeakMap<readonly Row[], CategoryTree>();

/** The category tree, cached with the catalogue's reads; read again when it lacks a category that `rows` begin with. */
export const readCategoryTree = async (
  core: Pick<Core, 'db' | 'reads'>,
  rows: readonly (readonly [category: string | null, ...unknown[]])[],
): Promise<CategoryTree> => {
  const kept = await core.reads.read('catalog', 'category-tree', () => load(core));
  let tree = made.get(kept);
  if (!tree) made.set(kept, (tree = treeOf(kept)));
  for (const [id] of rows) if (id !== null && !tree.byId.has(id)) return treeOf(await load(core));
  return tree;
};
