/** Orders: narrowed, sorted, exported and shipped in bulk. What is chosen lives in the URL. */
import { Badge, Button, Checkbox, Collapse, Group, SegmentedControl, Select, SimpleGrid, Switch, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import type { Order } from '@cartwright/contracts';
import { IconAdjustments, IconDownload, IconSearch, IconTruck } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { BulkShipDialog } from '../components/bulk-ship-dialog.tsx';
import { Ago, Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { money } from '../lib/format.ts';
import { downloadCsv } from '../lib/csv.ts';
import { paymentStatuses, toFilters, toOrderSearch, type OrderSearch } from '../lib/order-search.ts';
import { showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const states = [
  { value: '', label: 'All' },
  { value: 'pending', label: 'Unpaid' },
  { value: 'confirmed', label: 'To ship' },
  { value: 'shipped', label: 'Shipped' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'cancelled', label: 'Cancelled' },
];
const sorts = [
  { value: 'newest', label: 'Newest first' },
  { value: 'oldest', label: 'Oldest first' },
  { value: 'total_high', label: 'Highest total first' },
  { value: 'total_low', label: 'Lowest total first' },
];
const payments = paymentStatuses.map((value) => ({ value, label: value.replaceAll('_', ' ') }));

type Change = (changes: Partial<Record<keyof OrderSearch, string | boolean | undefined>>) => void;

const Filters = ({ search, change }: { search: OrderSearch; change: Change }) => {
  const typed = useDebouncedCallback((name: keyof OrderSearch, value: string) => change({ [name]: value }), 300);
  const text = (name: keyof OrderSearch, label: string, type = 'text') => (
    <TextInput
      size="sm"
      type={type}
      label={label}
      defaultValue={String(search[name] ?? '')}
      onChange={(e) => typed(name, e.currentTarget.value)}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm" mb="md">
      <Select
        size="sm"
        label="Payment"
        clearable
        data={payments}
        value={search.paymentStatus ?? null}
        onChange={(value) => change({ paymentStatus: value ?? '' })}
      />
      {text('sku', 'SKU')}
      {text('from', 'Placed from', 'date')}
      {text('to', 'Placed until', 'date')}
      {text('min', 'Total from')}
      {text('max', 'Total up to')}
      <Select
        size="sm"
        label="Sort"
        allowDeselect={false}
        data={sorts}
        value={search.sort ?? 'newest'}
        onChange={(value) => change({ sort: value ?? '' })}
      />
    </SimpleGrid>
  );
};

const Row = ({ order, chosen, onChoose, onOpen }: { order: RowOrder; chosen: boolean; onChoose: () => void; onOpen: () => void }) => (
  <Table.Tr className="row-link" tabIndex={0} onClick={onOpen} onKeyDown={(e) => e.key === 'Enter' && onOpen()}>
    <Table.Td w={36} onClick={(e) => e.stopPropagation()}>
      {order.status === 'confirmed' && (
        <Checkbox size="xs" aria-label={`Choose ${order.orderNumber}`} checked={chosen} onChange={onChoose} />
      )}
    </Table.Td>
    <Table.Td className="mono">{order.orderNumber}</Table.Td>
    <Table.Td>{order.customer.name}</Table.Td>
    <Table.Td>
      <Group gap={6} wrap="nowrap">
        <StatusBadge label={order.label} />
        {order.attention.length > 0 && (
          <Badge size="xs" color="red" variant="light" tt="none">
            {order.attention[0]?.replaceAll('_', ' ')}
          </Badge>
        )}
      </Group>
    </Table.Td>
    <Table.Td>
      <Ago at={order.placedAt} />
    </Table.Td>
    <Table.Td ta="right">{order.itemCount}</Table.Td>
    <Table.Td ta="right">{money(order.totalCents, order.currency)}</Table.Td>
  </Table.Tr>
);
type RowOrder = Pick<
  Order,
  'id' | 'status' | 'orderNumber' | 'customer' | 'label' | 'attention' | 'placedAt' | 'itemCount' | 'totalCents' | 'currency'
>;

export const OrdersPage = () => {
  const search = useSearch({ from: '/shell/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const { page = 1, status, q, sort } = search;
  const filters = toFilters(search);
  const narrowed = Object.keys(filters).length > 0;
  const [more, moreFilters] = useDisclosure(
    Boolean(search.paymentStatus ?? search.sku ?? search.from ?? search.to ?? search.min ?? search.max ?? sort),
  );
  const [chosen, setChosen] = useState<ReadonlySet<Order['id']>>(new Set());
  const [shipping, shipDialog] = useDisclosure();
  const query = useQuery({
    queryKey: ['orders', search],
    queryFn: ({ signal }) => shop.orders.list({ page, pageSize: 20, ...filters, ...(sort && { sort }) }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const download = useMutation({ mutationFn: () => downloadCsv('orders', filters), onError: showError });
  const change: Change = (changes) => {
    setChosen(new Set());
    void navigate({ search: (before) => toOrderSearch({ ...before, page: 1, ...changes }), replace: true });
  };
  const find = useDebouncedCallback((text: string) => change({ q: text }), 250);
  const choose = (id: Order['id']) =>
    setChosen((before) => (before.has(id) ? new Set([...before].filter((other) => other !== id)) : new Set([...before, id])));
  const items = query.data?.items ?? [];
  const toShip = items.filter((order) => chosen.has(order.id));
  return (
    <>
      <PageTitle title="Orders">
        {toShip.length > 0 && (
          <Button leftSection={<IconTruck size={16} />} onClick={shipDialog.open}>
            Ship {toShip.length}
          </Button>
        )}
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={download.isPending} onClick={() => download.mutate()}>
          Export CSV
        </Button>
        <TextInput
          type="search"
          aria-label="Find orders"
          placeholder="Number or e-mail"
          leftSection={<IconSearch size={16} />}
          defaultValue={q ?? ''}
          onChange={(e) => find(e.currentTarget.value)}
        />
      </PageTitle>
      <Group mb="sm" gap="md">
        <Table.ScrollContainer minWidth={300}>
          <SegmentedControl
            aria-label="State"
            size="sm"
            data={states}
            value={status ?? ''}
            onChange={(value) => change({ status: value })}
          />
        </Table.ScrollContainer>
        <Switch
          label="Needs a look"
          checked={search.attention ?? false}
          onChange={(e) => change({ attention: e.currentTarget.checked || undefined })}
        />
        <Button size="sm" variant="subtle" leftSection={<IconAdjustments size={16} />} aria-expanded={more} onClick={moreFilters.toggle}>
          Filters
        </Button>
      </Group>
      <Collapse expanded={more}>
        <Filters search={search} change={change} />
      </Collapse>
      <Loaded query={query} rows={10}>
        {items.length === 0 ? (
          <Empty title={narrowed ? 'No order fits' : 'No orders yet'}>
            {narrowed ? 'Try another state or another word.' : 'The first order will show up here the moment it is placed.'}
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={680}>
            <Table highlightOnHover verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th aria-label="Chosen" />
                  <Table.Th>Order</Table.Th>
                  <Table.Th>Customer</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Placed</Table.Th>
                  <Table.Th ta="right">Units</Table.Th>
                  <Table.Th ta="right">Total</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((order) => (
                  <Row
                    key={order.id}
                    order={order}
                    chosen={chosen.has(order.id)}
                    onChoose={() => choose(order.id)}
                    onOpen={() => void navigate({ to: '/orders/$orderId', params: { orderId: order.id } })}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })} />}
      </Loaded>
      <BulkShipDialog orders={toShip} opened={shipping} onClose={shipDialog.close} onShipped={() => setChosen(new Set())} />
    </>
  );
};
