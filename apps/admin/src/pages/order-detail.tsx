/** Order page: items, payments, timeline and next steps. */
import { Alert, Anchor, Breadcrumbs, Grid, Stack, Text } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { IconAlertTriangle, IconHourglass, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Lines } from '../components/order-lines.tsx';
import { Parcels } from '../components/order-parcels.tsx';
import { Returns } from '../components/order-returns.tsx';
import { Customer, History, Invoices } from '../components/order-sides.tsx';
import { OrderSteps, stepsOf } from '../components/order-steps.tsx';
import { DiscrepancyLink, useOpenDiscrepancies } from '../components/open-discrepancies.tsx';
import { Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { Panel } from '../components/panel.tsx';
import { Payments } from '../components/payments-panel.tsx';
import { WaitingEdit } from '../components/waiting-edit.tsx';
import { discrepancyAnchor } from '../lib/discrepancies.ts';
import { dateTime } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

const attentionReasons: Record<Order['attention'][number], string> = {
  ship_late: 'Paid two days ago and not shipped',
  payment_undecided: 'The provider has neither confirmed nor declined the payment',
  refund_failed: 'The provider refused a refund',
  disputed: 'The payment is disputed',
  return_requested: 'A return request needs a decision',
};

/** Until when an unpaid order can be paid. */
const PaymentDeadline = ({ order: { status, expiresAt, payments } }: { order: Order }) => {
  if (status !== 'pending' || expiresAt === null) return null;
  const declined = payments[0]?.status === 'failed';
  return (
    <Alert variant="light" icon={<IconHourglass size={18} />} mb="sm" p="xs" role="status">
      <Text size="sm">
        {declined && 'The payment was declined. '}
        The order can be paid until {dateTime(expiresAt)}. If it is not paid by then, it is cancelled and its units become available again.
      </Text>
    </Alert>
  );
};

/** Says that the order was deleted, when, and by whom. It is in no list: staff come here from a return, an invoice or a discrepancy. */
const DeletedNotice = ({ order: { deletedAt, deletedBy } }: { order: Order }) =>
  deletedAt !== null && (
    <Alert color="gray" variant="light" icon={<IconTrash size={18} />} mb="sm" p="xs" role="status">
      <Text size="sm">
        Deleted on {dateTime(deletedAt)}
        {deletedBy !== null && ` by ${deletedBy}`}. The order is in no list, and the customer cannot open it. Its records are kept.
      </Text>
    </Alert>
  );

const OrderView = ({ order }: { order: Order }) => {
  const { waiting } = stepsOf(order);
  const discrepancies = useOpenDiscrepancies(order.id);
  return (
    <>
      <PageTitle title={order.orderNumber}>
        <StatusBadge label={order.label} />
        <OrderSteps order={order} />
      </PageTitle>
      <DeletedNotice order={order} />
      {waiting && <WaitingEdit order={order} edit={waiting} />}
      <PaymentDeadline order={order} />
      {order.attention.length > 0 && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} mb="sm" p="xs" role="status">
          <Text size="sm">{order.attention.map((reason) => attentionReasons[reason]).join('. ')}.</Text>
        </Alert>
      )}
      {discrepancies.length > 0 && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} mb="sm" p="xs" role="status">
          {discrepancies.map((discrepancy) => (
            <Text key={discrepancyAnchor(discrepancy)} size="sm" component="div">
              {discrepancy.detail} <DiscrepancyLink discrepancy={discrepancy} />
            </Text>
          ))}
        </Alert>
      )}
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Panel title="Items">
              <Lines order={order} />
            </Panel>
            {order.shipments.length > 0 && <Parcels order={order} />}
            {order.returns.length > 0 && <Returns order={order} />}
            <Payments order={order} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Customer order={order} />
            <Invoices order={order} />
            <History order={order} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
};

export const OrderPage = () => {
  const { orderId } = useParams({ from: '/shell/orders/$orderId' });
  const query = useQuery({ queryKey: ['order', orderId], queryFn: () => shop.orders.get({ orderId }) });
  return (
    <>
      <Breadcrumbs mb="xs">
        <Anchor component={Link} to="/orders" size="sm">
          Orders
        </Anchor>
        <Text size="sm">{query.data?.orderNumber ?? '…'}</Text>
      </Breadcrumbs>
      <Loaded query={query}>{query.data && <OrderView order={query.data} />}</Loaded>
    </>
  );
};
