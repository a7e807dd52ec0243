/** One order: what was sold, what happened, and the next step. */
import { Anchor, Breadcrumbs, Button, Grid, Group, Menu, Stack, Text, Timeline } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Order } from '@cartwright/contracts';
import {
  IconArrowBackUp,
  IconCheck,
  IconChevronDown,
  IconCreditCard,
  IconFileInvoice,
  IconHome,
  IconNote,
  IconPencil,
  IconReceiptRefund,
  IconTruck,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AddressDialog } from '../components/address-dialog.tsx';
import { EditDialog } from '../components/edit-dialog.tsx';
import { CancelDialog, NoteDialog, refundable, RefundDialog, ShipDialog } from '../components/order-dialogs.tsx';
import { Lines, Panel, Parcels, Payments, Returns } from '../components/order-panels.tsx';
import { Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { WaitingEdit } from '../components/waiting-edit.tsx';
import { ReturnDialog } from '../components/return-dialogs.tsx';
import { dateTime } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useStep } from '../lib/use-step.ts';

const icons = {
  status: IconCheck,
  payment: IconCreditCard,
  refund: IconReceiptRefund,
  shipment: IconTruck,
  invoice: IconFileInvoice,
  note: IconNote,
  return: IconArrowBackUp,
  address: IconHome,
  edit: IconPencil,
};

const whyItNeedsALook: Record<Order['attention'][number], string> = {
  ship_late: 'Paid two days ago and not shipped',
  payment_undecided: 'The provider has not decided about the payment',
  refund_failed: 'The provider refused a refund',
  disputed: 'The payment is under dispute',
  return_requested: 'A return waits for an answer',
};

/** What may be done now; the rest is not offered. */
const stepsOf = (order: Order) => {
  const waiting = order.edits.find((edit) => edit.status === 'awaiting_payment');
  const here = !waiting && order.shippedCount === 0 && ['pending', 'confirmed'].includes(order.status);
  return {
    waiting,
    ship: !waiting && order.status === 'confirmed',
    deliver: order.status === 'shipped',
    cancel: ['pending', 'confirmed', 'shipped'].includes(order.status),
    edit: here && order.status === 'confirmed',
    address: here,
    refund: order.status !== 'pending' && refundable(order) > 0,
    takeBack: order.status !== 'cancelled' && order.items.some((item) => item.shippedQuantity > item.claimedQuantity),
  };
};

const Customer = ({ order, action }: { order: Order; action: ReactNode }) => {
  const address = order.shippingAddress;
  return (
    <Panel title="Customer" action={action}>
      <Text size="sm" fw={500}>
        {order.customer.name}
      </Text>
      <Text size="sm">{order.customer.email}</Text>
      <Text size="sm" c="dimmed" mt="xs">
        {address.line1}
        {address.line2 && `, ${address.line2}`}
        <br />
        {address.postalCode} {address.city}
        <br />
        {address.countryCode}
      </Text>
      {order.notes && (
        <Text size="sm" mt="xs">
          “{order.notes}”
        </Text>
      )}
    </Panel>
  );
};

const History = ({ order, action }: { order: Order; action: ReactNode }) => (
  <Panel title="Timeline" action={action}>
    <Timeline bulletSize={22} lineWidth={2} active={order.timeline.length}>
      {order.timeline.map((entry, i) => {
        const Icon = icons[entry.kind];
        return (
          <Timeline.Item
            key={`${entry.at}-${i}`}
            bullet={<Icon size={12} />}
            title={
              <Text size="sm" fw={500}>
                {entry.title}
              </Text>
            }
          >
            {entry.detail && <Text size="sm">{entry.detail}</Text>}
            <Text size="xs" c="dimmed">
              {dateTime(entry.at)} · {entry.actor}
            </Text>
          </Timeline.Item>
        );
      })}
    </Timeline>
  </Panel>
);

const OrderView = ({ order }: { order: Order }) => {
  const [shipping, shipDialog] = useDisclosure();
  const [cancelling, cancelDialog] = useDisclosure();
  const [editing, editDialog] = useDisclosure();
  const [returning, returnDialog] = useDisclosure();
  const [noting, noteDialog] = useDisclosure();
  const [moving, addressDialog] = useDisclosure();
  const [refunding, refundDialog] = useDisclosure();
  const deliver = useStep(
    () => shop.orders.deliver({ orderId: order.id }),
    'Marked as delivered',
    () => undefined,
  );
  const may = stepsOf(order);
  return (
    <>
      <PageTitle title={order.orderNumber}>
        <StatusBadge label={order.label} />
        {(may.edit || may.takeBack) && (
          <Menu>
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={14} />}>
                More
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {may.edit && <Menu.Item onClick={editDialog.open}>Change the order</Menu.Item>}
              {may.takeBack && <Menu.Item onClick={returnDialog.open}>Take units back</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        )}
        {may.cancel && (
          <Button variant="default" onClick={cancelDialog.open}>
            Cancel
          </Button>
        )}
        {may.ship && (
          <Button leftSection={<IconTruck size={16} />} onClick={shipDialog.open}>
            Ship
          </Button>
        )}
        {may.deliver && (
          <Button loading={deliver.isPending} onClick={() => deliver.mutate()}>
            Mark as delivered
          </Button>
        )}
      </PageTitle>
      {may.waiting && <WaitingEdit order={order} edit={may.waiting} />}
      {order.attention.length > 0 && (
        <Text size="sm" className="bad" mb="sm" role="status">
          {order.attention.map((reason) => whyItNeedsALook[reason]).join('. ')}.
        </Text>
      )}
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Panel title="Items">
              <Lines order={order} />
            </Panel>
            {order.shipments.length > 0 && <Parcels order={order} />}
            {order.returns.length > 0 && <Returns order={order} />}
            <Payments
              order={order}
              action={
                may.refund && (
                  <Button size="compact-sm" variant="default" onClick={refundDialog.open}>
                    Give money back
                  </Button>
                )
              }
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Customer
              order={order}
              action={
                may.address && (
                  <Button size="compact-sm" variant="default" onClick={addressDialog.open}>
                    Change address
                  </Button>
                )
              }
            />
            <History
              order={order}
              action={
                <Button size="compact-sm" variant="default" onClick={noteDialog.open}>
                  Add note
                </Button>
              }
            />
          </Stack>
        </Grid.Col>
      </Grid>
      <ShipDialog order={order} opened={shipping} onClose={shipDialog.close} />
      <CancelDialog order={order} opened={cancelling} onClose={cancelDialog.close} />
      {may.edit && editing && <EditDialog order={order} opened={editing} onClose={editDialog.close} />}
      <ReturnDialog order={order} opened={returning} onClose={returnDialog.close} />
      <NoteDialog order={order} opened={noting} onClose={noteDialog.close} />
      <AddressDialog order={order} opened={moving} onClose={addressDialog.close} />
      <RefundDialog order={order} opened={refunding} onClose={refundDialog.close} />
    </>
  );
};

export const OrderPage = () => {
  const { orderId } = useParams({ from: '/shell/orders/$orderId' });
  const query = useQuery({ queryKey: ['order', orderId], queryFn: () => shop.orders.get({ orderId }) });
  return (
    <>
      <Group mb="xs">
        <Breadcrumbs>
          <Anchor component={Link} to="/orders" size="sm">
            Orders
          </Anchor>
          <Text size="sm">{query.data?.orderNumber ?? '…'}</Text>
        </Breadcrumbs>
      </Group>
      <Loaded query={query}>{query.data && <OrderView order={query.data} />}</Loaded>
    </>
  );
};
