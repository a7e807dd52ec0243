/** Writes a pricing rule, and shows beside it what a cart would cost. */
import { Button, Card, Group, NumberInput, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { PricingRuleEffect } from '@cartwright/contracts';
import { useMutation } from '@tanstack/react-query';
import { toCents } from '../lib/format.ts';
import { queryClient, showDone, showError } from '../lib/queries.ts';
import { shop } from '../lib/shop.ts';

export const effectLabels: Readonly<Record<PricingRuleEffect, string>> = {
  percent_off: 'Percentage off each unit',
  amount_off: 'Amount off each unit',
  fixed_price: 'Fixed unit price',
  buy_x_get_y: 'Buy X, get Y',
  order_percent_off: 'Percentage off the order',
  order_amount_off: 'Amount off the order',
  free_shipping: 'Free shipping',
  low_stock_surcharge: 'Low-stock surcharge',
};
const percents: readonly PricingRuleEffect[] = ['percent_off', 'order_percent_off', 'low_stock_surcharge'];
const amounts: readonly PricingRuleEffect[] = ['amount_off', 'fixed_price', 'order_amount_off'];
const isEffect = (value: string | null): value is PricingRuleEffect => value !== null && value in effectLabels;

/** Options of a product picker; products are found as one types. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

export const RuleBuilder = ({ currency, products }: { currency: string; products: readonly Choice[] }) => {
  const effect: PricingRuleEffect = 'percent_off';
  const form = useForm({
    initialValues: {
      name: '',
      effect: effect as PricingRuleEffect,
      percent: 10 as number | string,
      amount: 1 as number | string,
      buy: 2 as number | string,
      get: 1 as number | string,
      threshold: 3 as number | string,
      productId: null as string | null,
      minQuantity: 1 as number | string,
      customerGroup: '',
      priority: 0 as number | string,
      stackable: false,
    },
  });
  const { values } = form;
  const save = useMutation({
    mutationFn: () =>
      shop.pricing.createRules({
        rules: [
          {
            name: values.name,
            effect: values.effect,
            ...(percents.includes(values.effect) && { percentBasisPoints: Math.round(Number(values.percent) * 100) }),
            ...(amounts.includes(values.effect) && { amountCents: toCents(values.amount, currency) }),
            ...(values.effect === 'buy_x_get_y' && { buyQuantity: Number(values.buy), getQuantity: Number(values.get) }),
            ...(values.effect === 'low_stock_surcharge' && { stockThreshold: Number(values.threshold) }),
            ...(values.productId && { productId: values.productId }),
            minQuantity: Number(values.minQuantity),
            customerGroup: values.customerGroup || null,
            priority: Number(values.priority),
            stackable: values.stackable,
          },
        ],
      }),
    onSuccess: () => {
      showDone('Rule added', values.name);
      form.reset();
      void queryClient.invalidateQueries({ queryKey: ['pricing-rules'] });
      void queryClient.invalidateQueries({ queryKey: ['simulation'] });
    },
    onError: showError,
  });
  return (
    <Card withBorder component="form" onSubmit={form.onSubmit(() => save.mutate())}>
      <Stack gap="sm">
        <Text fw={600} component="h2" size="md">
          New rule
        </Text>
        <TextInput label="Name" required {...form.getInputProps('name')} />
        <Select
          label="Effect"
          allowDeselect={false}
          data={Object.entries(effectLabels).map(([value, label]) => ({ value, label }))}
          value={values.effect}
          onChange={(value) => isEffect(value) && form.setFieldValue('effect', value)}
        />
        <SimpleGrid cols={2}>
          {percents.includes(values.effect) && (
            <NumberInput label="Percent" min={0} max={100} decimalScale={2} {...form.getInputProps('percent')} />
          )}
          {amounts.includes(values.effect) && <NumberInput label={`Amount (${currency})`} min={0} {...form.getInputProps('amount')} />}
          {values.effect === 'buy_x_get_y' && <NumberInput label="Buy" min={1} {...form.getInputProps('buy')} />}
          {values.effect === 'buy_x_get_y' && <NumberInput label="Get" min={1} {...form.getInputProps('get')} />}
          {values.effect === 'low_stock_surcharge' && <NumberInput label="At so many units" min={0} {...form.getInputProps('threshold')} />}
          <NumberInput label="From quantity" min={1} {...form.getInputProps('minQuantity')} />
          <TextInput label="Customer group" placeholder="Everybody" {...form.getInputProps('customerGroup')} />
          <NumberInput label="Priority" min={-1000} max={1000} {...form.getInputProps('priority')} />
        </SimpleGrid>
        <Select label="Product" placeholder="Everything" searchable clearable data={[...products]} {...form.getInputProps('productId')} />
        <Group justify="space-between">
          <Switch label="Stacks with others" {...form.getInputProps('stackable', { type: 'checkbox' })} />
          <Button type="submit" loading={save.isPending}>
            Add rule
          </Button>
        </Group>
      </Stack>
    </Card>
  );
};
