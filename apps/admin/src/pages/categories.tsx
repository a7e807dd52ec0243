/** The category tree: add, rename, move with everything below, remove. */
import { Button, Group, Modal, NumberInput, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCornerDownRight, IconPlus } from '@tabler/icons-react';
import type { Category, CategoryId } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogEnd, RowActions, useRemoval } from '../components/kept-rows.tsx';
import { Empty, Loaded, PageTitle } from '../components/page.tsx';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

export interface FlatCategory {
  readonly category: Category;
  readonly depth: number;
  readonly parentId: CategoryId | null;
  readonly place: number;
  /** Ids of the category and of all above it. */
  readonly path: readonly CategoryId[];
}

/** The tree in the order in which it is read. */
export const flatten = (tree: readonly Category[], parent: FlatCategory | null = null): FlatCategory[] =>
  tree.flatMap((category, place) => {
    const flat: FlatCategory = {
      category,
      place,
      depth: parent ? parent.depth + 1 : 0,
      parentId: parent?.category.id ?? null,
      path: [...(parent?.path ?? []), category.id],
    };
    return [flat, ...flatten(category.children, flat)];
  });

export const categoriesQuery = { queryKey: ['categories'], queryFn: () => shop.categories.tree({}) };

const CategoryForm = ({ edited, all, onClose }: { edited: FlatCategory | null; all: readonly FlatCategory[]; onClose: () => void }) => {
  const form = useForm({
    initialValues: { name: edited?.category.name ?? '', parentId: edited?.parentId ?? null, sortOrder: edited?.place ?? 0 },
    validate: { name: (name) => (name.trim() ? null : 'Give it a name') },
  });
  const save = useMutation({
    mutationFn: () => {
      const { name, sortOrder } = form.values;
      const parentId = all.find(({ category }) => category.id === form.values.parentId)?.category.id ?? null;
      return edited
        ? shop.categories.update({ id: edited.category.id, name, parentId, sortOrder })
        : shop.categories.create({ name, parentId, sortOrder });
    },
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: ['categories'] });
      showDone('Saved', saved.name);
      onClose();
    },
    onError: showError,
  });
  // What lies below the category cannot be above it.
  const parents = all.filter(({ path }) => !edited || !path.includes(edited.category.id));
  return (
    <form onSubmit={form.onSubmit(() => save.mutate())}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <Select
          label="Below"
          placeholder="At the top"
          clearable
          searchable
          data={parents.map(({ category, depth }) => ({ value: category.id, label: `${'– '.repeat(depth)}${category.name}` }))}
          {...form.getInputProps('parentId')}
        />
        <NumberInput label="Place among its siblings" min={0} {...form.getInputProps('sortOrder')} />
        <DialogEnd label="Save category" isSaving={save.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
};

export const CategoriesPage = () => {
  const query = useQuery(categoriesQuery);
  const [open, setOpen] = useState<FlatCategory | 'new' | null>(null);
  const all = flatten(query.data?.categories ?? []);
  const remove = useRemoval('categories', (id: CategoryId) => shop.categories.delete({ id }), 'Its products stay, without a category.');
  return (
    <>
      <PageTitle title="Categories">
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          New category
        </Button>
      </PageTitle>
      <Loaded query={query}>
        {all.length === 0 ? (
          <Empty title="No category yet">Products can hang on a tree of categories. Imports make those that their files name.</Empty>
        ) : (
          <Table.ScrollContainer minWidth={440}>
            <Table verticalSpacing="xs" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Category</Table.Th>
                  <Table.Th ta="right">Products on the shelf</Table.Th>
                  <Table.Th ta="right">Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {all.map((flat) => (
                  <Table.Tr key={flat.category.id}>
                    <Table.Td>
                      <Group gap={6} pl={flat.depth * 22} wrap="nowrap">
                        {flat.depth > 0 && <IconCornerDownRight size={14} aria-hidden />}
                        <Text size="sm" fw={flat.depth === 0 ? 600 : 400}>
                          {flat.category.name}
                        </Text>
                        <Text size="xs" c="dimmed">
                          {flat.category.slug}
                        </Text>
                      </Group>
                    </Table.Td>
                    <Table.Td ta="right">{flat.category.productCount}</Table.Td>
                    <Table.Td>
                      <RowActions
                        name={flat.category.name}
                        edit="Edit or move"
                        mayRemove={flat.category.children.length === 0}
                        onEdit={() => setOpen(flat)}
                        onRemove={() => remove(flat.category.id, flat.category.name)}
                      />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
      <Modal opened={open !== null} onClose={() => setOpen(null)} title={open === 'new' ? 'New category' : 'Category'}>
        {open !== null && <CategoryForm edited={open === 'new' ? null : open} all={all} onClose={() => setOpen(null)} />}
      </Modal>
    </>
  );
};
