/** Rows of the order list. Orders that can be shipped can be selected, one by one or all of the page. */
import { Anchor, Badge, Checkbox, Group, Table } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { Link, useNavigate } from '@tanstack/react-router';
import { money, unreadable } from '../lib/format.ts';
import type { Selection } from '../lib/use-selection.ts';
import { opensRow, walksRows } from './open-row.tsx';
import { Ago, StatusBadge } from './page.tsx';
import { SelectAll } from './select-all.tsx';

export type RowOrder = Pick<
  Order,
  'id' | 'status' | 'orderNumber' | 'customer' | 'label' | 'attention' | 'placedAt' | 'itemCount' | 'totalCents' | 'currency'
>;

/** Why an order needs attention, short enough for a badge. */
const attentionLabels: Readonly<Record<Order['attention'][number], string>> = {
  ship_late: 'Late',
  payment_undecided: 'Payment undecided',
  refund_failed: 'Refund failed',
  disputed: 'Disputed',
  return_requested: 'Return requested',
};

const Row = ({ order, chosen, onChoose }: { order: RowOrder; chosen: boolean; onChoose: () => void }) => {
  const navigate = useNavigate();
  return (
    <Table.Tr {...opensRow(() => void navigate({ to: '/orders/$orderId', params: { orderId: order.id } }))}>
      <Table.Td>
        {order.status === 'confirmed' && (
          <Checkbox size="xs" aria-label={`Select ${order.orderNumber}`} checked={chosen} onChange={onChoose} />
        )}
      </Table.Td>
      <Table.Td className="mono">
        <Anchor component={Link} to={`/orders/${order.id}`} inherit c="inherit" data-row>
          {order.orderNumber}
        </Anchor>
      </Table.Td>
      <Table.Td data-label="Customer">{order.customer.name ?? unreadable}</Table.Td>
      <Table.Td data-label="Status">
        <Group gap={6} className="badges">
          <StatusBadge label={order.label} />
          {order.attention.length > 0 && (
            <Badge size="xs" color="red" variant="light" tt="none">
              {order.attention[0] && attentionLabels[order.attention[0]]}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td data-label="Placed">
        <Ago at={order.placedAt} />
      </Table.Td>
      <Table.Td ta="right" data-label="Units">
        {order.itemCount}
      </Table.Td>
      <Table.Td ta="right" data-label="Total">
        {money(order.totalCents, order.currency)}
      </Table.Td>
    </Table.Tr>
  );
};

interface Props {
  readonly orders: readonly RowOrder[];
  /** The orders to ship; null if none of these can be shipped. */
  readonly selection: Selection<RowOrder> | null;
}
export const OrdersTable = ({ orders, selection }: Props) => (
  <Table.ScrollContainer minWidth={680}>
    <Table highlightOnHover verticalSpacing="xs" className="stacks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={36} data-label="Select all that can be shipped">
            {selection && <SelectAll label="Select all orders that can be shipped" selection={selection} />}
          </Table.Th>
          <Table.Th>Order</Table.Th>
          <Table.Th>Customer</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>Placed</Table.Th>
          <Table.Th ta="right">Units</Table.Th>
          <Table.Th ta="right">Total</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody {...walksRows}>
        {orders.map((order) => (
          <Row key={order.id} order={order} chosen={selection?.has(order.id) === true} onChoose={() => selection?.toggle(order.id)} />
        ))}
      </Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);
