/** The items of an order and its totals. */
import { Anchor, Group, Stack, Table, Text } from '@mantine/core';
import type { Order } from '@cartwright/contracts';
import { Link } from '@tanstack/react-router';
import { creditInWords, money, taxRows, variantName } from '../lib/format.ts';

const progressOf = (item: Order['items'][number]): string =>
  [
    item.backorderedQuantity > 0 && `${item.backorderedQuantity} sold ahead`,
    item.shippedQuantity > 0 && `${item.shippedQuantity} shipped`,
    item.returnedQuantity > 0 && `${item.returnedQuantity} returned`,
  ]
    .filter(Boolean)
    .join(', ');

const LineRow = ({ item, currency }: { item: Order['items'][number]; currency: string }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor component={Link} to={`/products/${item.productId}`} size="sm">
        {variantName(item.productName, item.variantTitle)}
      </Anchor>
      <Text size="xs" c="dimmed" className="mono">
        {item.sku}
      </Text>
    </Table.Td>
    <Table.Td ta="right" data-label="Units">
      <div>
        {item.quantity}
        {progressOf(item) && (
          <Text size="xs" c="dimmed">
            {progressOf(item)}
          </Text>
        )}
      </div>
    </Table.Td>
    <Table.Td ta="right" data-label="Price">
      {money(item.unitPriceCents, currency)}
    </Table.Td>
    <Table.Td ta="right" data-label="Sum">
      {money(item.lineTotalCents, currency)}
    </Table.Td>
  </Table.Tr>
);

/** Totals of the order. */
const Sums = ({ order }: { order: Order }) => {
  const { totals, taxes, currency, credits, payments, promoCode } = order;
  const chargedCents = payments.reduce((sum, { amountCents, capturedAt }) => sum + (capturedAt === null ? 0 : amountCents), 0);
  const sums = [
    ...(totals.discountCents > 0 ? [[`Discount ${promoCode ?? ''}`, -totals.discountCents] as const] : []),
    ['Shipping', totals.shippingCents] as const,
    ...taxRows(taxes, totals),
    ['Total', totals.totalCents] as const,
    ...credits.map((credit) => [`Paid by ${creditInWords(credit)}`, credit.amountCents] as const),
    ...(chargedCents > 0 ? [['Charged to the payment method', chargedCents] as const] : []),
  ];
  return (
    <Stack gap={6} component="dl" m={0} mt="sm" className="sums">
      {sums.map(([label, cents], n) => (
        <Group key={`${label}-${n}`} justify="space-between" wrap="nowrap" fz="sm" {...(label === 'Total' && { fw: 650 })}>
          <dt>{label}</dt>
          <dd style={{ margin: 0 }}>{money(cents, currency)}</dd>
        </Group>
      ))}
    </Stack>
  );
};

export const Lines = ({ order }: { order: Order }) => (
  <>
    <Table verticalSpacing="xs" className="stacks">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Item</Table.Th>
          <Table.Th ta="right">Units</Table.Th>
          <Table.Th ta="right">Price</Table.Th>
          <Table.Th ta="right">Sum</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {order.items.map((item) => (
          <LineRow key={item.id} item={item} currency={order.currency} />
        ))}
      </Table.Tbody>
    </Table>
    <Sums order={order} />
  </>
);
