/** Selects what a rule applies to: all products, or one variant, product, category or collection. */
import { Select, SimpleGrid } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isScope, scopes, type Scope } from '../lib/rule-input.ts';
import { shop } from '../lib/shop.ts';
import { categoriesQuery, flatten } from '../lib/categories.ts';
import { VariantSelect } from './variant-select.tsx';

interface Picked {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

const ProductSelect = ({ value, onChange }: Picked) => {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed, 250);
  const found = useQuery({
    queryKey: ['products', 'choices', q],
    placeholderData: keepPreviousData,
    queryFn: () => shop.products.list({ pageSize: 20, ...(q && { q }) }),
  });
  return (
    <Select
      label="Product"
      placeholder="Name, SKU or barcode"
      searchable
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      data={(found.data?.items ?? []).map((p) => ({ value: p.id, label: p.name }))}
      value={value}
      onChange={onChange}
    />
  );
};

const CategorySelect = ({ value, onChange }: Picked) => {
  const categories = useQuery(categoriesQuery);
  const data = flatten(categories.data?.categories ?? []).map(({ category, depth }) => ({
    value: category.id,
    label: `${'– '.repeat(depth)}${category.name}`,
  }));
  return <Select label="Category" description="Includes its subcategories" searchable data={data} value={value} onChange={onChange} />;
};

const CollectionSelect = ({ value, onChange }: Picked) => {
  const collections = useQuery({ queryKey: ['collections'], queryFn: () => shop.collections.list({}) });
  const data = (collections.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }));
  return (
    <Select
      label="Collection"
      description="The products that it contains when the price is calculated"
      searchable
      data={data}
      value={value}
      onChange={onChange}
    />
  );
};

export const ScopeSelect = ({
  scope,
  target,
  onChange,
}: {
  scope: Scope;
  target: string | null;
  onChange: (scope: Scope, target: string | null) => void;
}) => {
  const pick = (id: string | null) => onChange(scope, id);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: 'end' }}>
      <Select
        label="Applies to"
        allowDeselect={false}
        data={Object.entries(scopes).map(([value, label]) => ({ value, label }))}
        value={scope}
        onChange={(value) => isScope(value) && onChange(value, null)}
      />
      {scope === 'productId' && <ProductSelect value={target} onChange={pick} />}
      {scope === 'variantId' && <VariantSelect label="Variant" value={target} onChange={(chosen) => pick(chosen?.variantId ?? null)} />}
      {scope === 'categoryId' && <CategorySelect value={target} onChange={pick} />}
      {scope === 'collectionId' && <CollectionSelect value={target} onChange={pick} />}
    </SimpleGrid>
  );
};
