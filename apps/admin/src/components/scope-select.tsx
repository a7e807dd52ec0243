/** Selects what a rule applies to: all products, or one variant, product, category or collection. */
import { Select, SimpleGrid } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { isScope, scopes, type Scope } from '../lib/rule-input.ts';
import { shop } from '../lib/shop.ts';
import { categoriesQuery, flatten } from '../lib/categories.ts';
import { VariantSelect } from './variant-select.tsx';

/** What is selected before anything is typed, with its name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}
interface Picked {
  readonly value: string | null;
  /** The selection of a rule that is edited: a search need not find it. */
  readonly current: Named | null;
  readonly error: ReactNode;
  readonly onChange: (id: string | null) => void;
}

interface Option {
  readonly value: string;
  readonly label: string;
}
const withCurrent = (options: Option[], current: Named | null): Option[] => {
  if (current === null || options.some(({ value }) => value === current.id)) return options;
  return [...options, { value: current.id, label: current.name }];
};

const ProductSelect = ({ value, current, error, onChange }: Picked) => {
  const [typed, setTyped] = useState(value !== null && value === current?.id ? current.name : '');
  const [q] = useDebouncedValue(typed, 250);
  const found = useQuery({
    queryKey: ['products', 'choices', q],
    placeholderData: keepPreviousData,
    queryFn: () => shop.products.list({ pageSize: 20, ...(q && { q, sort: 'relevance' }) }),
  });
  return (
    <Select
      label="Product"
      placeholder="Name, SKU or barcode"
      searchable
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      data={withCurrent(
        (found.data?.items ?? []).map((p) => ({ value: p.id, label: p.name })),
        current,
      )}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
};

const CategorySelect = ({ value, error, onChange }: Picked) => {
  const categories = useQuery(categoriesQuery);
  const data = flatten(categories.data?.categories ?? []).map(({ category, depth }) => ({
    value: category.id,
    label: `${'– '.repeat(depth)}${category.name}`,
  }));
  return (
    <Select
      label="Category"
      description="Includes its subcategories"
      searchable
      data={data}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
};

const CollectionSelect = ({ value, error, onChange }: Picked) => {
  const collections = useQuery({ queryKey: ['collections'], queryFn: () => shop.collections.list({}) });
  const data = (collections.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }));
  return (
    <Select
      label="Collection"
      description="The products that it contains when the price is calculated"
      searchable
      data={data}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
};

export const ScopeSelect = ({
  scope,
  target,
  current = null,
  error,
  onChange,
}: {
  scope: Scope;
  target: string | null;
  current?: Named | null;
  error: ReactNode;
  onChange: (scope: Scope, target: string | null) => void;
}) => {
  const picked = { value: target, current, error, onChange: (id: string | null) => onChange(scope, id) };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: error ? 'start' : 'end' }}>
      <Select
        label="Applies to"
        allowDeselect={false}
        data={Object.entries(scopes).map(([value, label]) => ({ value, label }))}
        value={scope}
        onChange={(value) => isScope(value) && onChange(value, null)}
      />
      {scope === 'productId' && <ProductSelect {...picked} />}
      {scope === 'variantId' && (
        <VariantSelect label="Variant" {...picked} onChange={(chosen) => picked.onChange(chosen?.variantId ?? null)} />
      )}
      {scope === 'categoryId' && <CategorySelect {...picked} />}
      {scope === 'collectionId' && <CollectionSelect {...picked} />}
    </SimpleGrid>
  );
};
