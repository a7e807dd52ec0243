/** One order: what was sold, what happened, and the next step. */
import { Anchor, Breadcrumbs, Button, Card, Grid, Group, Modal, Stack, Table, Text, Textarea, TextInput, Timeline } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { Order } from '@cartwright/contracts';
import {
  IconCheck,
  IconCreditCard,
  IconEdit,
  IconFileInvoice,
  IconMapPin,
  IconReceiptRefund,
  IconTruck,
  IconTruckReturn,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { dateTime, money } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

const icons: Partial<Record<Order['timeline'][number]['kind'], typeof IconCheck>> = {
  status: IconCheck,
  payment: IconCreditCard,
  refund: IconReceiptRefund,
  shipment: IconTruck,
  invoice: IconFileInvoice,
  note: IconCheck,
  return: IconTruckReturn,
  address: IconMapPin,
  edit: IconEdit,
};

/** A step on an order: shows the new state at once and refreshes the lists. */
const useStep = (run: () => Promise<Order>, done: string, after: () => void) =>
  useMutation({
    mutationFn: run,
    onSuccess: (order) => {
      queryClient.setQueryData(['order', order.id], order);
      void queryClient.invalidateQueries({ queryKey: ['orders'] });
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      showDone(done, order.orderNumber);
      after();
    },
    onError: showError,
  });

const ShipDialog = ({ order, opened, onClose }: { order: Order; opened: boolean; onClose: () => void }) => {
  const form = useForm({
    initialValues: { carrier: 'DHL', trackingNumber: '', trackingUrl: '' },
    validate: { trackingNumber: (v) => (v.trim() ? null : 'The parcel needs its number') },
  });
  const ship = useStep(
    () => {
      const { trackingUrl, ...rest } = form.values;
      return shop.orders.ship({ orderId: order.id, ...rest, ...(trackingUrl && { trackingUrl }) });
    },
    'Marked as shipped',
    onClose,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Ship ${order.orderNumber}`}>
      <form onSubmit={form.onSubmit(() => ship.mutate())}>
        <Stack>
          <TextInput label="Carrier" required {...form.getInputProps('carrier')} />
          <TextInput label="Tracking number" required data-autofocus {...form.getInputProps('trackingNumber')} />
          <TextInput label="Tracking page" placeholder="https://…" {...form.getInputProps('trackingUrl')} />
          <Text size="sm" c="dimmed">
            The customer is told by mail.
          </Text>
          <Button type="submit" loading={ship.isPending}>
            Mark as shipped
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

const CancelDialog = ({ order, opened, onClose }: { order: Order; opened: boolean; onClose: () => void }) => {
  const form = useForm({ initialValues: { note: '' } });
  const cancel = useStep(
    () => shop.orders.cancel({ orderId: order.id, ...(form.values.note && { note: form.values.note }) }),
    'Order cancelled',
    onClose,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Cancel ${order.orderNumber}?`}>
      <form onSubmit={form.onSubmit(() => cancel.mutate())}>
        <Stack>
          <Text size="sm">
            {order.paymentStatus === 'captured'
              ? `${money(order.totalCents, order.currency)} goes back to the customer and the goods go back on the shelf.`
              : 'The held units go back on the shelf.'}{' '}
            This cannot be undone.
          </Text>
          <Textarea label="Why" placeholder="Seen in the timeline by staff" {...form.getInputProps('note')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep the order
            </Button>
            <Button type="submit" color="red" loading={cancel.isPending}>
              Cancel the order
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};

const Panel = ({ title, children }: { title: string; children: ReactNode }) => (
  <Card withBorder>
    <Text component="h2" fw={600} fz="md" mb="sm">
      {title}
    </Text>
    {children}
  </Card>
);

const Lines = ({ order }: { order: Order }) => {
  const { totals, currency } = order;
  const sum = (label: string, cents: number, strong = false) => (
    <Table.Tr>
      <Table.Td colSpan={3} ta="right" {...(strong && { fw: 650 })}>
        {label}
      </Table.Td>
      <Table.Td ta="right" {...(strong && { fw: 650 })}>
        {money(cents, currency)}
      </Table.Td>
    </Table.Tr>
  );
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Item</Table.Th>
            <Table.Th ta="right">Units</Table.Th>
            <Table.Th ta="right">Price</Table.Th>
            <Table.Th ta="right">Sum</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {order.items.map((item) => (
            <Table.Tr key={item.id}>
              <Table.Td>
                <Anchor component={Link} to={`/products/${item.productId}`} size="sm">
                  {item.productName}
                  {item.variantTitle && ` · ${item.variantTitle}`}
                </Anchor>
                <Text size="xs" c="dimmed" className="mono">
                  {item.sku}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{item.quantity}</Table.Td>
              <Table.Td ta="right">{money(item.unitPriceCents, currency)}</Table.Td>
              <Table.Td ta="right">{money(item.lineTotalCents, currency)}</Table.Td>
            </Table.Tr>
          ))}
          {totals.discountCents > 0 && sum(`Discount ${order.promoCode ?? ''}`, -totals.discountCents)}
          {sum('Shipping', totals.shippingCents)}
          {sum(totals.taxIncluded ? 'Tax included' : 'Tax', totals.taxCents)}
          {sum('Total', totals.totalCents, true)}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
};

export const OrderPage = () => {
  const { orderId } = useParams({ from: '/shell/orders/$orderId' });
  const query = useQuery({ queryKey: ['order', orderId], queryFn: () => shop.orders.get({ orderId }) });
  const [shipping, shipDialog] = useDisclosure();
  const [cancelling, cancelDialog] = useDisclosure();
  const deliver = useStep(
    () => shop.orders.deliver({ orderId }),
    'Marked as delivered',
    () => undefined,
  );
  const order = query.data;
  const address = order?.shippingAddress;
  return (
    <>
      <Breadcrumbs mb="xs">
        <Anchor component={Link} to="/orders" size="sm">
          Orders
        </Anchor>
        <Text size="sm">{order?.orderNumber ?? '…'}</Text>
      </Breadcrumbs>
      <Loaded query={query}>
        {order && address && (
          <>
            <PageTitle title={order.orderNumber}>
              <StatusBadge label={order.label} />
              {['pending', 'confirmed', 'shipped'].includes(order.status) && (
                <Button variant="default" onClick={cancelDialog.open}>
                  Cancel
                </Button>
              )}
              {order.status === 'confirmed' && (
                <Button leftSection={<IconTruck size={16} />} onClick={shipDialog.open}>
                  Ship
                </Button>
              )}
              {order.status === 'shipped' && (
                <Button loading={deliver.isPending} onClick={() => deliver.mutate()}>
                  Mark as delivered
                </Button>
              )}
            </PageTitle>
            <Grid>
              <Grid.Col span={{ base: 12, md: 8 }}>
                <Stack>
                  <Panel title="Items">
                    <Lines order={order} />
                  </Panel>
                  <Panel title="Payments">
                    <Stack gap="xs">
                      {order.payments.map((payment) => (
                        <Group key={payment.id} justify="space-between">
                          <div>
                            <Text size="sm">
                              {payment.provider} · {dateTime(payment.createdAt)}
                            </Text>
                            {payment.failureMessage && (
                              <Text size="xs" className="bad">
                                {payment.failureMessage}
                              </Text>
                            )}
                            {payment.refunds.map((refund) => (
                              <Text key={refund.id} size="xs" c="dimmed">
                                Refund {money(refund.amountCents, order.currency)}, {refund.status}: {refund.reason}
                              </Text>
                            ))}
                          </div>
                          <Group gap="xs">
                            <StatusBadge label={payment.status} />
                            <Text size="sm">{money(payment.amountCents, order.currency)}</Text>
                          </Group>
                        </Group>
                      ))}
                      {order.payments.length === 0 && (
                        <Text size="sm" c="dimmed">
                          Nothing to pay.
                        </Text>
                      )}
                    </Stack>
                  </Panel>
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 4 }}>
                <Stack>
                  <Panel title="Customer">
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
                  <Panel title="Timeline">
                    <Timeline bulletSize={22} lineWidth={2} active={order.timeline.length}>
                      {order.timeline.map((entry, i) => {
                        const Icon = icons[entry.kind] ?? IconCheck;
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
                </Stack>
              </Grid.Col>
            </Grid>
            <ShipDialog order={order} opened={shipping} onClose={shipDialog.close} />
            <CancelDialog order={order} opened={cancelling} onClose={cancelDialog.close} />
          </>
        )}
      </Loaded>
    </>
  );
};
