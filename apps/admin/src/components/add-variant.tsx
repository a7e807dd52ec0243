/** Adds a variant to a product: a value for each of its options, or a first option if it has none. */
import { Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { type Product } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { amountProblem, toCents } from '../lib/format.ts';
import { useMissingScopes } from '../lib/grants.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';

const empty = { sku: '', option: 'Size', values: ['', '', ''], price: '' as string | number, stock: 0 as string | number, tracked: true };

/** The field of the option value at an API path; the first value when the path is that of all. */
const valueFieldOf = (names: readonly string[], path: string): string | undefined => {
  const [options, name = ''] = /^addVariants\.0\.options(?:\.(.*))?$/.exec(path) ?? [];
  return options && `values.${Math.max(0, names.indexOf(name))}`;
};

export const AddVariant = ({ product }: { product: Product }) => {
  const [isOpen, setOpen] = useState(false);
  const cannotPrice = useMissingScopes('pricing:write');
  const form = useForm({ initialValues: empty, validate: { price: (typed) => amountProblem(typed, product.currency) } });
  const { option, values, sku, price, stock, tracked } = form.values;
  const names = product.options.length > 0 ? product.options.map(({ name }) => name) : [option];
  const add = useMutation({
    mutationFn: () =>
      shop.products.update({
        id: product.id,
        version: product.version,
        addVariants: [
          {
            sku,
            options: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])),
            priceCents: toCents(price, product.currency),
            stock: tracked ? Number(stock) : 0,
            tracked,
          },
        ],
      }),
    onSuccess: (saved) => {
      queryClient.setQueryData(['product', saved.id], saved);
      void queryClient.invalidateQueries({ queryKey: ['products'] });
      showDone('Variant added', sku);
    },
    onError: showErrorAt({ ...form, fieldOf: (path) => valueFieldOf(names, path) }, product.currency),
  });
  const isComplete = sku.trim() !== '' && price !== '' && names.every((name, i) => name.trim() !== '' && (values[i] ?? '').trim() !== '');
  if (!isOpen)
    return (
      <ScopedButton
        calls="products.update"
        lacking={cannotPrice}
        mt="sm"
        size="xs"
        variant="light"
        leftSection={<IconPlus size={14} />}
        onClick={() => setOpen(true)}
      >
        Add a variant
      </ScopedButton>
    );
  return (
    <Group mt="sm" gap="xs" align="flex-start" role="group" aria-label="New variant">
      {product.options.length === 0 && <TextInput size="xs" label="Option" w={110} {...form.getInputProps('option')} />}
      {names.map((name, i) => (
        <TextInput key={i} size="xs" label={name || 'Value'} w={130} {...form.getInputProps(`values.${i}`)} />
      ))}
      <TextInput size="xs" label="SKU" w={140} {...form.getInputProps('sku')} />
      <NumberField size="xs" label={`Price (${product.currency})`} w={90} min={0} hideControls {...form.getInputProps('price')} />
      {tracked && <NumberField size="xs" label="Units on hand" w={100} min={0} allowDecimal={false} {...form.getInputProps('stock')} />}
      <Checkbox size="xs" label="Track stock" className="beside-labels" {...form.getInputProps('tracked', { type: 'checkbox' })} />
      <Group gap="xs" wrap="nowrap" className="beside-labels">
        <Button size="xs" disabled={!isComplete} loading={add.isPending} onClick={() => !form.validate().hasErrors && add.mutate()}>
          Add variant
        </Button>
        <Button size="xs" variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </Group>
    </Group>
  );
};
