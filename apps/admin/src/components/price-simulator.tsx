/** What a cart would cost, live: every rule that applied or lost, and why. */
import { Badge, Card, Group, NumberInput, Select, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { money } from '../lib/format.ts';
import { explain } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import type { Choice } from './rule-builder.tsx';

export const PriceSimulator = ({ currency, variants }: { currency: string; variants: readonly Choice[] }) => {
  const [cart, setCart] = useState({ variantId: null as string | null, quantity: 3, country: '', code: '', group: '' });
  const [asked] = useDebouncedValue(cart, 300);
  const variantId = asked.variantId ?? variants[0]?.value ?? null;
  const query = useQuery({
    queryKey: ['simulation', asked, variantId],
    enabled: variantId !== null,
    placeholderData: keepPreviousData,
    queryFn: () =>
      shop.pricing.simulate({
        items: [{ variantId: variantId ?? '', quantity: asked.quantity }],
        currency,
        ...(/^[A-Z]{2}$/.test(asked.country) && { countryCode: asked.country }),
        ...(asked.code && { code: asked.code }),
        ...(asked.group && { customerGroup: asked.group }),
      }),
  });
  const [line] = query.data?.lines ?? [];
  const applied = [...(line?.appliedRules ?? []), ...(query.data?.promotions ?? [])];
  const lost = [...(line?.lostRules ?? []), ...(query.data?.lostRules ?? [])];
  const sums = query.data?.totals;
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Text fw={600} component="h2" size="md">
          Simulator
        </Text>
        <Select
          label="Variant"
          searchable
          data={[...variants]}
          value={cart.variantId ?? variants[0]?.value ?? null}
          onChange={(value) => setCart({ ...cart, variantId: value })}
        />
        <SimpleGrid cols={4}>
          <NumberInput
            label="Units"
            min={1}
            max={10_000}
            value={cart.quantity}
            onChange={(n) => setCart({ ...cart, quantity: Number(n) || 1 })}
          />
          <TextInput
            label="Country"
            placeholder="DE"
            value={cart.country}
            onChange={(e) => setCart({ ...cart, country: e.currentTarget.value.toUpperCase() })}
          />
          <TextInput label="Code" value={cart.code} onChange={(e) => setCart({ ...cart, code: e.currentTarget.value })} />
          <TextInput label="Group" value={cart.group} onChange={(e) => setCart({ ...cart, group: e.currentTarget.value })} />
        </SimpleGrid>
        {query.error && (
          <Text role="alert" size="sm" className="bad">
            {explain(query.error).title}
          </Text>
        )}
        {line && sums && !query.error && (
          <>
            <Table verticalSpacing={4} aria-label="Simulated sums">
              <Table.Tbody>
                {[
                  [`Unit price (base ${money(line.baseUnitPriceCents, currency)})`, line.unitPriceCents],
                  ['Goods', sums.subtotalCents],
                  ['Discount', -sums.discountCents],
                  ['Shipping', sums.shippingCents],
                  [sums.taxIncluded ? 'Tax (included)' : 'Tax', sums.taxCents],
                  ['Total', sums.totalCents],
                ].map(([label, cents]) => (
                  <Table.Tr key={label}>
                    <Table.Td>{label}</Table.Td>
                    <Table.Td ta="right" fw={label === 'Total' ? 700 : 400}>
                      {money(Number(cents), currency)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            {applied.map((rule) => (
              <Group key={`+${rule.ruleId}`} justify="space-between" wrap="nowrap">
                <Text size="sm">{rule.name}</Text>
                <Badge color="teal.9">{money(-rule.amountCents, currency)}</Badge>
              </Group>
            ))}
            {lost.map((rule) => (
              <Group key={`-${rule.ruleId}`} justify="space-between" wrap="nowrap">
                <Text size="sm" c="dimmed">
                  {rule.name}
                </Text>
                <Badge variant="outline" color="gray">
                  {rule.reason.replaceAll('_', ' ')}
                </Badge>
              </Group>
            ))}
          </>
        )}
      </Stack>
    </Card>
  );
};
