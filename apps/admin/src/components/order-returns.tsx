/** The returns of an order, with the steps that each of them allows now. */
import { Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Order, OrderReturn } from '@cartwright/contracts';
import { useMissingScopes } from '../lib/grants.ts';
import { counted, dateTime, money, unreadable } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';
import { useStep } from '../lib/use-step.ts';
import { StatusBadge } from './page.tsx';
import { Panel } from './panel.tsx';
import { ReceiveDialog } from './return-dialogs.tsx';
import { ScopedButton } from './scoped-button.tsx';

const Return = ({ order, back }: { order: Order; back: OrderReturn }) => {
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
          {counted(units, 'unit')}: {back.reason ?? unreadable}
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
          <ScopedButton
            calls="returns.decide"
            size="compact-sm"
            variant="default"
            loading={reject.isPending}
            onClick={() => reject.mutate()}
          >
            Reject
          </ScopedButton>
        )}
        {back.status === 'requested' && (
          <ScopedButton calls="returns.decide" size="compact-sm" loading={decide.isPending} onClick={() => decide.mutate()}>
            Approve
          </ScopedButton>
        )}
        {back.status === 'in_transit' && (
          <ScopedButton
            calls="returns.writeOff"
            size="compact-sm"
            variant="default"
            loading={writeOff.isPending}
            onClick={() => writeOff.mutate()}
          >
            Write off
          </ScopedButton>
        )}
        {receivable && (
          <ScopedButton
            calls="returns.receive"
            size="compact-sm"
            lacking={back.status === 'approved' ? cannotRefund : cannotRestock}
            onClick={dialog.open}
          >
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
