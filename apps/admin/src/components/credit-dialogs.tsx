/** Dialogs for gift cards and store credit: issue, correct, grant. */
import { Alert, Button, CopyButton, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Order, StoreCredit, UserId } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { amountProblem, money, toCents } from '../lib/format.ts';
import { queryClient, showDone, showErrorAt } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';

const refresh = (): void => {
  void queryClient.invalidateQueries({ queryKey: ['store-credits'] });
  void queryClient.invalidateQueries({ queryKey: ['store-credit'] });
};

/** Shows the code. It cannot be shown again afterwards. */
const IssuedCode = ({ code, onClose }: { code: string; onClose: () => void }) => (
  <Stack>
    <Alert color="yellow" title="Copy this code now">
      It is not stored and cannot be shown again. Anyone who has it can spend it.
    </Alert>
    <Text className="mono" fz="xl" ta="center" aria-label="Code of the gift card">
      {code}
    </Text>
    <Group grow>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
      <Button onClick={onClose}>Done</Button>
    </Group>
  </Stack>
);

export const IssueDialog = ({ currency, onClose }: { currency: string; onClose: () => void }) => {
  const [code, setCode] = useState<string | null>(null);
  const form = useForm({
    initialValues: { amount: '' as number | string, currency, expiresAt: '', note: '' },
    validate: {
      amount: (v, { currency: typed }) => (Number(v) > 0 ? amountProblem(v, typed) : 'Enter an amount'),
      currency: (v) => (/^[A-Z]{3}$/.test(v) ? null : 'Three letters, such as EUR'),
    },
  });
  const issue = useMutation({
    mutationFn: () => {
      const { amount, expiresAt, note } = form.values;
      return shop.storeCredit.issueGiftCard({
        amountCents: toCents(amount, form.values.currency),
        currency: form.values.currency,
        // The end of that day.
        ...(expiresAt && { expiresAt: new Date(`${expiresAt}T23:59:59`).toISOString() }),
        ...(note.trim() && { note }),
      });
    },
    onSuccess: (issued) => {
      setCode(issued.code);
      refresh();
    },
    onError: showErrorAt(form, form.values.currency),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title="Issue a gift card"
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={code === null}
    >
      {code !== null ? (
        <IssuedCode code={code} onClose={onClose} />
      ) : (
        <form onSubmit={form.onSubmit(() => issue.mutate())}>
          <Stack>
            <Group grow align="start">
              <NumberField label="Amount" required min={0} data-autofocus {...form.getInputProps('amount')} />
              <TextInput label="Currency" required maxLength={3} {...form.getInputProps('currency')} />
            </Group>
            <TextInput
              label="Can be spent until"
              description="Leave empty if it does not expire"
              type="date"
              {...form.getInputProps('expiresAt')}
            />
            <TextInput label="Note" description="For staff, such as who it is for" {...form.getInputProps('note')} />
            <Button type="submit" loading={issue.isPending}>
              Issue
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
};

interface AmountDialogProps {
  readonly title: string;
  readonly currency: string;
  readonly hint: string;
  readonly button: string;
  readonly signed?: boolean;
  readonly save: (amount: number | string, reason: string) => Promise<StoreCredit>;
  readonly onClose: () => void;
}

/** Asks for an amount and a reason, saves them and shows the new balance. */
const AmountDialog = ({ title, currency, hint, button, signed = false, save, onClose }: AmountDialogProps) => {
  const form = useForm({
    initialValues: { amount: '' as number | string, reason: '' },
    validate: {
      amount: (v) => ((signed ? Number(v) !== 0 : Number(v) > 0) ? amountProblem(v, currency) : 'Enter an amount'),
      reason: (v) => (v.trim() ? null : 'Enter a reason'),
    },
  });
  const change = useMutation({
    mutationFn: () => save(form.values.amount, form.values.reason),
    onSuccess: (credit) => {
      refresh();
      showDone('Saved', `Balance: ${money(credit.balanceCents, credit.currency)}`);
      onClose();
    },
    onError: showErrorAt(form, currency),
  });
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit(() => change.mutate())}>
        <Stack>
          <NumberField label={`Amount (${currency})`} description={hint} required data-autofocus {...form.getInputProps('amount')} />
          <Textarea label="Reason" required {...form.getInputProps('reason')} />
          <Button type="submit" loading={change.isPending}>
            {button}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

export const AdjustDialog = ({ credit, onClose }: { credit: StoreCredit; onClose: () => void }) => (
  <AmountDialog
    title="Correct the balance"
    currency={credit.currency}
    hint={`Balance: ${money(credit.balanceCents, credit.currency)}. Enter a negative amount to reduce it.`}
    button="Correct"
    signed
    save={(amount, reason) => shop.storeCredit.adjust({ creditId: credit.id, amountCents: toCents(amount, credit.currency), reason })}
    onClose={onClose}
  />
);

/** Gives credit to the account that placed an order, such as for a late parcel. */
export const GrantDialog = ({ order, userId, onClose }: { order: Order; userId: UserId; onClose: () => void }) => (
  <AmountDialog
    title="Give store credit"
    currency={order.currency}
    hint="For the account that placed this order"
    button="Give credit"
    save={(amount, reason) =>
      shop.storeCredit.grant({ userId, currency: order.currency, amountCents: toCents(amount, order.currency), reason, orderId: order.id })
    }
    onClose={onClose}
  />
);
