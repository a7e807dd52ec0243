/** Form for a collection: its name, the rule that its products match, and their order. */
import { Checkbox, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import type { Collection } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { categoriesQuery, flatten } from '../lib/categories.ts';
import { toAmount, toCents } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { DialogEnd } from './row-actions.tsx';

const sorts = ['newest', 'name', 'price', '-price', 'relevance'] as const;
const sortLabels: Record<(typeof sorts)[number], string> = {
  newest: 'Newest first',
  name: 'By name',
  price: 'Cheapest first',
  '-price': 'Most expensive first',
  relevance: 'Best match first',
};

const toValues = (collection: Collection | null, currency: string) => ({
  name: collection?.name ?? '',
  q: collection?.rule.q ?? '',
  category: collection?.rule.category ?? null,
  tags: collection?.rule.tags ?? [],
  brands: collection?.rule.brands ?? [],
  maxPrice: collection?.rule.maxPriceCents === undefined ? '' : toAmount(collection.rule.maxPriceCents, currency),
  inStock: collection?.rule.inStock ?? false,
  sort: (collection?.sort ?? 'newest') as string,
  active: collection?.active ?? true,
});
type Values = ReturnType<typeof toValues>;

/** The rule of the form. Parts of the earlier rule that the form does not show are kept. */
const toRule = ({ q, category, tags, brands, maxPrice, inStock }: Values, before: Collection['rule'] | undefined, currency: string) => ({
  ...(before?.options && { options: before.options }),
  ...(before?.minPriceCents !== undefined && { minPriceCents: before.minPriceCents }),
  ...(q && { q }),
  ...(category && { category }),
  ...(tags.length > 0 && { tags }),
  ...(brands.length > 0 && { brands }),
  ...(maxPrice !== '' && { maxPriceCents: toCents(maxPrice, currency) }),
  ...(inStock && { inStock }),
});

const RuleFields = ({ form, currency }: { form: UseFormReturnType<Values>; currency: string }) => {
  const categories = useQuery(categoriesQuery);
  return (
    <>
      <TextInput label="Search words" description="Matches the products that the search finds" {...form.getInputProps('q')} />
      <Select
        label="Category"
        clearable
        searchable
        data={flatten(categories.data?.categories ?? []).map(({ category, depth }) => ({
          value: category.slug,
          label: `${'– '.repeat(depth)}${category.name}`,
        }))}
        {...form.getInputProps('category')}
      />
      <TagsInput label="Any of these tags" {...form.getInputProps('tags')} />
      <TagsInput label="Any of these brands" {...form.getInputProps('brands')} />
      <NumberField label={`Maximum price (${currency})`} min={0} {...form.getInputProps('maxPrice')} />
      <Checkbox label="Only products in stock" {...form.getInputProps('inStock', { type: 'checkbox' })} />
    </>
  );
};

interface CollectionFormProps {
  readonly edited: Collection | null;
  readonly currency: string;
  readonly onClose: () => void;
}
export const CollectionForm = ({ edited, currency, onClose }: CollectionFormProps) => {
  const form = useForm({ initialValues: toValues(edited, currency), validate: { name: (name) => (name.trim() ? null : 'Enter a name') } });
  const save = useSave(
    () => {
      const { name, active } = form.values;
      const rule = toRule(form.values, edited?.rule, currency);
      const sort = sorts.find((known) => known === form.values.sort) ?? 'newest';
      return edited
        ? shop.collections.update({ id: edited.id, version: edited.version, name, rule, sort, active })
        : shop.collections.create({ name, rule, sort, active });
    },
    'Collection saved',
    ['collections'],
    onClose,
    currency,
    form,
  );
  return (
    <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
        <RuleFields form={form} currency={currency} />
        <Select
          label="Sorting"
          allowDeselect={false}
          data={sorts.map((value) => ({ value, label: sortLabels[value] }))}
          {...form.getInputProps('sort')}
        />
        <Checkbox
          label="Active"
          description="Customers see active collections only"
          {...form.getInputProps('active', { type: 'checkbox' })}
        />
        <DialogEnd label="Save collection" isSaving={save.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
};
