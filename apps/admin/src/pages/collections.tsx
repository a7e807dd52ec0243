/** Collections: lists of products that match a rule and update automatically. */
import { Button, Checkbox, Modal, NumberInput, Select, Stack, Table, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import type { Collection } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogEnd, RowActions, useRemoval } from '../components/row-actions.tsx';
import { Empty, Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { InStoreCurrency } from '../components/store-currency.tsx';
import { money, toAmount, toCents } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { categoriesQuery, flatten } from '../lib/categories.ts';

const sorts = ['newest', 'name', 'price', '-price', 'relevance'] as const;
const sortLabels: Record<(typeof sorts)[number], string> = {
  newest: 'Newest first',
  name: 'By name',
  price: 'Cheapest first',
  '-price': 'Most expensive first',
  relevance: 'Best match first',
};

const toForm = (c: Collection | null, currency: string) => ({
  name: c?.name ?? '',
  q: c?.rule.q ?? '',
  category: c?.rule.category ?? null,
  tags: c?.rule.tags ?? [],
  brands: c?.rule.brands ?? [],
  maxPrice: c?.rule.maxPriceCents === undefined ? '' : toAmount(c.rule.maxPriceCents, currency),
  inStock: c?.rule.inStock ?? false,
  sort: (c?.sort ?? 'newest') as string,
  active: c?.active ?? true,
});

interface CollectionFormProps {
  readonly edited: Collection | null;
  readonly currency: string;
  readonly onClose: () => void;
}
const CollectionForm = ({ edited, currency, onClose }: CollectionFormProps) => {
  const categories = useQuery(categoriesQuery);
  const form = useForm({ initialValues: toForm(edited, currency), validate: { name: (name) => (name.trim() ? null : 'Enter a name') } });
  const save = useMutation({
    mutationFn: () => {
      const { name, q, category, tags, brands, maxPrice, inStock, active } = form.values;
      // Parts of the rule that the form does not show are kept.
      const { options, minPriceCents } = edited?.rule ?? {};
      const rule = {
        ...(options && { options }),
        ...(minPriceCents !== undefined && { minPriceCents }),
        ...(q && { q }),
        ...(category && { category }),
        ...(tags.length > 0 && { tags }),
        ...(brands.length > 0 && { brands }),
        ...(maxPrice !== '' && { maxPriceCents: toCents(maxPrice, currency) }),
        ...(inStock && { inStock }),
      };
      const sort = sorts.find((known) => known === form.values.sort) ?? 'newest';
      return edited
        ? shop.collections.update({ id: edited.id, version: edited.version, name, rule, sort, active })
        : shop.collections.create({ name, rule, sort, active });
    },
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: ['collections'] });
      showDone('Saved', saved.name);
      onClose();
    },
    onError: showError,
  });
  return (
    <form onSubmit={form.onSubmit(() => save.mutate())}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
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
        <NumberInput label={`Maximum price (${currency})`} min={0} {...form.getInputProps('maxPrice')} />
        <Checkbox label="Only products in stock" {...form.getInputProps('inStock', { type: 'checkbox' })} />
        <Select
          label="Sorting"
          allowDeselect={false}
          data={sorts.map((value) => ({ value, label: sortLabels[value] }))}
          {...form.getInputProps('sort')}
        />
        <Checkbox label="Published" {...form.getInputProps('active', { type: 'checkbox' })} />
        <DialogEnd label="Save collection" isSaving={save.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
};

const ruleInWords = ({ rule }: Collection, currency: string): string =>
  [
    rule.q && `“${rule.q}”`,
    rule.category && `in ${rule.category}`,
    rule.tags && `tagged ${rule.tags.join(' or ')}`,
    rule.brands && `by ${rule.brands.join(' or ')}`,
    rule.options && `with ${rule.options.join(' or ')}`,
    rule.minPriceCents !== undefined && `from ${money(rule.minPriceCents, currency)}`,
    rule.maxPriceCents !== undefined && `up to ${money(rule.maxPriceCents, currency)}`,
    rule.inStock && 'in stock',
  ]
    .filter(Boolean)
    .join(', ') || 'all products';

const Size = ({ slug }: { slug: string }) => {
  const query = useQuery({ queryKey: ['collections', slug, 'size'], queryFn: () => shop.collections.products({ slug, pageSize: 1 }) });
  return <>{query.data?.totalCount ?? '…'}</>;
};

export const CollectionsPage = () => {
  const query = useQuery({ queryKey: ['collections'], queryFn: () => shop.collections.list({}) });
  const [open, setOpen] = useState<Collection | 'new' | null>(null);
  const remove = useRemoval(
    'collections',
    (id: Collection['id']) => shop.collections.delete({ id }),
    'Its URL stops working. The products stay.',
  );
  return (
    <>
      <PageTitle title="Collections">
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          New collection
        </Button>
      </PageTitle>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title="No collections yet">
            A collection shows all products that match its rule, such as a tag, a brand or a price. It updates automatically.
          </Empty>
        ) : (
          <InStoreCurrency>
            {(currency) => (
              <Table.ScrollContainer minWidth={520}>
                <Table verticalSpacing="xs" className="stacks" highlightOnHover>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Collection</Table.Th>
                      <Table.Th>Rule</Table.Th>
                      <Table.Th>State</Table.Th>
                      <Table.Th ta="right">Products</Table.Th>
                      <Table.Th ta="right">Actions</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {query.data?.items.map((c) => (
                      <Table.Tr key={c.id}>
                        <Table.Td>
                          <Text size="sm" fw={500}>
                            {c.name}
                          </Text>
                          <Text size="xs" c="dimmed">
                            {c.slug}
                          </Text>
                        </Table.Td>
                        <Table.Td data-label="Rule">
                          <Text size="sm">{ruleInWords(c, currency)}</Text>
                        </Table.Td>
                        <Table.Td data-label="State">
                          <StatusBadge label={c.active ? 'active' : 'draft'} />
                        </Table.Td>
                        <Table.Td ta="right" data-label="Products">
                          <Size slug={c.slug} />
                        </Table.Td>
                        <Table.Td>
                          <RowActions name={c.name} onEdit={() => setOpen(c)} onRemove={() => remove(c.id, c.name)} />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
          </InStoreCurrency>
        )}
      </Loaded>
      <Modal opened={open !== null} onClose={() => setOpen(null)} title={open === 'new' ? 'New collection' : 'Collection'}>
        {open !== null && (
          <InStoreCurrency>
            {(currency) => <CollectionForm edited={open === 'new' ? null : open} currency={currency} onClose={() => setOpen(null)} />}
          </InStoreCurrency>
        )}
      </Modal>
    </>
  );
};
