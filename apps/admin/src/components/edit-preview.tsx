/** What a change of an order comes to, in figures and in a sentence. */
import { Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { money } from '../lib/format.ts';
import type { shop } from '../lib/shop.ts';

type Preview = Awaited<ReturnType<typeof shop.orders.previewEdit>>;

/** What happens with the difference once the change is made. */
export const outcomeOf = (differenceCents: number, currency: string): string => {
  if (differenceCents < 0) return `${money(-differenceCents, currency)} goes back to the customer.`;
  if (differenceCents === 0) return 'The price stays the same.';
  return `${money(differenceCents, currency)} is charged to what the order was paid with. Where that is not possible, the customer gets a link to pay by mail. The order stays as it is until then, and added units are kept for it.`;
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
              <VisuallyHidden>Part</VisuallyHidden>
            </Table.Th>
            <Table.Th ta="right">Now</Table.Th>
            <Table.Th ta="right">Then</Table.Th>
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
