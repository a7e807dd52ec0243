/** Fewer units, or lines taken out, of an order that has not left: previewed while it is typed. */
import { Button, Modal, NumberInput, Stack, Table, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { money } from '../lib/format.ts';
import { explain } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { useStep, type DialogProps } from '../lib/use-step.ts';

export const EditDialog = ({ order, opened, onClose }: DialogProps) => {
  const [units, setUnits] = useState<Record<string, number>>({});
  const [reason, setReason] = useState('');
  const lines = order.items.flatMap((item) => {
    const quantity = units[item.id];
    return quantity === undefined || quantity === item.quantity ? [] : [{ variantId: item.variantId, quantity }];
  });
  const preview = useQuery({
    queryKey: ['order-edit', order.id, order.updatedAt, lines],
    queryFn: () => shop.orders.previewEdit({ orderId: order.id, lines }),
    enabled: opened && lines.length > 0,
    placeholderData: keepPreviousData,
  });
  const save = useStep(
    () =>
      shop.orders.edit({ orderId: order.id, expectedUpdatedAt: order.updatedAt, lines, ...(reason.trim() && { reason: reason.trim() }) }),
    'Order changed',
    () => {
      setUnits({});
      setReason('');
      onClose();
    },
  );
  const difference = lines.length > 0 ? preview.data?.differenceCents : undefined;
  return (
    <Modal opened={opened} onClose={onClose} title={`Change ${order.orderNumber}`} size="lg">
      <Stack>
        <Table verticalSpacing={4}>
          <Table.Tbody>
            {order.items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>{item.productName}</Table.Td>
                <Table.Td w={110}>
                  <NumberInput
                    aria-label={`Units of ${item.productName}`}
                    size="xs"
                    min={0}
                    max={10_000}
                    allowDecimal={false}
                    value={units[item.id] ?? item.quantity}
                    onChange={(value) => setUnits({ ...units, [item.id]: Number(value) || 0 })}
                  />
                </Table.Td>
                <Table.Td ta="right">{money(item.unitPriceCents, order.currency)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <TextInput label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        <Text size="sm" aria-live="polite">
          {preview.error && lines.length > 0
            ? explain(preview.error).title
            : difference === undefined
              ? 'Nothing is changed yet.'
              : difference > 0
                ? `This would cost ${money(difference, order.currency)} more than was paid. Sell what is added with an order of its own.`
                : `${money(-difference, order.currency)} goes back to the customer; the new total is ${money(preview.data?.totals.totalCents ?? 0, order.currency)}.`}
        </Text>
        <Button
          loading={save.isPending}
          disabled={difference === undefined || difference > 0 || preview.isFetching || Boolean(preview.error)}
          onClick={() => save.mutate()}
        >
          Change the order
        </Button>
      </Stack>
    </Modal>
  );
};
