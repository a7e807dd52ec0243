/** A category: its place in the tree and what its page shows. A new or moved category becomes the last child of its parent. */
import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { CategoryPage } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { levelOf, toChoices, type FlatCategory } from '../lib/categories.ts';
import { productTextLabels as labels } from '../lib/field-labels.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { Loaded } from './page.tsx';
import { DialogEnd } from './row-actions.tsx';

interface Props {
  readonly edited: FlatCategory | null;
  readonly all: readonly FlatCategory[];
  readonly onClose: () => void;
}

/** The texts of the form; an empty one is none. */
const textNames = ['description', 'seoTitle', 'seoDescription', 'imageUrl'] as const;

const valuesOf = (category: CategoryPage | null) => ({
  name: category?.name ?? '',
  parentId: (category?.parentId ?? null) as string | null,
  description: category?.description ?? '',
  seoTitle: category?.seoTitle ?? '',
  seoDescription: category?.seoDescription ?? '',
  imageUrl: category?.imageUrl ?? '',
  imageAltText: category?.imageAltText ?? '',
});

/** Only the fields that were changed are sent, so that two people who change different fields both keep their changes. */
const changesOf = (values: ReturnType<typeof valuesOf>, before: ReturnType<typeof valuesOf>) => {
  const texts = textNames.filter((name) => values[name] !== before[name]).map((name) => [name, values[name].trim() || null]);
  return {
    ...(Object.fromEntries(texts) as Partial<Record<(typeof textNames)[number], string | null>>),
    ...(values.imageAltText !== before.imageAltText && { imageAltText: values.imageAltText.trim() }),
  };
};

const Fields = ({ edited, all, onClose, category }: Props & { readonly category: CategoryPage | null }) => {
  const initialValues = valuesOf(category);
  const form = useForm({ initialValues, validate: { name: (name) => (name.trim() ? null : 'Enter a name') } });
  const tree = all.filter(({ depth }) => depth === 0).map((flat) => flat.category);
  const save = useSave(
    () => {
      const { name } = form.values;
      const texts = changesOf(form.values, initialValues);
      const parentId = all.find((flat) => flat.category.id === form.values.parentId)?.category.id ?? null;
      const last = { parentId, sortOrder: levelOf(tree, parentId).length + 1 };
      if (!category) return shop.categories.create({ name, ...texts, ...last });
      return shop.categories.update({ id: category.id, name, ...texts, ...(parentId !== category.parentId && last) });
    },
    'Category saved',
    ['categories'],
    onClose,
    undefined,
    form,
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
        <Textarea
          label={labels.description}
          description="HTML is allowed"
          autosize
          minRows={2}
          maxRows={8}
          {...form.getInputProps('description')}
        />
        <TextInput label="Image URL" placeholder="https://" {...form.getInputProps('imageUrl')} />
        <TextInput label="Alternative text" description="What the image shows" {...form.getInputProps('imageAltText')} />
        <TextInput label={labels.seoTitle} description="Empty: the name" {...form.getInputProps('seoTitle')} />
        <Textarea label={labels.seoDescription} autosize minRows={2} maxRows={5} {...form.getInputProps('seoDescription')} />
        <DialogEnd label="Save category" isSaving={save.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
};

export const CategoryForm = (props: Props) => {
  const id = props.edited?.category.id ?? null;
  const query = useQuery({
    queryKey: ['categories', id],
    queryFn: () => (id === null ? null : shop.categories.get({ id })),
    // The dialog begins with what is stored now, not with what an earlier one has read.
    gcTime: 0,
  });
  return (
    <Loaded query={query}>
      <Fields {...props} category={query.data ?? null} />
    </Loaded>
  );
};
