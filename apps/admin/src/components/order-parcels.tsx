/** The parcels of an order: what is in them and when they arrived. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { dateTime } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useStep } from '../lib/use-step.ts';
import { Panel } from './panel.tsx';
import { ScopedButton } from './scoped-button.tsx';

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
          <ScopedButton
            calls="orders.deliver"
            aria-label={`Mark as delivered: ${parcel.trackingNumber}`}
            size="compact-sm"
            variant="default"
            loading={deliver.isPending}
            onClick={() => deliver.mutate()}
          >
            Mark as delivered
          </ScopedButton>
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
