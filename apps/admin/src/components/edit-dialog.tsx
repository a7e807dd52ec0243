/** Edits the quantities, items or address of an order that has not been shipped. The preview follows every input. */
import { ActionIcon, Button, Collapse, Group, Modal, Skeleton, Stack, Switch, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Address, VariantId } from '@cartwright/contracts';
import { useEffect, useState } from 'react';
import { useMissingScopes } from '../lib/grants.ts';
import { money, variantName } from '../lib/format.ts';
import { explainShortly, markFields } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { useStep, type DialogProps } from '../lib/use-step.ts';
import { AddressFields, addressOf, addressValues } from './address-dialog.tsx';
import { EditPreview } from './edit-preview.tsx';
import { NumberField } from './number-field.tsx';
import { ScopedButton } from './scoped-button.tsx';
import { VariantSelect, type FoundVariant } from './variant-select.tsx';

interface Line {
  readonly variantId: VariantId;
  readonly name: string;
  readonly before: number;
  readonly quantity: number;
  /** Null for an added item: the preview shows its price. */
  readonly unitPriceCents: number | null;
}

interface OrderChange {
  readonly lines: { variantId: VariantId; quantity: number }[];
  readonly shippingAddress?: Address;
}

const linesOf = ({ items }: DialogProps['order']): Line[] =>
  items.map(({ variantId, productName, variantTitle, quantity, unitPriceCents }) => ({
    variantId,
    name: variantName(productName, variantTitle),
    before: quantity,
    quantity,
    unitPriceCents,
  }));

