/** Panels of the order page. */
import { Anchor, Button, Card, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Order, OrderReturn } from '@cartwright/contracts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { creditInWords, dateTime, money, unreadable } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useStep } from '../lib/use-step.ts';
import { RefundDialog } from './order-dialogs.tsx';
import { OrderPayments } from './order-payments.tsx';
import { stepsOf } from './order-steps.tsx';
import { StatusBadge } from './page.tsx';
import { ReceiveDialog } from './return-dialogs.tsx';
import { ScopedButton, useMissingScopes } from './scoped-button.tsx';

export const Panel = ({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) => (
  <Card withBorder>
    <Group justify="space-between" mb="sm">
      <Text component="h2" fw={600} fz="md">
        {title}
      </Text>
      {action}
    </Group>
    {children}
  </Card>
);

const progressOf = (item: Order['items'][number]): string =>
  [item.shippedQuantity > 0 && `${item.shippedQuantity} shipped`, item.returnedQuantity > 0 && `${item.returnedQuantity} returned`]
    .filter(Boolean)
    .join(', ');

const LineRow = ({ item, currency }: { item: Order['items'][number]; currency: string }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor component={Link} to={`/products/${item.productId}`} size="sm">
        {item.productName}
        {item.variantTitle && ` · ${item.variantTitle}`}
      </Anchor>
      <Text size="xs" c="dimmed" className="mono">
        {item.sku}
      </Text>
    </Table.Td>
    <Table.Td ta="right" data-label="Units">
      <div>
        {item.quantity}
        {progressOf(item) && (
          <Text size="xs" c="dimmed">
            {progressOf(item)}
          </Text>
        )}
      </div>
    </Table.Td>
    <Table.Td ta="right" data-label="Price">
      {money(item.unitPriceCents, currency)}
    </Table.Td>
    <Table.Td ta="right" data-label="Sum">
      {money(item.lineTotalCents, currency)}
    </Table.Td>
  </Table.Tr>
);

/** Totals of the order. */
const Sums = ({ order }: { order: Order }) => {
  const { totals, currency, credits, payments, promoCode } = order;
  const chargedCents = payments.reduce((sum, { amountCents, capturedAt }) => sum + (capturedAt === null ? 0 : amountCents), 0);
  const sums = [
    ...(totals.discountCents > 0 ? [[`Discount ${promoCode ?? ''}`, -totals.discountCents] as const] : []),
    ['Shipping', totals.shippingCents] as const,
    [totals.taxIncluded ? 'Tax included' : 'Tax', totals.taxCents] as const,
    ['Total', totals.totalCents] as const,
    ...credits.map((credit) => [`Paid by ${creditInWords(credit)}`, credit.amountCents] as const),
    ...(chargedCents > 0 ? [['Charged to the payment method', chargedCents] as const] : []),
  ];
  return (
    <Stack gap={6} component="dl" m={0} mt="sm" className="sums">
      {sums.map(([label, cents], n) => (
        <Group key={`${label}-${n}`} justify="space-between" wrap="nowrap" fz="sm" {...(label === 'Total' && { fw: 650 })}>
          <dt>{label}</dt>
          <dd style={{ margin: 0 }}>{money(cents, currency)}</dd>
        </Group>
      ))}
    </Stack>
  );
};

export const Lines = ({ order }: { order: Order }) => (
  <>
    <Table verticalSpacing="xs" className="stacks">
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
          <LineRow key={item.id} item={item} currency={order.currency} />
        ))}
      </Table.Tbody>
    </Table>
    <Sums order={order} />
  </>
);

