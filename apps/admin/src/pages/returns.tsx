/** Returns: requested, approved, in transit, received or written off. */
import { Select, Table, Text } from '@mantine/core';
import { returnStatuses, type ReturnStatus } from '@cartwright/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Empty, Loaded, PageTitle, Pager, StatusBadge } from '../components/page.tsx';
import { dateTime, money } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { statusLabel } from '../lib/status-words.ts';

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
    <Table.Td data-label="Status">
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

const NoReturns = ({ filtered }: { filtered: boolean }) =>
  filtered ? (
    <Empty title="No matching returns">
      No return has this status.{' '}
      <Link to="/returns" search={{}}>
        Show all returns
      </Link>
    </Empty>
  ) : (
    <Empty title="No returns yet">
      Customers request returns. You can also create one: open the order and choose “Create a return”. Units that were shipped before their
      order was cancelled are listed here as in transit.
    </Empty>
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
          aria-label="Status"
          placeholder="Any status"
          clearable
          data={returnStatuses.map((value) => ({ value, label: statusLabel(value) }))}
          value={validStatus ?? null}
          onChange={(value) => void navigate({ search: isStatus(value) ? { status: value } : {} })}
        />
      </PageTitle>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <NoReturns filtered={validStatus !== undefined} />
        ) : (
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Order</Table.Th>
                  <Table.Th>Status</Table.Th>
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
