/** The category tree: add, rename, reorder, move with all subcategories, delete. */
import { Group, Modal, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Category, CategoryId } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { CategoryForm } from '../components/category-form.tsx';
import { RowActions, useDeletion } from '../components/row-actions.tsx';
import { Empty, Loaded, PageTitle } from '../components/page.tsx';
import { moved, SortableList, Sorting } from '../components/sortable.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { useMay } from '../lib/grants.ts';
import { counted } from '../lib/format.ts';
import { categoriesQuery, flatten, levelOf, reordered, type FlatCategory, type LevelOrder } from '../lib/categories.ts';
import { shop } from '../lib/shop.ts';
import { useUndoable } from '../lib/undo.tsx';

interface Steps {
  readonly onEdit: (id: CategoryId) => void;
  readonly onDelete: (id: CategoryId, name: string) => void;
}

const Row = ({ category, grip, onEdit, onDelete }: { category: Category; grip: ReactNode } & Steps) => (
  <Group justify="space-between" gap="xs" py={6} className="category-row">
    <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
      {grip}
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500} truncate>
          {category.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {category.slug} · {counted(category.productCount, 'published product')}
        </Text>
      </div>
    </Group>
    <RowActions
      name={category.name}
      edit="Edit or move"
      calls={{ edit: 'categories.update', delete: 'categories.delete' }}
      mayDelete={category.children.length === 0}
      onEdit={() => onEdit(category.id)}
      onDelete={() => onDelete(category.id, category.name)}
    />
  </Group>
);

/** Sortable group of the top level; other groups are named by the id of the parent category. */
const top = 'top';

const Level = ({ categories, parent, ...steps }: { categories: readonly Category[]; parent: Category | null } & Steps) => {
  const mayMove = useMay()('categories.reorder');
  return (
    <SortableList
      items={categories}
      group={parent?.id ?? top}
      label={parent ? `Subcategories of ${parent.name}` : 'Categories'}
      nameOf={({ name }) => name}
      isFixed={!mayMove}
    >
      {(category, grip) => (
        <>
          <Row category={category} grip={grip} {...steps} />
          {category.children.length > 0 && (
            <div className="category-children">
              <Level categories={category.children} parent={category} {...steps} />
            </div>
          )}
        </>
      )}
    </SortableList>
  );
};

export const CategoriesPage = () => {
  const query = useQuery(categoriesQuery);
  const [open, setOpen] = useState<FlatCategory | 'new' | null>(null);
  const tree = query.data?.categories ?? [];
  const all = flatten(tree);
  const deletion = useDeletion('categories', (id: CategoryId) => shop.categories.delete({ id }), 'Its products stay but have no category.');
  const order = useUndoable<LevelOrder, { categories: Category[] }>({
    queryKey: categoriesQuery.queryKey,
    run: (level) => shop.categories.reorder(level),
    show: ({ categories }, level) => ({ categories: reordered(categories, level) }),
    back: ({ parentId }, { categories }) => ({ parentId, categoryIds: levelOf(categories, parentId).map(({ id }) => id) }),
    notice: () => ['Categories reordered', 'Customers see the new order too'],
    stale: [categoriesQuery.queryKey],
  });
  const move = (group: string, from: number, to: number): void => {
    const parentId = all.find(({ category }) => category.id === group)?.category.id ?? null;
    const ids = levelOf(tree, parentId).map(({ id }) => id);
    order.change({ parentId, categoryIds: moved(ids, from, to) });
  };
  return (
    <>
      <PageTitle title="Categories">
        <ScopedButton calls="categories.create" leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          New category
        </ScopedButton>
      </PageTitle>
      <Loaded query={query}>
        {all.length === 0 ? (
          <Empty title="No categories yet">
            Customers browse by category, and collections and pricing rules can refer to categories. Create the first one here. A CSV import
            creates the categories that its file names.
          </Empty>
        ) : (
          <Sorting onMove={move}>
            <Level
              categories={tree}
              parent={null}
              onEdit={(id) => setOpen(all.find(({ category }) => category.id === id) ?? null)}
              onDelete={deletion}
            />
          </Sorting>
        )}
      </Loaded>
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === 'new' ? 'New category' : `Edit ${open?.category.name ?? 'category'}`}
      >
        {open !== null && <CategoryForm edited={open === 'new' ? null : open} all={all} onClose={() => setOpen(null)} />}
      </Modal>
    </>
  );
};
