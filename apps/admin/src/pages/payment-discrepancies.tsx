/** Unreconciled payments: discrepancies between the shop and its payment providers, and the actions that resolve them. */
import { Anchor, Button, Group, Modal, Stack, Table, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { PaymentDiscrepancy } from '@cartwright/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Ago, Empty, Loaded, PageTitle } from '../components/page.tsx';
import { ScopedButton } from '../components/scoped-button.tsx';
import { discrepancyAnchor, discrepancyNames } from '../lib/discrepancies.ts';
import { money } from '../lib/format.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

type Action = PaymentDiscrepancy['actions'][number];
const buttons: Readonly<Record<Action, string>> = { ask: 'Try again', refund: 'Refund', accept: 'Accept', dismiss: 'Dismiss' };
const explanations: Readonly<Record<Action, string>> = {
  ask: 'Asks the provider again and applies its answer.',
  refund: 'Refunds the whole amount to whoever paid it, in the currency of the charge.',
  accept: 'Marks the refund as made.',
  dismiss: 'Changes nothing. The reason is stored.',
};
const specificExplanations: Readonly<Record<string, string>> = {
  'wrong_charge accept': 'Marks the order as paid. Any amount above its total is refunded.',
  'wrong_charge dismiss': 'Leaves this charge as it is. Use it after you have handled the charge in the dashboard of the provider.',
  'wrong_refund accept': 'Marks the refund as made, with the amount that the provider refunded. You can refund the rest afterwards.',
  'wrong_refund dismiss': 'Marks the refund as not made, so that its amount can be refunded again.',
  'undecided_refund dismiss':
    'Marks the refund as not made, so that its amount can be refunded again. Check the dashboard of the provider first.',
  'undecided_charge dismiss':
    'Marks the payment as one that took no money. Money that still arrives pays the order if it is unpaid, or is refunded.',
};
const explain = (kind: PaymentDiscrepancy['kind'], action: Action): string =>
  specificExplanations[`${kind} ${action}`] ?? explanations[action];

interface Choice {
  readonly discrepancy: PaymentDiscrepancy;
  readonly action: Action;
}

/** The requested amount, and the amount at the provider if it is different. */
const Amounts = ({
  discrepancy: { amountCents, currency, providerAmountCents, providerCurrency },
}: {
  discrepancy: PaymentDiscrepancy;
}) => {
  if (amountCents === null || currency === null) return null;
  if (providerAmountCents === null || providerCurrency === null) return <Text size="sm">{money(amountCents, currency)}</Text>;
  return (
    <Stack gap={0}>
      <Text size="sm">Requested: {money(amountCents, currency)}</Text>
      <Text size="sm" c="red">
        Provider: {money(providerAmountCents, providerCurrency)}
      </Text>
    </Stack>
  );
};

const ResolveDialog = ({ choice: { discrepancy, action }, onClose }: { choice: Choice; onClose: () => void }) => {
  const form = useForm({ initialValues: { note: '' }, validate: { note: (v) => (v.trim() ? null : 'Enter a reason') } });
  const { kind, id, provider } = discrepancy;
  const resolve = useMutation({
    mutationFn: () => shop.payments.resolveDiscrepancy({ kind, id, provider, action, note: form.values.note }),
    onSuccess: ({ resolved }) => {
      void queryClient.invalidateQueries({ queryKey: ['payment-discrepancies'] });
      showDone(resolved ? 'Resolved' : 'Still open', resolved ? '' : 'The provider has no new answer yet.');
      onClose();
    },
    onError: showErrorAt(form),
  });
  return (
    <Modal opened onClose={onClose} title={`${buttons[action]}: ${discrepancyNames[kind].toLowerCase()}`}>
      <form onSubmit={form.onSubmit(() => resolve.mutate())}>
        <Stack>
          <Text size="sm">{explain(kind, action)}</Text>
          <Amounts discrepancy={discrepancy} />
          <Textarea label="Reason" required data-autofocus {...form.getInputProps('note')} />
          <Button type="submit" loading={resolve.isPending} {...(action === 'refund' && { color: 'red' })}>
            {buttons[action]}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

/** Scrolls a row into view and marks it if the URL points to it, even if the row loads after the page. */
const useOpenedFor = (anchor: string) => {
  const row = useRef<HTMLTableRowElement>(null);
  const isOpenedFor = useRouterState({ select: ({ location }) => location.hash === anchor });
  useEffect(() => {
    if (isOpenedFor) row.current?.scrollIntoView({ block: 'center' });
  }, [isOpenedFor]);
  return { ref: row, ...(isOpenedFor && { 'aria-current': 'true' as const }) };
};

interface RowProps {
  readonly discrepancy: PaymentDiscrepancy;
  readonly onChoose: (choice: Choice) => void;
}
const Row = ({ discrepancy, onChoose }: RowProps) => {
  const { kind, provider, reference, orderId, orderNumber, detail, since, actions, amountCents } = discrepancy;
  const anchor = discrepancyAnchor(discrepancy);
  return (
    <Table.Tr id={anchor} {...useOpenedFor(anchor)}>
      <Table.Td>
        <Text size="sm" fw={500}>
          {discrepancyNames[kind]}
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
        <Amounts discrepancy={discrepancy} />
      </Table.Td>
      <Table.Td data-label="Since">
        <Ago at={since} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {actions.map((action) => (
            <ScopedButton
              key={action}
              calls="payments.resolveDiscrepancy"
              size="compact-sm"
              variant="default"
              onClick={() => onChoose({ discrepancy, action })}
            >
              {buttons[action]}
            </ScopedButton>
          ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
};

export const PaymentDiscrepanciesPage = () => {
  const [choice, setChoice] = useState<Choice | null>(null);
  const query = useQuery({
    queryKey: ['payment-discrepancies'],
    queryFn: () => shop.payments.listDiscrepancies({}),
    refetchInterval: 30_000,
  });
  return (
    <>
      <PageTitle title="Unreconciled payments" />
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title="No unreconciled payments">
            There is nothing to do. Unknown charges, payments without an answer from the provider, and outstanding refunds are listed here.
          </Empty>
        ) : (
          <Table.ScrollContainer minWidth={0}>
            <Table verticalSpacing="xs" className="stacks">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Discrepancy</Table.Th>
                  <Table.Th>Provider</Table.Th>
                  <Table.Th>Order</Table.Th>
                  <Table.Th ta="right">Amount</Table.Th>
                  <Table.Th>Since</Table.Th>
                  <Table.Th ta="right">Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {query.data?.items.map((discrepancy) => (
                  <Row key={discrepancyAnchor(discrepancy)} discrepancy={discrepancy} onChoose={setChoice} />
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
      {choice && <ResolveDialog choice={choice} onClose={() => setChoice(null)} />}
    </>
  );
};
