/** Dialogs that create a return and receive its units. */
import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { OrderReturn } from '@cartwright/contracts';
import { useState } from 'react';
import { shop } from '../lib/shop.ts';
import { useStep, type DialogProps } from '../lib/use-step.ts';
import { idsOf, toLines, UnitsTable, type Units } from './units-table.tsx';

export const ReturnDialog = ({ order, opened, onClose }: DialogProps) => {
  const [units, setUnits] = useState<Units>({});
  const form = useForm({ initialValues: { reason: '' }, validate: { reason: (v) => (v.trim() ? null : 'Enter a reason') } });
  const lines = order.items.map((item) => ({ ...item, most: item.shippedQuantity - item.claimedQuantity })).filter((line) => line.most > 0);
  const items = toLines(lines, units, idsOf(order));
  const request = useStep(
    () => shop.returns.request({ orderId: order.id, items, reason: form.values.reason }),
    'Return approved',
    () => {
      setUnits({});
      form.reset();
      onClose();
    },
    form,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Return for ${order.orderNumber}`}>
      <form onSubmit={form.onSubmit(() => request.mutate())}>
        <Stack>
          <UnitsTable lines={lines} units={units} onChange={setUnits} label="Units" />
          <Textarea label="Reason" required data-autofocus {...form.getInputProps('reason')} />
          <Button type="submit" loading={request.isPending} disabled={items.length === 0}>
            Create return
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

/** Records how many units of a return arrived, and how many of them go back into stock. */
export const ReceiveDialog = ({ order, back, opened, onClose }: DialogProps & { readonly back: OrderReturn }) => {
  const [received, setReceived] = useState<Units>({});
  const [restocked, setRestocked] = useState<Units>({});
  const lines = back.items.flatMap((line) => {
    const item = order.items.find((i) => i.id === line.orderItemId);
    return item ? [{ ...item, most: line.quantity }] : [];
  });
  const arrived = lines.map((line) => ({ ...line, most: received[line.id] ?? line.most }));
  const refunds = back.status === 'approved';
  const receive = useStep(
    () =>
      shop.returns.receive({
        returnId: back.id,
        items: arrived.map((line) => ({
          orderItemId: line.id,
          receivedQuantity: line.most,
          restockQuantity: Math.min(line.most, restocked[line.id] ?? line.most),
        })),
      }),
    'Return received',
    onClose,
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Receive return">
      <Stack
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          receive.mutate();
        }}
      >
        <Text size="sm">Received</Text>
        <UnitsTable lines={lines} units={received} onChange={setReceived} label="Received units" />
        <Text size="sm">Back into stock</Text>
        <UnitsTable lines={arrived} units={restocked} onChange={setRestocked} label="Restocked units" />
        <Text size="sm" c="dimmed">
          {refunds
            ? 'The received units are refunded to the customer.'
            : 'The order was refunded when it was cancelled. Units that have not arrived stay in transit or written off.'}
        </Text>
        <Button loading={receive.isPending} type="submit" disabled={arrived.every((line) => line.most === 0)}>
          {refunds ? 'Receive and refund' : 'Receive'}
        </Button>
      </Stack>
    </Modal>
  );
};
