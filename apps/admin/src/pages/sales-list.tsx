/** Flash sales: running, scheduled and ended. */
import { Progress, Table, Text } from '@mantine/core';
import type { FlashSale } from '@cartwright/contracts';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { NewSale } from '../components/new-sale.tsx';
import { Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { dateTime, money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

const SaleRow = ({ sale }: { sale: FlashSale }) => {
  const soldOut = sale.items.filter((item) => item.soldOut).length;
  const [first] = sale.items;
  const prices = sale.items.map((item) => item.salePriceCents);
  const lowest = Math.min(...prices);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          <Link to="/sales/$saleId" params={{ saleId: sale.id }} className="plain-link">
            {sale.name}
          </Link>
        </Text>
        <Text size="xs" c="dimmed">
          {first?.productName}
          {sale.items.length > 1 && ` and ${sale.items.length - 1} more`}
        </Text>
      </Table.Td>
      <Table.Td data-label="Status">
        <StatusBadge label={sale.state} />
      </Table.Td>
      <Table.Td data-label="Window">
        <div>
          <Text size="sm">{dateTime(sale.startsAt)}</Text>
          <Text size="xs" c="dimmed">
            until {dateTime(sale.endsAt)}
          </Text>
        </div>
      </Table.Td>
      <Table.Td ta="right" data-label="Sale price">
        {first && `${prices.some((cents) => cents !== lowest) ? 'from ' : ''}${money(lowest, first.currency)}`}
      </Table.Td>
      <Table.Td ta="right" data-label="Allocated units">
        {sale.items.reduce((units, item) => units + item.unitsAllocated, 0).toLocaleString('en')}
      </Table.Td>
      <Table.Td data-label="Items">
        <div>
          <Text size="xs" c="dimmed">
            {soldOut} of {sale.items.length} sold out
          </Text>
          <Progress
            value={(soldOut / sale.items.length) * 100}
            size="xs"
            aria-label={`${soldOut} of ${sale.items.length} items sold out`}
          />
        </div>
      </Table.Td>
    </Table.Tr>
  );
};

export const SalesPage = () => {
  const { page = 1 } = useSearch({ from: '/shell/sales' });
  const navigate = useNavigate({ from: '/sales' });
  const [creating, setCreating] = useState(false);
  const query = useQuery({
    queryKey: ['sales', page],
    queryFn: ({ signal }) => shop.flashSales.list({ page, pageSize: 20 }, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageTitle title="Flash sales">
        <ScopedButton calls="flashSales.create" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          New flash sale
        </ScopedButton>
      </PageTitle>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title="No flash sales yet">
            A flash sale allocates units of a product and sells them at a sale price while its window is open. It never sells more units
            than allocated, however many customers come at once. Create the first one with “New flash sale”.
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={680}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Sale</Table.Th>
                  <Table.Th>Status</Table.Th>
                  <Table.Th>Window</Table.Th>
                  <Table.Th ta="right">Sale price</Table.Th>
                  <Table.Th ta="right">Allocated units</Table.Th>
                  <Table.Th w={140}>Items</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((sale) => (
                  <SaleRow key={sale.id} sale={sale} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: next > 1 ? { page: next } : {} })} />}
      </Loaded>
      <NewSale opened={creating} onClose={() => setCreating(false)} />
    </>
  );
};
