/** The shipping methods, in the order in which buyers see them. */
import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ShippingMethod } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { Empty, Loaded, Pager } from './page.tsx';
import { RemoveButton } from './remove-button.tsx';
import { InStoreCurrency } from './store-currency.tsx';
import { ShippingForm } from './shipping-form.tsx';

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

export const ShippingMethods = () => {
  const [page, setPage] = useState(1);
  const [form, setForm] = useState<{ edited: ShippingMethod | null } | null>(null);
  const methods = useQuery({
    queryKey: ['shipping-methods', page],
    placeholderData: keepPreviousData,
    queryFn: () => shop.shipping.list({ page, pageSize }),
  });
  const remove = useSave((id: string) => shop.shipping.delete({ id }), 'Method removed', ['shipping-methods']);
  const items = methods.data?.items ?? [];
  return (
    <Stack>
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={16} />} onClick={() => setForm({ edited: null })}>
          New shipping method
        </Button>
      </Group>
      <Loaded query={methods} rows={3}>
        {items.length === 0 ? (
          <Empty title="No shipping methods yet">Without shipping methods, every order ships free.</Empty>
        ) : (
          <Table.ScrollContainer minWidth={560}>
            <Table verticalSpacing="xs" className="stacks" aria-label="Shipping methods">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Method</Table.Th>
                  <Table.Th>Destinations</Table.Th>
                  <Table.Th>Price</Table.Th>
                  <Table.Th w={120} aria-label="Actions" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((m) => (
                  <Table.Tr key={m.id}>
                    <Table.Td>
                      <Text size="sm" fw={600}>
                        {m.name}
                      </Text>
                      {!m.active && (
                        <Badge variant="dot" color="gray" tt="none">
                          inactive
                        </Badge>
                      )}
                    </Table.Td>
                    <Table.Td data-label="Destinations">{[...m.countries, ...m.regions].join(', ') || 'Everywhere'}</Table.Td>
                    <Table.Td data-label="Price">
                      <div>
                        {m.bands.map((band, i) => (
                          <Text size="sm" key={i}>
                            {bandText(band, m.currency)}
                          </Text>
                        ))}
                        {m.freeFromCents !== null && (
                          <Text size="xs" c="dimmed">
                            free from {money(m.freeFromCents, m.currency)}
                          </Text>
                        )}
                      </div>
                    </Table.Td>
                    <Table.Td>
                      <Group gap={4} justify="flex-end" wrap="nowrap">
                        <Button size="compact-sm" variant="default" aria-label={`Change ${m.name}`} onClick={() => setForm({ edited: m })}>
                          Change
                        </Button>
                        <RemoveButton
                          what={m.name}
                          consequence="Carts that use it switch to the cheapest other method. Orders keep its name."
                          onConfirm={() => remove.mutate(m.id)}
                        />
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <Pager page={page} pageSize={pageSize} totalCount={methods.data?.totalCount ?? 0} onChange={setPage} />
      </Loaded>
      {form && (
        <InStoreCurrency rows={1}>
          {(currency) => <ShippingForm edited={form.edited} currency={currency} onClose={() => setForm(null)} />}
        </InStoreCurrency>
      )}
    </Stack>
  );
};
