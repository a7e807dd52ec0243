/** Returns: requested, approved, in transit, received or written off. */
import { Select, Table, Text } from '@mantine/core';
import { returnStatuses, type ReturnStatus } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { dateTime, money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

type Summary = Awaited<ReturnType<typeof shop.returns.list>>['items'][number];

const isStatus = (value: string | null | undefined): value is ReturnStatus => returnStatuses.some((status) => status === value);

const whenOf = ({ status, dueAt, receivedAt, writtenOffAt, createdAt }: Summary): string => {
  if (status === 'in_transit' && dueAt) return `Expected until ${dateTime(dueAt)}`;
  if (status === 'received' && receivedAt) return `Received ${dateTime(receivedAt)}`;
  if (status === 'written_off' && writtenOffAt) return `Written off ${dateTime(writtenOffAt)}`;
  return `Opened ${dateTime(createdAt)}`;
};

const ReturnRow = ({ back }: { back: Summary }) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm" fw={600}>
        <Link to="/orders/$orderId" params={{ orderId: back.orderId }} className="plain-link">
          {back.orderNumber}
        </Link>
      </Text>
      <Text size="xs" c="dimmed" lineClamp={2}>
        {back.reason}
      </Text>
    </Table.Td>
    <Table.Td data-label="State">
      <StatusBadge label={back.status} />
    </Table.Td>
    <Table.Td data-label="When">
      <Text size="sm">{whenOf(back)}</Text>
    </Table.Td>
    <Table.Td ta="right" data-label="Units">
      {back.units}
    </Table.Td>
    <Table.Td ta="right" {...(back.refundCents > 0 && { 'data-label': 'Refund' })}>
      {back.refundCents > 0 ? money(back.refundCents, back.currency) : ''}
    </Table.Td>
  </Table.Tr>
);

export const ReturnsPage = () => {
  const { page = 1, status } = useSearch({ from: '/shell/returns' });
  const navigate = useNavigate({ from: '/returns' });
  const validStatus = isStatus(status) ? status : undefined;
  const query = useQuery({
    queryKey: ['returns', page, validStatus],
    queryFn: ({ signal }) => shop.returns.list({ page, pageSize: 20, ...(validStatus && { status: validStatus }) }, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageTitle title="Returns">
        <Select
          aria-label="State"
          placeholder="Every state"
          clearable
          data={returnStatuses.map((value) => ({ value, label: value.replace('_', ' ') }))}
          value={validStatus ?? null}
          onChange={(value) => void navigate({ search: isStatus(value) ? { status: value } : {} })}
        />
      </PageTitle>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title="No returns">
            A buyer or staff opens a return. The shop opens one when an order is cancelled after units of it were shipped. To receive the
            units, open the order.
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Order</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>When</Table.Th>
                  <Table.Th ta="right">Units</Table.Th>
                  <Table.Th ta="right">Refund</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((back) => (
                  <ReturnRow key={back.id} back={back} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {query.data && (
          <Pager
            {...query.data}
            onChange={(next) => void navigate({ search: { ...(validStatus && { status: validStatus }), ...(next > 1 && { page: next }) } })}
          />
        )}
      </Loaded>
    </>
  );
};
