/** Price lists by currency and customer group, with their period and prices. */
import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { PriceList } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dateTime } from '../lib/format.ts';
import { queryClient } from '../lib/queries.ts';
import { settingsQuery } from '../lib/settings.ts';
import { shop } from '../lib/shop.ts';
import { Empty, Loaded, Pager, StatusBadge } from './page.tsx';
import { PriceListForm } from './price-list-form.tsx';
import { PriceListPrices } from './price-list-prices.tsx';
import { RowActions, useDeletion } from './row-actions.tsx';
import { InShopCurrency } from './shop-currency.tsx';
import { ScopedButton } from './scoped-button.tsx';

const pageSize = 20;

/** Status of a list at an instant. */
const statusOf = ({ active, startsAt, endsAt }: PriceList, at: number): 'inactive' | 'scheduled' | 'ended' | 'active' => {
  if (!active) return 'inactive';
  if (startsAt && Date.parse(startsAt) > at) return 'scheduled';
  return endsAt && Date.parse(endsAt) <= at ? 'ended' : 'active';
};
const windowOf = ({ startsAt, endsAt }: PriceList): string =>
  [startsAt && `from ${dateTime(startsAt)}`, endsAt && `until ${dateTime(endsAt)}`].filter(Boolean).join(' ') || 'always';

interface Steps {
  readonly openId: string | null;
  readonly onPrices: (list: PriceList) => void;
  readonly onEdit: (list: PriceList) => void;
  readonly onDelete: (list: PriceList) => void;
}

const ListRow = ({ list, at, openId, onPrices, onEdit, onDelete }: { list: PriceList; at: number } & Steps) => (
  <Table.Tr bg={list.id === openId ? 'var(--mantine-primary-color-light)' : undefined}>
    <Table.Td>
      <Text size="sm" fw={600}>
        {list.name}
      </Text>
      <Text size="xs" c="dimmed">
        {list.currency} · priority {list.priority}
      </Text>
    </Table.Td>
    <Table.Td data-label="For">{list.customerGroup ?? 'Everybody'}</Table.Td>
    <Table.Td data-label="Status">
      <div>
        <StatusBadge label={statusOf(list, at)} />
        <Text size="xs" c="dimmed">
          {windowOf(list)}
        </Text>
      </div>
    </Table.Td>
    <Table.Td ta="right" data-label="Prices">
      {list.priceCount}
    </Table.Td>
    <Table.Td>
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <Button size="compact-sm" variant="light" aria-label={`Prices of ${list.name}`} onClick={() => onPrices(list)}>
          Prices
        </Button>
        <RowActions
          name={list.name}
          calls={{ edit: 'priceLists.update', delete: 'priceLists.delete' }}
          onEdit={() => onEdit(list)}
          onDelete={() => onDelete(list)}
        />
      </Group>
    </Table.Td>
  </Table.Tr>
);

const ListTable = ({ lists, at, ...steps }: { lists: readonly PriceList[]; at: number } & Steps) => (
  <Table.ScrollContainer minWidth={560}>
    <Table verticalSpacing="xs" className="stacks" aria-label="Price lists" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>List</Table.Th>
          <Table.Th>For</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th ta="right">Prices</Table.Th>
          <Table.Th w={220} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lists.map((list) => (
          <ListRow key={list.id} list={list} at={at} {...steps} />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);

export const PriceLists = () => {
  const [page, setPage] = useState(1);
  const [currency, setCurrency] = useState<string | null>(null);
  const [form, setForm] = useState<{ edited: PriceList | null } | null>(null);
  const [openId, setOpenId] = useState<string | null>(null);
  const settings = useQuery(settingsQuery);
  const lists = useQuery({
    queryKey: ['price-lists', page, currency],
    placeholderData: keepPreviousData,
    queryFn: () => shop.priceLists.list({ page, pageSize, ...(currency && { currency }) }),
  });
  const deletion = useDeletion(
    'price-lists',
    async (id: string) => {
      await shop.priceLists.delete({ id });
      setOpenId(null);
      await queryClient.invalidateQueries({ queryKey: ['price-history'] });
    },
    'Its prices end at once. The price history is kept.',
  );
  const items = lists.data?.items ?? [];
  const open = items.find((list) => list.id === openId);
  const currencies = [...new Set([settings.data?.currency, ...(settings.data?.currencies ?? []), ...items.map((l) => l.currency)])].filter(
    (code) => code !== undefined,
  );
  return (
    <Stack>
      <Group justify="space-between" align="end">
        <Select label="Currency" placeholder="All" clearable w={130} data={currencies} value={currency} onChange={setCurrency} />
        <ScopedButton calls="priceLists.create" leftSection={<IconPlus size={16} />} onClick={() => setForm({ edited: null })}>
          New price list
        </ScopedButton>
      </Group>
      <Loaded query={lists}>
        {items.length === 0 ? (
          <Empty title={currency ? `No price lists in ${currency}` : 'No price lists yet'}>
            A price list sets other prices for products: in another currency, for a customer group, or for a limited time. Create it with
            “New price list”, then add its prices.
          </Empty>
        ) : (
          <ListTable
            lists={items}
            at={lists.dataUpdatedAt}
            openId={openId}
            onPrices={({ id }) => setOpenId(id === openId ? null : id)}
            onEdit={(edited) => setForm({ edited })}
            onDelete={({ id, name }) => deletion(id, name)}
          />
        )}
        <Pager page={page} pageSize={pageSize} totalCount={lists.data?.totalCount ?? 0} onChange={setPage} />
      </Loaded>
      {open && <PriceListPrices key={open.id} list={open} />}
      {form && (
        <InShopCurrency rows={1}>
          {(code) => (
            <PriceListForm
              edited={form.edited}
              currency={code}
              onClose={(saved) => {
                setForm(null);
                if (saved && !form.edited) setOpenId(saved.id);
              }}
            />
          )}
        </InShopCurrency>
      )}
    </Stack>
  );
};
