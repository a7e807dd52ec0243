/** Inventory: stock levels, low stock, locations, and the repair of counters. */
import { Button, Group, Table, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { StockLevel } from '@cartwright/contracts';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { AdjustStock, type AdjustTarget } from '../components/adjust-stock.tsx';
import { Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { StockDetails } from '../components/stock-details.tsx';
import { StockPlaces } from '../components/stock-places.tsx';
import { StockRepair } from '../components/stock-repair.tsx';
import { TabRow } from '../components/tab-row.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { shop } from '../lib/shop.ts';
import { availableInWords } from '../lib/stock-words.ts';

const toneOf: Record<StockLevel['status'], string> = { sold_out: 'bad', backorder: 'low', low_stock: 'low', in_stock: '' };

const Row = ({ level, onOpen, onAdjust }: { level: StockLevel; onOpen: () => void; onAdjust: () => void }) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm">{level.name}</Text>
      <Text size="xs" c="dimmed" className="mono">
        {level.sku}
      </Text>
    </Table.Td>
    <Table.Td ta="right" data-label="On hand">
      {level.onHand}
    </Table.Td>
    <Table.Td ta="right" data-label="Reserved">
      {level.reserved}
    </Table.Td>
    <Table.Td ta="right" fw={600} className={toneOf[level.status]} data-label="Available">
      {availableInWords(level)}
    </Table.Td>
    <Table.Td data-label="Status">
      <StatusBadge label={level.tracked ? level.status : 'not_tracked'} />
    </Table.Td>
    <Table.Td>
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button size="compact-sm" variant="subtle" onClick={onOpen}>
          Details
        </Button>
        <ScopedButton calls="inventory.adjust" size="compact-sm" variant="light" disabled={!level.tracked} onClick={onAdjust}>
          Adjust
        </ScopedButton>
      </Group>
    </Table.Td>
  </Table.Tr>
);

const emptyTitle = (q: string | undefined, low: boolean): string => {
  if (q) return low ? 'No matching variant is low on stock' : 'No matching variants';
  return low ? 'No variant is low on stock' : 'No stock yet';
};

const Levels = ({ low }: { low: boolean }) => {
  const search = useSearch({ from: '/shell/inventory' });
  const navigate = useNavigate({ from: '/inventory' });
  const { page = 1, q } = search;
  const [target, setTarget] = useState<AdjustTarget | null>(null);
  const [opened, setOpened] = useState<StockLevel | null>(null);
  const query = useQuery({
    queryKey: ['inventory', search],
    queryFn: ({ signal }) => {
      const input = { page, pageSize: 20, ...(q && { q }) };
      return low ? shop.inventory.lowStock(input, { signal }) : shop.inventory.list(input, { signal });
    },
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Loaded query={query} rows={10}>
        {query.data?.items.length === 0 ? (
          <Empty title={emptyTitle(q, low)}>
            {q
              ? 'Try another word or part of the SKU.'
              : low
                ? 'Every variant is above its reorder threshold, which is set under Details.'
                : 'This page lists the stock of every variant. Create a product or import a file, then enter the units on hand.'}
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={680}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Variant</Table.Th>
                  <Table.Th ta="right">On hand</Table.Th>
                  <Table.Th ta="right">Reserved</Table.Th>
                  <Table.Th ta="right">Available</Table.Th>
                  <Table.Th>Status</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((level) => (
                  <Row key={level.variantId} level={level} onOpen={() => setOpened(level)} onAdjust={() => setTarget(level)} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: { ...search, page: next } })} />}
      </Loaded>
      <AdjustStock target={target} onClose={() => setTarget(null)} />
      <StockDetails level={opened} onClose={() => setOpened(null)} />
    </>
  );
};

export const InventoryPage = () => {
  const { q, low = false } = useSearch({ from: '/shell/inventory' });
  const navigate = useNavigate({ from: '/inventory' });
  const [other, setOther] = useState<'locations' | 'repair' | null>(null);
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: { ...(low && { low }), ...(text && { q: text }) }, replace: true }),
    250,
  );
  const choose = (tab: string | null) => {
    setOther(tab === 'locations' || tab === 'repair' ? tab : null);
    if (tab === 'levels' || tab === 'low') void navigate({ search: { ...(q && { q }), ...(tab === 'low' && { low: true }) } });
  };
  return (
    <>
      <PageTitle title="Inventory">
        <TextInput
          type="search"
          aria-label="Find stock"
          w={250}
          placeholder="Name, SKU or barcode"
          leftSection={<IconSearch size={16} />}
          defaultValue={q ?? ''}
          onChange={(e) => find(e.currentTarget.value)}
        />
      </PageTitle>
      <Tabs value={other ?? (low ? 'low' : 'levels')} onChange={choose} keepMounted={false}>
        <TabRow mb="md">
          <Tabs.Tab value="levels">Stock levels</Tabs.Tab>
          <Tabs.Tab value="low">Low stock</Tabs.Tab>
          <Tabs.Tab value="locations">Locations</Tabs.Tab>
          <Tabs.Tab value="repair">Repair counters</Tabs.Tab>
        </TabRow>
        <Tabs.Panel value="levels">
          <Levels low={false} />
        </Tabs.Panel>
        <Tabs.Panel value="low">
          <Levels low />
        </Tabs.Panel>
        <Tabs.Panel value="locations">
          <StockPlaces />
        </Tabs.Panel>
        <Tabs.Panel value="repair">
          <StockRepair />
        </Tabs.Panel>
      </Tabs>
    </>
  );
};
