/** What does not settle by itself between the shop and its payment providers, and what staff decides about it. */
import { Anchor, Button, Group, Modal, Stack, Table, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { PaymentDifference } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Ago, Empty, Loaded, PageTitle } from '../components/page.tsx';
import { ScopedButton, useLacking } from '../components/scoped-button.tsx';
import { differenceNames, differencePlace } from '../lib/differences.ts';
import { money } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

type Action = PaymentDifference['actions'][number];
const buttons: Readonly<Record<Action, string>> = { ask: 'Try again', refund: 'Refund', adopt: 'Accept', dismiss: 'Dismiss' };
const explanations: Readonly<Record<Action, string>> = {
  ask: 'The provider is asked once more, and its answer counts.',
  refund: 'The whole amount goes back to whoever paid it, in the currency in which it was taken.',
  adopt: 'The refund counts as made.',
  dismiss: 'Nothing is changed. The reason is kept.',
};
const ownExplanations: Readonly<Record<string, string>> = {
  'wrong_charge adopt': 'The order is paid. What was taken beyond its total goes back.',
  'wrong_charge dismiss': 'The shop does nothing about this money. Use it after you have dealt with it in the dashboard of the provider.',
  'wrong_refund adopt': 'The refund counts as made, over the amount that the provider gave back. You can refund the rest afterwards.',
  'wrong_refund dismiss': 'The refund counts as not made, so its amount can be refunded again.',
  'undecided_refund dismiss':
    'The refund counts as not made, so its amount can be refunded again. Check the dashboard of the provider first.',
  'undecided_charge dismiss':
    'The payment ends without money. Money that arrives all the same goes back, or pays an order that still waits for it.',
};
const explain = (kind: PaymentDifference['kind'], action: Action): string => ownExplanations[`${kind} ${action}`] ?? explanations[action];

interface Choice {
  readonly difference: PaymentDifference;
  readonly action: Action;
}

/** What was asked for, and what the provider says where that is something else. */
const Amounts = ({ difference: { amountCents, currency, providerAmountCents, providerCurrency } }: { difference: PaymentDifference }) => {
  if (amountCents === null || currency === null) return null;
  if (providerAmountCents === null || providerCurrency === null) return <Text size="sm">{money(amountCents, currency)}</Text>;
  return (
    <Stack gap={0}>
      <Text size="sm">Asked: {money(amountCents, currency)}</Text>
      <Text size="sm" c="red">
        Provider: {money(providerAmountCents, providerCurrency)}
      </Text>
    </Stack>
  );
};

const DecideDialog = ({ choice: { difference, action }, onClose }: { choice: Choice; onClose: () => void }) => {
  const form = useForm({ initialValues: { note: '' }, validate: { note: (v) => (v.trim() ? null : 'Say why: it is kept') } });
  const { kind, id, provider } = difference;
  const decide = useMutation({
    mutationFn: () => shop.payments.resolveDifference({ kind, id, provider, action, note: form.values.note }),
    onSuccess: ({ resolved }) => {
      void queryClient.invalidateQueries({ queryKey: ['payment-differences'] });
      showDone(resolved ? 'Settled' : 'Still open', resolved ? '' : 'The provider has given no other answer yet.');
      onClose();
    },
    onError: showError,
  });
  return (
    <Modal opened onClose={onClose} title={`${buttons[action]}: ${differenceNames[kind].toLowerCase()}`}>
      <form onSubmit={form.onSubmit(() => decide.mutate())}>
        <Stack>
          <Text size="sm">{explain(kind, action)}</Text>
          <Amounts difference={difference} />
          <Textarea label="Why" required data-autofocus {...form.getInputProps('note')} />
          <Button type="submit" loading={decide.isPending} {...(action === 'refund' && { color: 'red' })}>
            {buttons[action]}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

/** Whether the page was opened for this row; such a row is brought into view, also when it comes later than the page. */
const useOpenedFor = (place: string) => {
  const row = useRef<HTMLTableRowElement>(null);
  const isOpenedFor = useRouterState({ select: ({ location }) => location.hash === place });
  useEffect(() => {
    if (isOpenedFor) row.current?.scrollIntoView({ block: 'center' });
  }, [isOpenedFor]);
  return { ref: row, ...(isOpenedFor && { 'aria-current': 'true' as const }) };
};

interface RowProps {
  readonly difference: PaymentDifference;
  /** Why nothing may be decided; null when it may. */
  readonly lacking: string | null;
  readonly onChoose: (choice: Choice) => void;
}
const Row = ({ difference, lacking, onChoose }: RowProps) => {
  const { kind, provider, reference, orderId, orderNumber, detail, since, actions, amountCents } = difference;
  const place = differencePlace(difference);
  return (
    <Table.Tr id={place} {...useOpenedFor(place)}>
      <Table.Td>
        <Text size="sm" fw={500}>
          {differenceNames[kind]}
        </Text>
        <Text size="xs" c="dimmed">
          {detail}
        </Text>
      </Table.Td>
      <Table.Td data-label="Provider">
        <div>
          <Text size="sm">{provider}</Text>
          <Text size="xs" c="dimmed" className="mono">
            {reference}
          </Text>
        </div>
      </Table.Td>
      <Table.Td {...(orderId && { 'data-label': 'Order' })}>
        {orderId && (
          <Anchor component={Link} to={`/orders/${orderId}`} size="sm" className="mono">
            {orderNumber}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td ta="right" {...(amountCents !== null && { 'data-label': 'Amount' })}>
        <Amounts difference={difference} />
      </Table.Td>
      <Table.Td data-label="Since">
        <Ago at={since} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {actions.map((action) => (
            <ScopedButton
              key={action}
              size="compact-sm"
              variant="default"
              lacking={lacking}
              onClick={() => onChoose({ difference, action })}
            >
              {buttons[action]}
            </ScopedButton>
          ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
};

export const PaymentDifferencesPage = () => {
  const [choice, setChoice] = useState<Choice | null>(null);
  const lacking = useLacking('payments:refund');
  const query = useQuery({
    queryKey: ['payment-differences'],
    queryFn: () => shop.payments.listDifferences({}),
    refetchInterval: 30_000,
  });
  return (
    <>
      <PageTitle title="Payments to look at" />
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title="The books agree">
            Charges that nobody knows, providers that do not answer and money that has to go back would be listed here.
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Provider</Table.Th>
                  <Table.Th>Order</Table.Th>
                  <Table.Th ta="right">Amount</Table.Th>
                  <Table.Th>Since</Table.Th>
                  <Table.Th ta="right">Decide</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((difference) => (
                  <Row key={differencePlace(difference)} difference={difference} lacking={lacking} onChoose={setChoice} />
                ))}
              </Table.Tbody>
            </Table>
            {query.data && query.data.totalCount > query.data.items.length && (
              <Text size="sm" c="dimmed" mt="sm">
                The oldest {query.data.items.length} of {query.data.totalCount} are shown.
              </Text>
            )}
          </Table.ScrollContainer>
        )}
      </Loaded>
      {choice && <DecideDialog choice={choice} onClose={() => setChoice(null)} />}
    </>
  );
};
