/** Dialogs of the actions that staff take on an order. */
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Order } from '@cartwright/contracts';
import { useState } from 'react';
import { amountProblem, money, toCents } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useStep, type DialogProps } from '../lib/use-step.ts';
import { NumberField } from './number-field.tsx';
import { idsOf, toLines, UnitsTable, type Units } from './units-table.tsx';

const units = (count: number, one: string, several: string): string => `${count} ${count === 1 ? `unit ${one}` : `units ${several}`}`;

/** What is left of an order besides a parcel: units that could be shipped, and units whose stock has not arrived. */
const remainingInWords = (of: { packed: number; ready: number; backordered: number }): string =>
  [
    of.packed < of.ready
      ? `${units(of.ready - of.packed, 'remains', 'remain')} for another parcel.`
      : of.backordered === 0 && 'All remaining units go into this parcel.',
    of.backordered > 0 && `${units(of.backordered, 'is', 'are')} sold ahead and can be shipped after stock arrives.`,
  ]
    .filter(Boolean)
    .join(' ');

/** How many units of an order can be shipped now. */
export const readyToShip = (order: Order): number =>
  order.items.reduce((sum, item) => sum + Math.max(0, item.quantity - item.shippedQuantity - item.backorderedQuantity), 0);

export const ShipDialog = ({ order, opened, onClose }: DialogProps) => {
  const [chosen, setUnits] = useState<Units>({});
  const form = useForm({
    initialValues: { carrier: 'DHL', trackingNumber: '', trackingUrl: '' },
    validate: { trackingNumber: (v) => (v.trim() ? null : 'Enter a tracking number') },
  });
  const lines = order.items
    .map((item) => ({ ...item, most: item.quantity - item.shippedQuantity - item.backorderedQuantity }))
    .filter((line) => line.most > 0);
  const backordered = order.items.reduce((sum, item) => sum + item.backorderedQuantity, 0);
  const items = toLines(lines, chosen, idsOf(order));
  const packed = items.reduce((sum, line) => sum + line.quantity, 0);
  const all = order.itemCount - order.shippedCount;
  const ship = useStep(
    () => {
      const { trackingUrl, ...rest } = form.values;
      return shop.orders.ship({ orderId: order.id, ...rest, items, ...(trackingUrl && { trackingUrl }) });
    },
    packed === all ? 'Marked as shipped' : 'Parcel sent',
    () => {
      setUnits({});
      form.reset();
      onClose();
    },
    form,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Ship ${order.orderNumber}`}>
      <form onSubmit={form.onSubmit(() => ship.mutate())}>
        <Stack>
          <UnitsTable lines={lines} units={chosen} onChange={setUnits} label="Units" />
          <TextInput label="Carrier" required {...form.getInputProps('carrier')} />
          <TextInput label="Tracking number" required data-autofocus {...form.getInputProps('trackingNumber')} />
          <TextInput label="Tracking URL" placeholder="https://…" {...form.getInputProps('trackingUrl')} />
          <Text size="sm" c="dimmed">
            {remainingInWords({ packed, ready: all - backordered, backordered })} The customer is notified by mail.
          </Text>
          <Button type="submit" loading={ship.isPending} disabled={packed === 0}>
            {packed >= all ? 'Mark as shipped' : 'Send this parcel'}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

/** `€12.00 to the payment method and €5.00 to the gift card`: where a refund of all that is left would go. Empty when nothing is left. */
const refundParts = (order: Order): string => {
  const { chargeCents, creditCents } = leftOf(order);
  const kinds = new Set(order.credits.map(({ kind }) => kind));
  const cards = order.credits.length === 1 ? 'the gift card' : 'the gift cards';
  const credit = kinds.size > 1 ? 'gift cards and store credit' : kinds.has('account') ? 'store credit' : cards;
  return [
    chargeCents > 0 && `${money(chargeCents, order.currency)} to the payment method`,
    creditCents > 0 && `${money(creditCents, order.currency)} to ${credit}`,
  ]
    .filter(Boolean)
    .join(' and ');
};

/** What the cancellation of an order does, in sentences. */
const effectOfCancelling = (order: Order): string => {
  const parts = refundParts(order);
  const refund = parts && `Refunded: ${parts}.`;
  if (order.status === 'pending') return ['The held units become available again.', refund].filter(Boolean).join(' ');
  return [
    refund || 'Nothing is left to refund.',
    order.shippedCount < order.itemCount && 'Units that have not been shipped go back into stock.',
    order.shippedCount > order.returnedCount && 'Shipped units are expected back. Receive them on this page when they arrive.',
  ]
    .filter(Boolean)
    .join(' ');
};

export const CancelDialog = ({ order, opened, onClose }: DialogProps) => {
  const form = useForm({ initialValues: { note: '' } });
  const cancel = useStep(
    () => shop.orders.cancel({ orderId: order.id, ...(form.values.note && { note: form.values.note }) }),
    'Order cancelled',
    onClose,
    form,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Cancel ${order.orderNumber}?`}>
      <form onSubmit={form.onSubmit(() => cancel.mutate())}>
        <Stack>
          <Text size="sm">{effectOfCancelling(order)} This cannot be undone.</Text>
          <Textarea label="Reason" placeholder="Shown to staff in the timeline" {...form.getInputProps('note')} />
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

export const NoteDialog = ({ order, opened, onClose }: DialogProps) => {
  const form = useForm({
    initialValues: { text: '', customerVisible: false },
    validate: { text: (v) => (v.trim() ? null : 'Enter a note') },
  });
  const add = useStep(
    () => shop.orders.addNote({ orderId: order.id, ...form.values }),
    'Note added',
    () => {
      form.reset();
      onClose();
    },
    form,
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Add a note">
      <form onSubmit={form.onSubmit(() => add.mutate())}>
        <Stack>
          <Textarea label="Note" required autosize minRows={3} data-autofocus {...form.getInputProps('text')} />
          <Checkbox label="Visible to the customer" {...form.getInputProps('customerVisible', { type: 'checkbox' })} />
          <Button type="submit" loading={add.isPending}>
            Save note
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

/** What can still be refunded, in minor units: of the charges of an order, and of its gift cards and store credit. */
const leftOf = ({ payments, credits }: Order): { readonly chargeCents: number; readonly creditCents: number } => ({
  chargeCents: payments.reduce((sum, p) => sum + (p.capturedAt && !p.supersededAt ? p.amountCents - p.refundedCents : 0), 0),
  creditCents: credits.reduce((sum, c) => sum + c.amountCents - c.returnedCents, 0),
});

/** Amount of an order that can still be refunded, in minor units: of its charges, gift cards and store credit. */
export const refundable = (order: Order): number => {
  const { chargeCents, creditCents } = leftOf(order);
  return chargeCents + creditCents;
};

export const RefundDialog = ({ order, opened, onClose }: DialogProps) => {
  const left = refundable(order);
  const form = useForm({
    initialValues: { amount: '' as number | string, reason: '' },
    validate: {
      amount: (v) =>
        amountProblem(v, order.currency) ??
        (Number(v) > 0 && toCents(v, order.currency) <= left ? null : `Enter an amount up to ${money(left, order.currency)}`),
      reason: (v) => (v.trim() ? null : 'Enter a reason'),
    },
  });
  const refund = useStep(
    async () => {
      const { amount, reason } = form.values;
      await shop.payments.refundOrder({ orderId: order.id, amountCents: toCents(amount, order.currency), reason });
      return shop.orders.get({ orderId: order.id });
    },
    'Refund created',
    () => {
      form.reset();
      onClose();
    },
    form,
    order.currency,
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Refund ${order.orderNumber}`}>
      <form onSubmit={form.onSubmit(() => refund.mutate())}>
        <Stack>
          <NumberField
            label={`Amount (${order.currency})`}
            description={
              order.credits.length > 0
                ? `At most ${money(left, order.currency)}: ${refundParts(order)}. The charge is refunded first.`
                : `At most ${money(left, order.currency)}.`
            }
            required
            min={0}
            data-autofocus
            {...form.getInputProps('amount')}
          />
          <Textarea label="Reason" required {...form.getInputProps('reason')} />
          <Button type="submit" color="red" loading={refund.isPending}>
            Refund
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};
