/** The category tree as the pages need it: flattened for select fields, and with one level reordered. */
import type { Category, CategoryId } from '@cartwright/contracts';
import { shop } from './shop.ts';

export interface FlatCategory {
  readonly category: Category;
  readonly depth: number;
  readonly parentId: CategoryId | null;
  /** Ids of the ancestors, then of the category itself. */
  readonly path: readonly CategoryId[];
}

/** Flattens the tree: each category comes before its children. */
export const flatten = (tree: readonly Category[], parent: FlatCategory | null = null): FlatCategory[] =>
  tree.flatMap((category) => {
    const flat: FlatCategory = {
      category,
      depth: parent ? parent.depth + 1 : 0,
      parentId: parent?.category.id ?? null,
      path: [...(parent?.path ?? []), category.id],
    };
    return [flat, ...flatten(category.children, flat)];
  });

export const categoriesQuery = { queryKey: ['categories'], queryFn: () => shop.categories.tree({}) };

/** Options for a select field. Subcategories are indented. */
export const toChoices = (flat: readonly FlatCategory[]): { value: string; label: string }[] =>
  flat.map(({ category, depth }) => ({ value: category.id, label: `${'– '.repeat(depth)}${category.name}` }));

export interface LevelOrder {
  /** Parent of the level; null for the top level. */
  readonly parentId: CategoryId | null;
  readonly categoryIds: CategoryId[];
}
/** The categories of one level, first to last. */
export const levelOf = (tree: readonly Category[], parentId: CategoryId | null): readonly Category[] =>
  parentId === null ? tree : (flatten(tree).find(({ category }) => category.id === parentId)?.category.children ?? []);

/** The tree with one level in the given order. */
export const reordered = (tree: readonly Category[], { parentId, categoryIds }: LevelOrder): Category[] => {
  const sort = (level: readonly Category[]): Category[] => categoryIds.flatMap((id) => level.find((one) => one.id === id) ?? []);
  if (parentId === null) return sort(tree);
  return tree.map((one) => ({
    ...one,
    children: one.id === parentId ? sort(one.children) : reordered(one.children, { parentId, categoryIds }),
  }));
};
