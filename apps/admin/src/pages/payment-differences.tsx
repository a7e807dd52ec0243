/** What does not settle by itself between the shop and its payment providers, and what staff decides about it. */
import { Anchor, Button, Group, Modal, Stack, Table, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { PaymentDifference } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Ago, Empty, Loaded, PageTitle } from '../components/page.tsx';
import { money } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

type Action = 'ask' | 'refund' | 'dismiss';
const kinds: Readonly<Record<PaymentDifference['kind'], { readonly label: string; readonly actions: readonly Action[] }>> = {
  unknown_charge: { label: 'Charge that nobody knows', actions: ['ask', 'refund', 'dismiss'] },
  conflicting_event: { label: 'Event that does not match a payment', actions: ['ask', 'refund', 'dismiss'] },
  dead_event: { label: 'Event that failed', actions: ['ask', 'dismiss'] },
  undecided_charge: { label: 'Charge without an answer', actions: ['ask'] },
  unreturned_money: { label: 'Money to give back', actions: ['refund'] },
  undecided_refund: { label: 'Refund without an answer', actions: ['ask'] },
};
const words: Readonly<Record<Action, { readonly button: string; readonly explains: string }>> = {
  ask: { button: 'Try again', explains: 'The provider is asked once more, and its answer counts.' },
  refund: { button: 'Refund', explains: 'The whole amount goes back to whoever paid it.' },
  dismiss: { button: 'Dismiss', explains: 'Nothing is changed; the reason is kept with the event.' },
};

interface Choice {
  readonly difference: PaymentDifference;
  readonly action: Action;
}

const DecideDialog = ({ choice: { difference, action }, onClose }: { choice: Choice; onClose: () => void }) => {
  const form = useForm({ initialValues: { note: '' }, validate: { note: (v) => (v.trim() ? null : 'Say why: it is kept') } });
  const { kind, id } = difference;
  const decide = useMutation({
    mutationFn: () => shop.payments.resolveDifference({ kind, id, action, note: form.values.note }),
    onSuccess: ({ resolved }) => {
      void queryClient.invalidateQueries({ queryKey: ['payment-differences'] });
      showDone(resolved ? 'Settled' : 'Still open', resolved ? '' : 'The provider has given no other answer yet.');
      onClose();
    },
    onError: showError,
  });
  return (
    <Modal opened onClose={onClose} title={`${words[action].button}: ${kinds[kind].label.toLowerCase()}`}>
      <form onSubmit={form.onSubmit(() => decide.mutate())}>
        <Stack>
          <Text size="sm">{words[action].explains}</Text>
          <Textarea label="Why" required data-autofocus {...form.getInputProps('note')} />
          <Button type="submit" loading={decide.isPending} {...(action === 'refund' && { color: 'red' })}>
            {words[action].button}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

const Row = ({ difference, onChoose }: { difference: PaymentDifference; onChoose: (choice: Choice) => void }) => {
  const { kind, provider, reference, orderId, orderNumber, amountCents, currency, detail, since } = difference;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {kinds[kind].label}
        </Text>
        <Text size="xs" c="dimmed">
          {detail}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{provider}</Text>
        <Text size="xs" c="dimmed" className="mono">
          {reference}
        </Text>
      </Table.Td>
      <Table.Td>
        {orderId && (
          <Anchor component={Link} to={`/orders/${orderId}`} size="sm" className="mono">
            {orderNumber}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td ta="right">{amountCents !== null && currency !== null && money(amountCents, currency)}</Table.Td>
      <Table.Td>
        <Ago at={since} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {kinds[kind].actions.map((action) => (
            <Button key={action} size="compact-sm" variant="default" onClick={() => onChoose({ difference, action })}>
              {words[action].button}
            </Button>
          ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
};

export const PaymentDifferencesPage = () => {
  const [choice, setChoice] = useState<Choice | null>(null);
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
          <Table.ScrollContainer minWidth={760}>
            <Table verticalSpacing="xs">
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
                  <Row key={`${difference.kind}-${difference.id}`} difference={difference} onChoose={setChoice} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
      {choice && <DecideDialog choice={choice} onClose={() => setChoice(null)} />}
    </>
  );
};
