/** Ships several orders with one carrier. Each order has its own tracking number. */
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { explainShortly, queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { counted, unreadable } from '../lib/format.ts';

type SelectedOrder = Pick<Order, 'id' | 'orderNumber' | 'customer'>;

/** Ships one order after the other. Orders that could not be shipped stay in the dialog with the reason. */
export const BulkShipDialog = ({
  orders,
  opened,
  onClose,
  onShipped,
}: {
  orders: readonly SelectedOrder[];
  opened: boolean;
  onClose: () => void;
  onShipped: () => void;
}) => {
  const [carrier, setCarrier] = useState('DHL');
  const [numbers, setNumbers] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState<Record<string, string>>({});
  const ready = orders.every((order) => numbers[order.id]?.trim());
  const ship = useMutation({
    mutationFn: async () => {
      const refused: Record<string, string> = {};
      for (const order of orders)
        await shop.orders
          .ship({ orderId: order.id, carrier, trackingNumber: numbers[order.id]?.trim() ?? '' })
          .catch((error: unknown) => (refused[order.id] = explainShortly(error)));
      return refused;
    },
    onSuccess: (refused) => {
      setFailed(refused);
      void queryClient.invalidateQueries({ queryKey: ['orders'] });
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      const count = Object.keys(refused).length;
      showDone(`${counted(orders.length - count, 'order')} shipped`);
      if (count > 0) return;
      setNumbers({});
      onShipped();
      onClose();
    },
    onError: showError,
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Ship ${counted(orders.length, 'order')}`}>
      <Stack
        gap="xs"
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          ship.mutate();
        }}
      >
        <TextInput label="Carrier" required value={carrier} onChange={(e) => setCarrier(e.currentTarget.value)} />
        {orders.map((order) => (
          <TextInput
            key={order.id}
            label={`${order.orderNumber} · ${order.customer.name ?? unreadable}`}
            placeholder="Tracking number"
            required
            error={failed[order.id]}
            value={numbers[order.id] ?? ''}
            onChange={(e) => setNumbers({ ...numbers, [order.id]: e.currentTarget.value })}
          />
        ))}
        <Text size="sm" c="dimmed">
          All remaining units of each order go into its parcel. The customers are notified by mail.
        </Text>
        <Button loading={ship.isPending} type="submit" disabled={!ready || !carrier.trim()}>
          Ship orders
        </Button>
      </Stack>
    </Modal>
  );
};
