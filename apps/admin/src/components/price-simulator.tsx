/** Simulates the price of a cart: shows the rules that were applied, and those that were not with the reason. */
import type { UnappliedReason } from '@cartwright/contracts';
import { ActionIcon, Badge, Card, Group, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ChangeEvent } from 'react';
import { money, taxRows } from '../lib/format.ts';
import { fromLocal } from '../lib/instants.ts';
import { explainShortly } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';
import { NumberField } from './number-field.tsx';
import { VariantSelect } from './variant-select.tsx';

type Answer = Awaited<ReturnType<typeof shop.pricing.simulate>>;
interface Line {
  readonly variantId: string;
  readonly label: string;
  readonly quantity: number;
}

const reasons: Readonly<Record<UnappliedReason, string>> = {
  not_yet: 'has not started',
  ended: 'has ended',
  code_missing: 'requires its code',
  other_audience: 'is for other customers',
  other_customer_group: 'is for another customer group',
  other_currency: 'is in another currency',
  quantity_too_low: 'needs more units',
  subtotal_too_low: 'needs a higher cart value',
  switched_off: 'surcharges are switched off',
  stock_not_low: 'stock is not low',
  price_reduced_already: 'applies to full prices only',
  exclusive_comes_late: 'is exclusive, and another rule was applied first',
  closed_by_exclusive: 'an exclusive rule was applied',
  nothing_left: 'nothing is left to discount',
};

/** A line with the first published product, so that the simulator shows a result at once. */
const useFirstLine = (): Line[] => {
  const products = useQuery({ queryKey: ['products', 'first'], queryFn: () => shop.products.list({ pageSize: 1, status: 'active' }) });
  const id = products.data?.items[0]?.id;
  const product = useQuery({ queryKey: ['product', id], enabled: id !== undefined, queryFn: () => shop.products.get({ id: id ?? '' }) });
  const variant = product.data?.variants[0];
  return variant ? [{ variantId: variant.id, label: `${product.data?.name} · ${variant.sku}`, quantity: 3 }] : [];
};

