/** Name and parent of a category. A new or moved category becomes the last child of its parent. */
import { Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { levelOf, toChoices, type FlatCategory } from '../lib/categories.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { DialogEnd } from './row-actions.tsx';

interface Props {
  readonly edited: FlatCategory | null;
  readonly all: readonly FlatCategory[];
  readonly onClose: () => void;
}
export const CategoryForm = ({ edited, all, onClose }: Props) => {
  const form = useForm({
    initialValues: { name: edited?.category.name ?? '', parentId: (edited?.parentId ?? null) as string | null },
    validate: { name: (name) => (name.trim() ? null : 'Enter a name') },
  });
  const tree = all.filter(({ depth }) => depth === 0).map(({ category }) => category);
  const save = useSave(
    () => {
      const { name } = form.values;
      const parentId = all.find(({ category }) => category.id === form.values.parentId)?.category.id ?? null;
      const last = { parentId, sortOrder: levelOf(tree, parentId).length + 1 };
      if (!edited) return shop.categories.create({ name, ...last });
      return shop.categories.update({ id: edited.category.id, name, ...(parentId !== edited.parentId && last) });
    },
    'Category saved',
    ['categories'],
    onClose,
  );
  // A descendant of the category cannot be its parent.
  const parents = all.filter(({ path }) => !edited || !path.includes(edited.category.id));
  return (
    <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <Select
          label="Parent category"
          placeholder="None (top level)"
          clearable
          searchable
          data={toChoices(parents)}
          {...form.getInputProps('parentId')}
        />
        <DialogEnd label="Save category" isSaving={save.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
};
