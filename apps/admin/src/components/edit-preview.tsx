/** The amounts of an order before and after an edit, and a sentence about the price difference. */
import { Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { money } from '../lib/format.ts';
import type { shop } from '../lib/shop.ts';

type Preview = Awaited<ReturnType<typeof shop.orders.previewEdit>>;

/** What happens with the price difference when the edit takes effect. */
export const outcomeOf = (differenceCents: number, currency: string): string => {
  if (differenceCents < 0) return `${money(-differenceCents, currency)} is refunded to the customer.`;
  if (differenceCents === 0) return 'The price stays the same.';
  return (
    `${money(differenceCents, currency)} is charged to the payment method of the order. ` +
    'If that is not possible, the customer gets a payment link by mail. ' +
    'Until it is paid, the order stays as it is and added units are held for it.'
  );
};

export const EditPreview = ({ preview, currency }: { preview: Preview; currency: Order['currency'] }) => {
  const { totalsBefore: before, totals: after, differenceCents } = preview;
  const rows = [
    ['Items', before.subtotalCents, after.subtotalCents],
    ['Discount', -before.discountCents, -after.discountCents],
    [preview.shippingMethod ? `Shipping, ${preview.shippingMethod}` : 'Shipping', before.shippingCents, after.shippingCents],
    [after.taxIncluded ? 'Tax included' : 'Tax', before.taxCents, after.taxCents],
    ['Total', before.totalCents, after.totalCents],
  ] as const;
  return (
    <Stack gap="xs" aria-live="polite">
      <Table verticalSpacing={2} withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <VisuallyHidden>Amount</VisuallyHidden>
            </Table.Th>
            <Table.Th ta="right">Now</Table.Th>
            <Table.Th ta="right">After the edit</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows
            .filter(([label, was, is]) => label !== 'Discount' || was !== 0 || is !== 0)
            .map(([label, was, is]) => (
              <Table.Tr key={label} fw={label === 'Total' ? 600 : 400}>
                <Table.Td>{label}</Table.Td>
                <Table.Td ta="right">{money(was, currency)}</Table.Td>
                <Table.Td ta="right">{money(is, currency)}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
      <Text size="sm">{outcomeOf(differenceCents, currency)}</Text>
    </Stack>
  );
};