const Lines = ({ lines, onChange }: { lines: readonly Line[]; onChange: (lines: readonly Line[]) => void }) => (
  <Stack gap={6}>
    {lines.map((line) => (
      <Group key={line.variantId} gap="xs" wrap="nowrap">
        <Text size="sm" flex={1} truncate>
          {line.label}
        </Text>
        <NumberField
          w={84}
          size="xs"
          aria-label={`Units of ${line.label}`}
          min={1}
          max={10_000}
          allowDecimal={false}
          value={line.quantity}
          onChange={(n) => onChange(lines.map((l) => (l === line ? { ...l, quantity: Number(n) || 1 } : l)))}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove ${line.label}`}
          disabled={lines.length === 1}
          onClick={() => onChange(lines.filter((l) => l !== line))}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
    ))}
    <VariantSelect
      label="Add a variant"
      value={null}
      onChange={(chosen) => {
        if (chosen && lines.every((line) => line.variantId !== chosen.variantId))
          onChange([...lines, { variantId: chosen.variantId, label: `${chosen.name} · ${chosen.sku}`, quantity: 1 }]);
      }}
    />
  </Stack>
);

const Sums = ({ answer }: { answer: Answer }) => {
  const { totals, taxes, currency } = answer;
  const rows = [
    ['Subtotal', totals.subtotalCents],
    ['Discount', 0 - totals.discountCents],
    ['Shipping', totals.shippingCents],
    ...taxRows(taxes, totals),
    ['Total', totals.totalCents],
  ] as const;
  return (
    <Table verticalSpacing={4} aria-label="Simulated totals">
      <Table.Tbody>
        {answer.lines.map((line) => (
          <Table.Tr key={line.variantId}>
            <Table.Td>
              {line.quantity} × {money(line.unitPriceCents, currency)}
              {line.baseUnitPriceCents !== line.unitPriceCents && (
                <Text span size="xs" c="dimmed">
                  {' '}
                  instead of {money(line.baseUnitPriceCents, currency)}
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right">{money(line.lineTotalCents, currency)}</Table.Td>
          </Table.Tr>
        ))}
        {rows.map(([label, cents]) => (
          <Table.Tr key={label} fw={label === 'Total' ? 700 : 400}>
            <Table.Td>{label}</Table.Td>
            <Table.Td ta="right">{money(cents, currency)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
};

/** A rule can affect several lines: its amounts are added up, and each reason why it was not applied is shown once. */
const Rules = ({ answer }: { answer: Answer }) => {
  const applied = [...answer.lines.flatMap((line) => line.appliedRules), ...answer.promotions];
  const notApplied = [...answer.lines.flatMap((line) => line.unappliedRules), ...answer.unappliedRules];
  const sums = [...Map.groupBy(applied, (rule) => rule.ruleId).values()];
  const distinct = [...Map.groupBy(notApplied, (rule) => `${rule.ruleId} ${rule.reason}`).values()].flatMap(([first]) => first ?? []);
  return (
    <>
      {sums.length > 0 && (
        <Stack gap={4} component="section" aria-label="Applied rules">
          {sums.map((parts) => (
            <Group key={parts[0]?.ruleId} justify="space-between" wrap="nowrap">
              <Text size="sm">{parts[0]?.name}</Text>
              <Badge color="teal.9">{money(-parts.reduce((sum, part) => sum + part.amountCents, 0), answer.currency)}</Badge>
            </Group>
          ))}
        </Stack>
      )}
      {distinct.length > 0 && (
        <Stack gap={4} component="section" aria-label="Rules not applied">
          <Text size="sm" fw={600}>
            Not applied
          </Text>
          {distinct.map((rule) => (
            <Group key={`${rule.ruleId} ${rule.reason}`} justify="space-between" gap="xs">
              <Text size="sm">{rule.name}</Text>
              <Text size="xs" c="dimmed">
                {reasons[rule.reason]}
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </>
  );
};

const anybody = { currency: '', country: '', code: '', group: '', at: '' };
type Customer = typeof anybody;

/** Simulates a cart shortly after its last change. Codes of currency and country are sent once they are complete. */
const useSimulation = (lines: readonly Line[], customer: Customer) => {
  const [requested] = useDebouncedValue({ lines: lines.map(({ variantId, quantity }) => ({ variantId, quantity })), ...customer }, 300);
  return useQuery({
    queryKey: ['simulation', JSON.stringify(requested)],
    enabled: requested.lines.length > 0,
    placeholderData: keepPreviousData,
    queryFn: () => {
      const at = fromLocal(requested.at);
      return shop.pricing.simulate({
        items: requested.lines,
        ...(/^[A-Z]{3}$/.test(requested.currency) && { currency: requested.currency }),
        ...(/^[A-Z]{2}$/.test(requested.country) && { countryCode: requested.country }),
        ...(requested.code && { code: requested.code }),
        ...(requested.group && { customerGroup: requested.group }),
        ...(at && { at }),
      });
    },
  });
};

interface CustomerFieldsProps {
  readonly customer: Customer;
  /** Currency of the shown prices. */
  readonly currency: string | undefined;
  readonly onChange: (customer: Customer) => void;
}
/** Who buys, where and when: each field can decide which rules apply. */
const CustomerFields = ({ customer, currency, onChange }: CustomerFieldsProps) => {
  const field = (name: keyof Customer, to = (typed: string): string => typed) => ({
    value: customer[name],
    onChange: (e: ChangeEvent<HTMLInputElement>) => onChange({ ...customer, [name]: to(e.currentTarget.value) }),
  });
  const upper = (typed: string): string => typed.toUpperCase();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
      <TextInput label="Currency" placeholder={currency ?? "The products' currency"} maxLength={3} {...field('currency', upper)} />
      <TextInput label="Country" placeholder="DE" maxLength={2} {...field('country', upper)} />
      <TextInput label="Promo code" {...field('code')} />
      <TextInput label="Customer group" {...field('group')} />
      <TextInput type="datetime-local" label="Date and time" {...field('at')} />
    </SimpleGrid>
  );
};

export const PriceSimulator = () => {
  const [chosen, setChosen] = useState<readonly Line[] | null>(null);
  const [customer, setCustomer] = useState(anybody);
  const first = useFirstLine();
  const lines = chosen ?? first;
  const query = useSimulation(lines, customer);
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Text fw={600} component="h2" size="md">
          Simulator
        </Text>
        <Lines lines={lines} onChange={setChosen} />
        <CustomerFields customer={customer} currency={query.data?.currency} onChange={setCustomer} />
        {query.error && (
          <Text role="alert" size="sm" className="bad">
            {explainShortly(query.error)}
          </Text>
        )}
        {query.data && !query.error && (
          <>
            <Sums answer={query.data} />
            <Rules answer={query.data} />
          </>
        )}
      </Stack>
    </Card>
  );
};
