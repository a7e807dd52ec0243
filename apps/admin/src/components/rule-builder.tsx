/** Creates a pricing rule, with steps for larger quantities or carts. The simulator beside it shows the price of a cart. */
import { ActionIcon, Button, Card, Group, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconX } from '@tabler/icons-react';
import { effectLabels, freshRule, hasTiers, isEffect, isOfOrder, isPercent, ruleFieldOf, toRules } from '../lib/rule-input.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { NumberField } from './number-field.tsx';
import { ScopeSelect } from './scope-select.tsx';
import { ScopedButton } from './scoped-button.tsx';

const useRuleForm = () =>
  useForm({
    initialValues: freshRule(),
    validate: {
      name: (name) => (name.trim() ? null : 'Enter a name'),
      target: (target, { scope }) => (scope !== 'everything' && target === null ? 'Choose what the rule applies to' : null),
      endsAt: (end, { startsAt }) => (end && startsAt && end <= startsAt ? 'Must be after the start' : null),
      tiers: { value: (value, { effect }) => (hasTiers(effect) && value === '' ? 'Required' : null) },
    },
  });
type RuleForm = ReturnType<typeof useRuleForm>;

const Steps = ({ form, currency }: { form: RuleForm; currency: string }) => {
  const { effect, tiers } = form.values;
  const valueLabel = isPercent(effect) ? 'Percent' : `Amount (${currency})`;
  const fromLabel = isOfOrder(effect) ? `Minimum cart value (${currency})` : 'From units';
  return (
    <Stack gap="xs">
      {tiers.map((_, i) => (
        <Group key={form.key(`tiers.${i}`)} align="flex-end" gap="xs" wrap="nowrap">
          <NumberField
            flex={1}
            label={i === 0 ? fromLabel : `${fromLabel}, step ${i + 1}`}
            placeholder="Any"
            min={0}
            {...form.getInputProps(`tiers.${i}.from`)}
          />
          <NumberField
            flex={1}
            label={i === 0 ? valueLabel : `${valueLabel}, step ${i + 1}`}
            min={0}
            {...(isPercent(effect) && { max: 100 })}
            {...form.getInputProps(`tiers.${i}.value`)}
          />
          {tiers.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="red"
              size="lg"
              aria-label={`Remove step ${i + 1}`}
              onClick={() => form.removeListItem('tiers', i)}
            >
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <div>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('tiers', { from: '', value: '' })}
        >
          {isOfOrder(effect) ? 'Add a step for larger carts' : 'Add a step for more units'}
        </Button>
      </div>
    </Stack>
  );
};

export const RuleBuilder = ({ currency }: { currency: string }) => {
  const form = useRuleForm();
  const { values } = form;
  const save = useSave(
    () => shop.pricing.createRules({ rules: toRules(values, currency) }),
    values.tiers.length > 1 && hasTiers(values.effect) ? 'Rules added' : 'Rule added',
    ['pricing-rules'],
    () => form.reset(),
    currency,
    { ...form, fieldOf: (path) => ruleFieldOf(values, path) },
  );
  return (
    <Card withBorder component="form" onSubmit={form.onSubmit(() => save.mutate(undefined))}>
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
        {hasTiers(values.effect) && <Steps form={form} currency={currency} />}
        {!hasTiers(values.effect) && (
          <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
            {values.effect === 'buy_x_get_y' && <NumberField label="Buy" min={1} {...form.getInputProps('buyQuantity')} />}
            {values.effect === 'buy_x_get_y' && <NumberField label="Get" min={1} {...form.getInputProps('getQuantity')} />}
            {values.effect === 'low_stock_surcharge' && (
              <NumberField label="Percent" min={0} max={100} {...form.getInputProps('tiers.0.value')} />
            )}
            {values.effect === 'low_stock_surcharge' && (
              <NumberField label="Stock threshold" min={0} {...form.getInputProps('stockThreshold')} />
            )}
            {values.effect === 'free_shipping' && (
              <NumberField label={`Minimum cart value (${currency})`} placeholder="Any" min={0} {...form.getInputProps('tiers.0.from')} />
            )}
          </SimpleGrid>
        )}
        <ScopeSelect
          scope={values.scope}
          target={values.target}
          error={form.errors['target']}
          onChange={(scope, target) => {
            form.clearFieldError('target');
            form.setValues({ scope, target });
          }}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Customer group" placeholder="Everybody" {...form.getInputProps('customerGroup')} />
          <TextInput label="Only with the promo code" placeholder="No code" {...form.getInputProps('code')} />
          <TextInput type="datetime-local" label="Starts" {...form.getInputProps('startsAt')} />
          <TextInput type="datetime-local" label="Ends" {...form.getInputProps('endsAt')} />
          <NumberField label="Priority" min={-1000} max={1000} {...form.getInputProps('priority')} />
        </SimpleGrid>
        <Group justify="space-between">
          <Switch
            label="Can be combined with other rules"
            description="Otherwise the rule is exclusive: no other rule applies with it"
            {...form.getInputProps('stackable', { type: 'checkbox' })}
          />
          <ScopedButton calls="pricing.createRules" type="submit" loading={save.isPending}>
            Add rule
          </ScopedButton>
        </Group>
      </Stack>
    </Card>
  );
};
