/** Finds a variant by name, SKU or barcode. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { shop } from '../lib/shop.ts';
import { availableInSentence } from '../lib/stock-words.ts';

export interface FoundVariant {
  readonly variantId: string;
  readonly sku: string;
  readonly name: string;
  readonly available: number;
}
interface Props {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (found: FoundVariant | null) => void;
  readonly required?: boolean;
  readonly error?: ReactNode;
  /** A variant that is selected at first: a search need not find it. */
  readonly current?: { readonly id: string; readonly name: string } | null;
}

export const VariantSelect = ({ label, value, onChange, required = false, error, current = null }: Props) => {
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text, 200);
  const query = useQuery({
    queryKey: ['inventory', 'choose', q],
    queryFn: ({ signal }) => shop.inventory.list({ pageSize: 20, ...(q && { q }) }, { signal }),
  });
  const found = query.data?.items ?? [];
  const options: { value: string; label: string }[] = found.map(({ variantId, name, sku, tracked, available }) => ({
    value: variantId,
    label: `${name} · ${sku} · ${availableInSentence({ tracked, available })}`,
  }));
  if (current && !options.some(({ value: id }) => id === current.id)) options.push({ value: current.id, label: current.name });
  return (
    <Select
      label={label}
      placeholder="Type a name, SKU or barcode"
      searchable
      withAsterisk={required}
      data={options}
      onSearchChange={(typed) => !options.some((o) => o.label === typed) && setText(typed)}
      filter={({ options: all }) => all}
      nothingFoundMessage="No matching variants"
      value={value || null}
      onChange={(chosen) => onChange(found.find((level) => level.variantId === chosen) ?? null)}
      error={error}
    />
  );
};
