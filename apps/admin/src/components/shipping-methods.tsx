/** The shipping methods, in the order in which customers see them. */
import { Group, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ShippingMethod } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { Empty, Loaded, Pager, StatusBadge } from './page.tsx';
import { RowActions, useDeletion } from './row-actions.tsx';
import { InShopCurrency } from './shop-currency.tsx';
import { ShippingForm } from './shipping-form.tsx';
import { ScopedButton } from './scoped-button.tsx';

const pageSize = 50;
const span = (from: string | null, below: string | null): string =>
  [from && `from ${from}`, below && `below ${below}`].filter(Boolean).join(' ');
const kg = (grams: number): string => `${grams / 1000} kg`;

const bandText = (band: ShippingMethod['bands'][number], currency: string): string => {
  const cash = (cents: number) => money(cents, currency);
  const weight = span(
    band.minWeightGrams > 0 ? kg(band.minWeightGrams) : null,
    band.maxWeightGrams === null ? null : kg(band.maxWeightGrams),
  );
  const value = span(
    band.minSubtotalCents > 0 ? cash(band.minSubtotalCents) : null,
    band.maxSubtotalCents === null ? null : cash(band.maxSubtotalCents),
  );
  return [cash(band.priceCents), weight, value].filter(Boolean).join(', ');
};

const PriceCell = ({ method: { bands, freeFromCents, currency } }: { method: ShippingMethod }) => (
  <div>
    {bands.map((band, i) => (
      <Text size="sm" key={i}>
        {bandText(band, currency)}
      </Text>
    ))}
    {freeFromCents !== null && (
      <Text size="xs" c="dimmed">
        free from {money(freeFromCents, currency)}
      </Text>
    )}
  </div>
);

interface Steps {
  readonly onEdit: (method: ShippingMethod) => void;
  readonly onDelete: (id: string, name: string) => void;
}

const MethodRow = ({ method, onEdit, onDelete }: { method: ShippingMethod } & Steps) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm" fw={600}>
        {method.name}
      </Text>
    </Table.Td>
    <Table.Td data-label="Status">
      <StatusBadge label={method.active ? 'active' : 'inactive'} />
    </Table.Td>
    <Table.Td data-label="Destinations">{[...method.countries, ...method.regions].join(', ') || 'Everywhere'}</Table.Td>
    <Table.Td data-label="Price">
      <PriceCell method={method} />
    </Table.Td>
    <Table.Td>
      <RowActions
        name={method.name}
        calls={{ edit: 'shipping.update', delete: 'shipping.delete' }}
        onEdit={() => onEdit(method)}
        onDelete={() => onDelete(method.id, method.name)}
      />
    </Table.Td>
  </Table.Tr>
);

const MethodTable = ({ methods, ...steps }: { methods: readonly ShippingMethod[] } & Steps) => (
  <Table.ScrollContainer minWidth={560}>
    <Table verticalSpacing="xs" className="stacks" aria-label="Shipping methods">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Method</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>Destinations</Table.Th>
          <Table.Th>Price</Table.Th>
          <Table.Th w={150} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {methods.map((method) => (
          <MethodRow key={method.id} method={method} {...steps} />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

export const ShippingMethods = () => {
  const [page, setPage] = useState(1);
  const [form, setForm] = useState<{ edited: ShippingMethod | null } | null>(null);
  const methods = useQuery({
    queryKey: ['shipping-methods', page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.shipping.list({ page, pageSize }),
  });
  const deletion = useDeletion(
    'shipping-methods',
    (id: string) => shop.shipping.delete({ id }),
    'Carts that use it switch to the cheapest other method. Orders keep its name.',
  );
  const items = methods.data?.items ?? [];
  return (
    <Stack>
      <Group justify="flex-end">
        <ScopedButton calls="shipping.create" leftSection={<IconPlus size={16} />} onClick={() => setForm({ edited: null })}>
          New shipping method
        </ScopedButton>
      </Group>
      <Loaded query={methods} rows={3}>
        {items.length === 0 ? (
          <Empty title="No shipping methods yet">
            Without shipping methods, every order ships free. With the first one, carts in other currencies need one too, or cannot be
            bought.
          </Empty>
        ) : (
          <MethodTable methods={items} onEdit={(edited) => setForm({ edited })} onDelete={deletion} />
        )}
        <Pager page={page} pageSize={pageSize} totalCount={methods.data?.totalCount ?? 0} onChange={setPage} />
      </Loaded>
      {form && (
        <InShopCurrency rows={1}>
          {(currency) => <ShippingForm edited={form.edited} currency={currency} onClose={() => setForm(null)} />}
        </InShopCurrency>
      )}
    </Stack>
  );
};