const LineRow = ({ line, currency, set }: { line: Line; currency: string; set: (quantity: number) => void }) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm" td={line.quantity === 0 ? 'line-through' : undefined}>
        {line.name}
      </Text>
      <Text size="xs" c="dimmed">
        {line.unitPriceCents === null ? "new, at today's price" : money(line.unitPriceCents, currency)}
      </Text>
    </Table.Td>
    <Table.Td w={100}>
      <NumberField
        aria-label={`Units of ${line.name}`}
        size="xs"
        min={0}
        max={10_000}
        allowDecimal={false}
        value={line.quantity}
        onChange={(value) => set(Number(value) || 0)}
      />
    </Table.Td>
    <Table.Td w={40}>
      <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${line.name}`} disabled={line.quantity === 0} onClick={() => set(0)}>
        <IconTrash size={16} />
      </ActionIcon>
    </Table.Td>
  </Table.Tr>
);

const LineTable = ({
  lines,
  currency,
  set,
}: {
  lines: readonly Line[];
  currency: string;
  set: (id: VariantId, quantity: number) => void;
}) => (
  <Table verticalSpacing={4}>
    <Table.Tbody>
      {lines.map((line) => (
        <LineRow key={line.variantId} line={line} currency={currency} set={(quantity) => set(line.variantId, quantity)} />
      ))}
    </Table.Tbody>
  </Table>
);

/**
 * The lines of the order as staff edit them. An added line that is set to 0 disappears; a removed line of the order stays, struck out.
 * A variant that has a line gets one more unit of it.
 */
const useLines = (order: DialogProps['order']) => {
  const [lines, setLines] = useState(() => linesOf(order));
  const set = (variantId: VariantId, quantity: number) =>
    setLines((all) =>
      all.flatMap((line) => {
        if (line.variantId !== variantId) return [line];
        return line.before === 0 && quantity === 0 ? [] : [{ ...line, quantity }];
      }),
    );
  const add = (found: FoundVariant | null) => {
    if (!found) return;
    const variantId = found.variantId as VariantId;
    const line = lines.find((one) => one.variantId === variantId);
    if (line) return set(variantId, line.quantity + 1);
    setLines([...lines, { variantId, name: found.name, before: 0, quantity: 1, unitPriceCents: null }]);
  };
  return { lines, set, add };
};

/** The requested edit of an order, and its preview from the API. */
const usePreviewedChange = (order: DialogProps['order'], change: OrderChange, isChanged: boolean) => {
  const changeJson = JSON.stringify(change);
  const [debouncedJson] = useDebouncedValue(changeJson, 250);
  const requested = JSON.parse(debouncedJson) as OrderChange;
  const preview = useQuery({
    queryKey: ['order-edit', order.id, order.updatedAt, debouncedJson],
    queryFn: ({ signal }) => shop.orders.previewEdit({ orderId: order.id, ...requested }, { signal }),
    enabled: isChanged && (requested.lines.length > 0 || requested.shippingAddress !== undefined),
    placeholderData: keepPreviousData,
  });
  const isStale = debouncedJson !== changeJson || preview.isFetching;
  return { preview, isCurrent: isChanged && !isStale && preview.data !== undefined && !preview.error };
};
type Preview = ReturnType<typeof usePreviewedChange>['preview'];

const ChangePreview = ({
  preview,
  isChanged,
  currency,
}: {
  preview: Preview;
  isChanged: boolean;
  currency: DialogProps['order']['currency'];
}) => {
  if (!isChanged)
    return (
      <Text size="sm" c="dimmed">
        No changes yet.
      </Text>
    );
  if (preview.error)
    return (
      <Text size="sm" className="bad" role="alert">
        {explainShortly(preview.error)}
      </Text>
    );
  return preview.data ? <EditPreview preview={preview.data} currency={currency} /> : <Skeleton h={120} />;
};

/** Mount this when the dialog opens: it starts from the order as it is then. */
export const EditDialog = ({ order, opened, onClose }: DialogProps) => {
  const { lines, set, add } = useLines(order);
  const [reason, setReason] = useState('');
  const [changesAddress, { toggle }] = useDisclosure();
  const form = useForm({ initialValues: addressValues(order.shippingAddress) });
  const change: OrderChange = {
    lines: lines.filter((line) => line.quantity !== line.before).map(({ variantId, quantity }) => ({ variantId, quantity })),
    ...(changesAddress && { shippingAddress: addressOf(form.values) }),
  };
  const isChanged = change.lines.length > 0 || (changesAddress && form.isDirty());
  const { preview, isCurrent } = usePreviewedChange(order, change, isChanged);
  const { setErrors } = form;
  useEffect(() => {
    if (preview.error) markFields({ values: addressValues(null), setErrors }, preview.error);
  }, [preview.error, setErrors]);
  const save = useStep(
    () =>
      shop.orders.edit({
        orderId: order.id,
        expectedUpdatedAt: order.updatedAt,
        ...change,
        ...(reason.trim() && { reason: reason.trim() }),
      }),
    ({ edits }) => (edits.some((edit) => edit.status === 'awaiting_payment') ? 'The edit is waiting for payment' : 'Order edited'),
    onClose,
  );
  const isReady = isCurrent && !save.isPending;
  const difference = preview.data?.differenceCents ?? 0;
  const missingScopes = useMissingScopes('payments:refund');
  const lacking = isReady && difference < 0 ? missingScopes : null;
  const charges = isChanged && !preview.error && difference > 0;
  return (
    <Modal opened={opened} onClose={onClose} title={`Edit ${order.orderNumber}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && lacking === null) save.mutate();
        }}
      >
        <LineTable lines={lines} currency={order.currency} set={set} />
        <VariantSelect key={lines.length} label="Add a variant" value="" onChange={add} />
        <Switch label="Change the shipping address" checked={changesAddress} onChange={toggle} />
        <Collapse expanded={changesAddress}>
          <AddressFields form={form} withCountry />
        </Collapse>
        <TextInput label="Reason" description="Visible to the customer" value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <ChangePreview preview={preview} isChanged={isChanged} currency={order.currency} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Discard changes
          </Button>
          <ScopedButton loading={save.isPending} type="submit" disabled={!isReady} lacking={lacking}>
            {charges ? `Edit and charge ${money(difference, order.currency)}` : 'Edit the order'}
          </ScopedButton>
        </Group>
      </Stack>
    </Modal>
  );
};
