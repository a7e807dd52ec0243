/** An order edit that is waiting for payment: its lines, its payment link and a button to withdraw it. */
import { Alert, Anchor, Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Order } from '@cartwright/contracts';
import { dateTime, money } from '../lib/format.ts';
import { showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { useStep } from '../lib/use-step.ts';
import { ScopedButton } from './scoped-button.tsx';

const inWords = ({ quantityBefore, quantity, productName }: Order['edits'][number]['lines'][number]): string => {
  if (quantityBefore === 0) return `${quantity} × ${productName}, added`;
  return quantity === 0 ? `${productName} removed` : `${quantity} × ${productName} instead of ${quantityBefore}`;
};

export const WaitingEdit = ({ order, edit }: { order: Order; edit: Order['edits'][number] }) => {
  const link = useMutation({ mutationFn: () => shop.orders.payEdit({ orderId: order.id }), onError: showError });
  const withdraw = useStep(
    () => shop.orders.withdrawEdit({ orderId: order.id }),
    'Edit withdrawn',
    () => undefined,
  );
  const url = link.data?.action?.url;
  const title = `An edit is waiting for a payment of ${money(edit.differenceCents, order.currency)}`;
  return (
    <Alert icon={<IconHourglass size={18} />} title={title} mb="sm" role="status">
      <Stack gap={4}>
        {edit.lines.map((line) => (
          <Text key={line.variantId} size="sm">
            {inWords(line)}
          </Text>
        ))}
        {edit.changesAddress && <Text size="sm">The order would go to another address.</Text>}
        <Text size="sm">
          The customer can pay until {dateTime(edit.expiresAt)}. Until then the order stays as it is and cannot be shipped. Added units are
          held for it.
        </Text>
        {url && (
          <Group gap="xs">
            <Anchor href={url} target="_blank" rel="noreferrer" size="sm" style={{ wordBreak: 'break-all' }}>
              {url}
            </Anchor>
            <CopyButton value={url}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </Group>
        )}
        {link.data && !url && <Text size="sm">The provider is processing the payment.</Text>}
        <Group gap="xs" mt={4}>
          <ScopedButton calls="orders.payEdit" size="compact-sm" variant="default" loading={link.isPending} onClick={() => link.mutate()}>
            Show the payment link
          </ScopedButton>
          <ScopedButton
            calls="orders.withdrawEdit"
            size="compact-sm"
            variant="default"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate()}
          >
            Withdraw the edit
          </ScopedButton>
        </Group>
      </Stack>
    </Alert>
  );
};