const Parcel = ({ order, parcel }: { order: Order; parcel: Order['shipments'][number] }) => {
  const deliver = useStep(
    () => shop.orders.deliver({ orderId: order.id, shipmentId: parcel.id }),
    'Parcel delivered',
    () => undefined,
  );
  const names = new Map(order.items.map((item) => [item.id, item.productName]));
  return (
    <Group justify="space-between" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {parcel.carrier}{' '}
          {parcel.trackingUrl ? (
            <Anchor href={parcel.trackingUrl} target="_blank" rel="noreferrer" className="mono">
              {parcel.trackingNumber}
            </Anchor>
          ) : (
            <span className="mono">{parcel.trackingNumber}</span>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {parcel.items.map((line) => `${line.quantity} × ${names.get(line.orderItemId) ?? 'removed item'}`).join(', ')}
        </Text>
      </div>
      {parcel.deliveredAt ? (
        <Text size="sm" c="dimmed">
          Delivered {dateTime(parcel.deliveredAt)}
        </Text>
      ) : (
        order.status !== 'cancelled' && (
          <Button size="compact-sm" variant="default" loading={deliver.isPending} onClick={() => deliver.mutate()}>
            Delivered
          </Button>
        )
      )}
    </Group>
  );
};

export const Parcels = ({ order }: { order: Order }) => (
  <Panel title="Parcels">
    <Stack gap="xs">
      {order.shipments.map((parcel) => (
        <Parcel key={parcel.id} order={order} parcel={parcel} />
      ))}
    </Stack>
  </Panel>
);

export const Return = ({ order, back }: { order: Order; back: OrderReturn }) => {
  const [receiving, dialog] = useDisclosure();
  const cannotRefund = useMissingScopes('payments:refund', 'inventory:write');
  const cannotRestock = useMissingScopes('inventory:write');
  const decide = useStep(
    () => shop.returns.decide({ returnId: back.id, approve: true }),
    'Return approved',
    () => undefined,
  );
  const reject = useStep(
    () => shop.returns.decide({ returnId: back.id, approve: false }),
    'Return rejected',
    () => undefined,
  );
  const writeOff = useStep(
    () => shop.returns.writeOff({ returnId: back.id }),
    'Units written off',
    () => undefined,
  );
  const units = back.items.reduce((sum, line) => sum + line.quantity, 0);
  const open = back.status === 'requested' || back.status === 'approved';
  const receivable = back.status === 'approved' || back.status === 'in_transit' || back.status === 'written_off';
  return (
    <Group justify="space-between" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Text size="sm">
          {units} {units === 1 ? 'unit' : 'units'}: {back.reason ?? unreadable}
        </Text>
        <Text size="xs" c="dimmed">
          {dateTime(back.createdAt)} by {back.requestedBy}
          {back.refundCents > 0 && ` · ${money(back.refundCents, order.currency)} refunded`}
          {back.status === 'in_transit' && back.dueAt && ` · expected until ${dateTime(back.dueAt)}`}
          {back.status === 'written_off' && back.writtenOffAt && ` · written off ${dateTime(back.writtenOffAt)}`}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        <StatusBadge label={back.status} />
        {open && (
          <Button size="compact-sm" variant="default" loading={reject.isPending} onClick={() => reject.mutate()}>
            Reject
          </Button>
        )}
        {back.status === 'requested' && (
          <Button size="compact-sm" loading={decide.isPending} onClick={() => decide.mutate()}>
            Approve
          </Button>
        )}
        {back.status === 'in_transit' && (
          <ScopedButton
            size="compact-sm"
            variant="default"
            lacking={cannotRestock}
            loading={writeOff.isPending}
            onClick={() => writeOff.mutate()}
          >
            Write off
          </ScopedButton>
        )}
        {receivable && (
          <ScopedButton size="compact-sm" lacking={back.status === 'approved' ? cannotRefund : cannotRestock} onClick={dialog.open}>
            Receive
          </ScopedButton>
        )}
      </Group>
      {receivable && <ReceiveDialog order={order} back={back} opened={receiving} onClose={dialog.close} />}
    </Group>
  );
};

export const Returns = ({ order }: { order: Order }) => (
  <Panel title="Returns">
    <Stack gap="xs">
      {order.returns.map((back) => (
        <Return key={back.id} order={order} back={back} />
      ))}
    </Stack>
  </Panel>
);

const Refund = ({ order }: { order: Order }) => {
  const [opened, dialog] = useDisclosure();
  const lacking = useMissingScopes('payments:refund');
  return (
    <>
      <ScopedButton size="compact-sm" variant="default" lacking={lacking} onClick={dialog.open}>
        Refund
      </ScopedButton>
      <RefundDialog order={order} opened={opened} onClose={dialog.close} />
    </>
  );
};

export const Payments = ({ order }: { order: Order }) => (
  <Panel title="Payments" action={stepsOf(order).refund && <Refund order={order} />}>
    <OrderPayments order={order} />
  </Panel>
);
