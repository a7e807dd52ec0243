/** Stock levels with their ledger. */
import { Button, Drawer, Group, Switch, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { StockLevel } from '@cartwright/contracts';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { AdjustStock, type AdjustTarget } from '../components/adjust-stock.tsx';
import { Ago, Empty, Loaded, PageTitle, Pager } from '../components/page.tsx';
import { shop } from '../lib/shop.ts';

const Ledger = ({ level }: { level: StockLevel }) => {
  const query = useQuery({
    queryKey: ['movements', level.variantId],
    queryFn: () => shop.inventory.movements({ variantId: level.variantId, pageSize: 50 }),
  });
  return (
    <Loaded query={query}>
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {query.data?.items.map((m) => (
            <Table.Tr key={m.id}>
              <Table.Td ta="right" fw={600} className={m.quantity > 0 ? 'good' : 'bad'}>
                {m.quantity > 0 ? '+' : ''}
                {m.quantity}
              </Table.Td>
              <Table.Td>
                <Text size="sm">{m.reason}</Text>
                <Text size="xs" c="dimmed">
                  {m.kind} · <Ago at={m.createdAt} />
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Loaded>
  );
};

export const InventoryPage = () => {
  const search = useSearch({ from: '/shell/inventory' });
  const navigate = useNavigate({ from: '/inventory' });
  const { page = 1, q, low = false } = search;
  const [target, setTarget] = useState<AdjustTarget | null>(null);
  const [ledger, setLedger] = useState<StockLevel | null>(null);
  const query = useQuery({
    queryKey: ['inventory', search],
    queryFn: ({ signal }) => shop.inventory.list({ page, pageSize: 20, lowOnly: low, ...(q && { q }) }, { signal }),
    placeholderData: keepPreviousData,
  });
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: { ...(low && { low }), ...(text && { q: text }) }, replace: true }),
    250,
  );
  return (
    <>
      <PageTitle title="Inventory">
        <Switch
          label="Low stock only"
          checked={low}
          onChange={(e) => void navigate({ search: { ...(q && { q }), ...(e.currentTarget.checked && { low: true }) } })}
        />
        <TextInput
          type="search"
          aria-label="Find stock"
          placeholder="Name or SKU"
          leftSection={<IconSearch size={16} />}
          defaultValue={q ?? ''}
          onChange={(e) => find(e.currentTarget.value)}
        />
      </PageTitle>
      <Loaded query={query} rows={10}>
        {query.data?.items.length === 0 ? (
          <Empty title={low ? 'Nothing is running out' : 'No stock yet'}>
            {low ? 'Every variant is above its reorder threshold.' : 'Stock appears with the first product.'}
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={600}>
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Variant</Table.Th>
                  <Table.Th ta="right">On hand</Table.Th>
                  <Table.Th ta="right">Reserved</Table.Th>
                  <Table.Th ta="right">Available</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((level) => (
                  <Table.Tr key={level.variantId}>
                    <Table.Td>
                      <Text size="sm">{level.name}</Text>
                      <Text size="xs" c="dimmed" className="mono">
                        {level.sku}
                      </Text>
                    </Table.Td>
                    <Table.Td ta="right">{level.onHand}</Table.Td>
                    <Table.Td ta="right">{level.reserved}</Table.Td>
                    <Table.Td
                      ta="right"
                      fw={600}
                      className={level.available <= 0 ? 'bad' : level.available <= level.reorderThreshold ? 'low' : ''}
                    >
                      {level.available}
                    </Table.Td>
                    <Table.Td>
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <Button size="compact-sm" variant="subtle" onClick={() => setLedger(level)}>
                          Ledger
                        </Button>
                        <Button size="compact-sm" variant="light" onClick={() => setTarget(level)}>
                          Adjust
                        </Button>
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: { ...search, page: next } })} />}
      </Loaded>
      <AdjustStock target={target} onClose={() => setTarget(null)} />
      <Drawer opened={ledger !== null} onClose={() => setLedger(null)} position="right" title={ledger?.name}>
        {ledger && <Ledger level={ledger} />}
      </Drawer>
    </>
  );
};
