/** Orders: filter by state, find by number or e-mail. */
import { SegmentedControl, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Ago, Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

const states = [
  { value: '', label: 'All' },
  { value: 'pending', label: 'Unpaid' },
  { value: 'confirmed', label: 'To ship' },
  { value: 'shipped', label: 'Shipped' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'cancelled', label: 'Cancelled' },
];
type Status = 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled';

export const OrdersPage = () => {
  const search = useSearch({ from: '/shell/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const { page = 1, q, status } = search;
  const query = useQuery({
    queryKey: ['orders', search],
    queryFn: ({ signal }) =>
      shop.orders.list({ page, pageSize: 20, ...(q && { q }), ...(status && { status: status as Status }) }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: { ...(status && { status }), ...(text && { q: text }) }, replace: true }),
    250,
  );
  const open = (id: string) => void navigate({ to: '/orders/$orderId', params: { orderId: id } });
  return (
    <>
      <PageTitle title="Orders">
        <TextInput
          type="search"
          aria-label="Find orders"
          placeholder="Number or e-mail"
          leftSection={<IconSearch size={16} />}
          defaultValue={q ?? ''}
          onChange={(e) => find(e.currentTarget.value)}
        />
      </PageTitle>
      <Table.ScrollContainer minWidth={300} mb="sm">
        <SegmentedControl
          aria-label="State"
          size="sm"
          data={states}
          value={status ?? ''}
          onChange={(value) => void navigate({ search: { ...(q && { q }), ...(value && { status: value }) } })}
        />
      </Table.ScrollContainer>
      <Loaded query={query} rows={10}>
        {query.data?.items.length === 0 ? (
          <Empty title={q || status ? 'No order fits' : 'No orders yet'}>
            {q || status ? 'Try another state or another word.' : 'The first order will show up here the moment it is placed.'}
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={640}>
            <Table highlightOnHover verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Order</Table.Th>
                  <Table.Th>Customer</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Placed</Table.Th>
                  <Table.Th ta="right">Units</Table.Th>
                  <Table.Th ta="right">Total</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((order) => (
                  <Table.Tr
                    key={order.id}
                    className="row-link"
                    tabIndex={0}
                    onClick={() => open(order.id)}
                    onKeyDown={(e) => e.key === 'Enter' && open(order.id)}
                  >
                    <Table.Td className="mono">{order.orderNumber}</Table.Td>
                    <Table.Td>{order.customer.name}</Table.Td>
                    <Table.Td>
                      <StatusBadge label={order.label} />
                    </Table.Td>
                    <Table.Td>
                      <Ago at={order.placedAt} />
                    </Table.Td>
                    <Table.Td ta="right">{order.itemCount}</Table.Td>
                    <Table.Td ta="right">{money(order.totalCents, order.currency)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: { ...search, page: next } })} />}
      </Loaded>
    </>
  );
};
