/** The payment attempts of an order, with their outcome and the issuer's message, and the actions of staff. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Order, Payment } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { creditName, dateTime, money } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { statusInWords } from '../lib/status-words.ts';
import { GrantDialog } from './credit-dialogs.tsx';
import { StatusBadge } from './page.tsx';
import { ScopedButton } from './scoped-button.tsx';

type Attempt = Order['payments'][number];

const disputeLabels: Readonly<Record<Attempt['disputes'][number]['status'], string>> = {
  inquiry: 'Bank inquiry:',
  inquiry_closed: 'Bank inquiry closed:',
  open: 'Disputed:',
  won: 'Dispute won:',
  lost: 'Dispute lost:',
};

const refresh = (orderId: Order['id']): void => {
  void queryClient.invalidateQueries({ queryKey: ['order', orderId] });
  void queryClient.invalidateQueries({ queryKey: ['order-payments', orderId] });
};

/** Why an attempt failed: the code in words. The text of the issuer is quoted, because it can be addressed to the customer. */
const failureOf = (payment: Payment | undefined): string | null => {
  if (payment?.status !== 'failed' || !payment.failureCode) return null;
  const code = payment.failureCode.replaceAll('_', ' ');
  return payment.failureDetail ? `Failed: ${code} (“${payment.failureDetail}”)` : `Failed: ${code}`;
};

const AttemptRow = ({ order, payment, failure }: { order: Order; payment: Attempt; failure: string | null }) => {
  const verify = useMutation({
    mutationFn: () => shop.payments.verify({ paymentId: payment.id }),
    onSuccess: ({ status }) => {
      refresh(order.id);
      showDone('Payment checked', `The payment is ${statusInWords(status)}.`);
    },
    onError: showError,
  });
  return (
    <Group justify="space-between" align="flex-start">
      <div>
        <Text size="sm">
          {payment.provider} · {dateTime(payment.createdAt)}
          {payment.purpose === 'difference' && ' · for an edit'}
        </Text>
        {failure && (
          <Text size="xs" className="bad">
            {failure}
          </Text>
        )}
        {payment.needsAction && (
          <Text size="xs" c="dimmed">
            Waiting for the customer to confirm
          </Text>
        )}
        {payment.supersededAt && (
          <Text size="xs" c="dimmed">
            Replaced by another payment. Money that it still collects is refunded.
          </Text>
        )}
        {payment.refunds.map((refund) => (
          <Text key={refund.id} size="xs" c="dimmed">
            Refund {money(refund.amountCents, order.currency)}, {refund.status}
            {refund.origin === 'provider' && ` (made at ${payment.provider})`}: {refund.reason}
          </Text>
        ))}
        {payment.disputes.map((dispute) => (
          <Text
            key={dispute.id}
            size="xs"
            {...(dispute.status === 'open' || dispute.status === 'lost' ? { className: 'bad' } : { c: 'dimmed' })}
          >
            {disputeLabels[dispute.status]} {money(dispute.amountCents, dispute.currency)}, {dateTime(dispute.createdAt)}
            {dispute.reason && `: ${dispute.reason.replaceAll('_', ' ')}`}
          </Text>
        ))}
      </div>
      <Group gap="xs">
        {payment.status === 'pending' && (
          <Button size="compact-xs" variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
            Check with the provider
          </Button>
        )}
        <StatusBadge label={payment.status} />
        <Text size="sm">{money(payment.amountCents, order.currency)}</Text>
      </Group>
    </Group>
  );
};

const CreditRow = ({ order, credit }: { order: Order; credit: Order['credits'][number] }) => (
  <Group justify="space-between" align="flex-start">
    <div>
      <Text size="sm">{creditName(credit)}</Text>
      {credit.returnedCents > 0 && (
        <Text size="xs" c="dimmed">
          {money(credit.returnedCents, order.currency)} refunded
        </Text>
      )}
    </div>
    <Text size="sm">{money(credit.amountCents, order.currency)}</Text>
  </Group>
);

/** Only for accounts: a guest has no account to hold credit. */
const Grant = ({ order }: { order: Order }) => {
  const [open, { open: show, close }] = useDisclosure();
  const { userId } = order.customer;
  if (!userId) return null;
  return (
    <Group justify="flex-end">
      <ScopedButton size="compact-xs" variant="subtle" calls="storeCredit.grant" onClick={show}>
        Give store credit
      </ScopedButton>
      {open && <GrantDialog order={order} userId={userId} onClose={close} />}
    </Group>
  );
};

/** Newest first. The reason of a failure is read separately, because only staff with `payments:read` may see it. */
export const OrderPayments = ({ order }: { order: Order }) => {
  const details = useQuery({
    queryKey: ['order-payments', order.id],
    queryFn: () => shop.payments.listForOrder({ orderId: order.id }),
    enabled: order.payments.some((payment) => payment.status === 'failed'),
  });
  const nothing = order.payments.length === 0 && order.credits.length === 0;
  return (
    <Stack gap="xs">
      {nothing && (
        <Text size="sm" c="dimmed">
          Nothing to pay.
        </Text>
      )}
      {order.credits.map((credit) => (
        <CreditRow key={credit.creditId} order={order} credit={credit} />
      ))}
      {order.payments.map((payment) => (
        <AttemptRow
          key={payment.id}
          order={order}
          payment={payment}
          failure={failureOf(details.data?.items.find(({ id }) => id === payment.id))}
        />
      ))}
      <Grant order={order} />
    </Stack>
  );
};
