/** The fields of a pricing rule, for new rules and for those that are edited. */
import { ActionIcon, Button, Group, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconX } from '@tabler/icons-react';
import { effectLabels, hasTiers, isEffect, isOfOrder, isPercent, type RuleForm as RuleValues } from '../lib/rule-input.ts';
import { NumberField } from './number-field.tsx';
import { ScopeSelect, type Named } from './scope-select.tsx';

export const useRuleForm = (initialValues: RuleValues) =>
  useForm({
    initialValues,
    validate: {
      name: (name) => (name.trim() ? null : 'Enter a name'),
      target: (target, { scope }) => (scope !== 'everything' && target === null ? 'Choose what the rule applies to' : null),
      endsAt: (end, { startsAt }) => (end && startsAt && end <= startsAt ? 'Must be after the start' : null),
      tiers: { value: (value, { effect }) => (hasTiers(effect) && value === '' ? 'Required' : null) },
    },
  });
type RuleForm = ReturnType<typeof useRuleForm>;

interface Props {
  readonly form: RuleForm;
  readonly currency: string;
  /** The rule that is edited: its effect stays, and it has one step. */
  readonly edited?: { readonly target: Named | null } | null;
}

const Steps = ({ form, currency, edited = null }: Props) => {
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
      {edited === null && (
        <Button
          size="compact-sm"
          variant="subtle"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('tiers', { from: '', value: '' })}
        >
          {isOfOrder(effect) ? 'Add a step for larger carts' : 'Add a step for more units'}
        </Button>
      )}
    </Stack>
  );
};

const SingleValues = ({ form, currency }: Props) => {
  const { effect } = form.values;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
      {effect === 'buy_x_get_y' && <NumberField label="Buy" min={1} {...form.getInputProps('buyQuantity')} />}
      {effect === 'buy_x_get_y' && <NumberField label="Get" min={1} {...form.getInputProps('getQuantity')} />}
      {effect === 'low_stock_surcharge' && <NumberField label="Percent" min={0} max={100} {...form.getInputProps('tiers.0.value')} />}
      {effect === 'low_stock_surcharge' && <NumberField label="Stock threshold" min={0} {...form.getInputProps('stockThreshold')} />}
      {effect === 'free_shipping' && (
        <NumberField label={`Minimum cart value (${currency})`} placeholder="Any" min={0} {...form.getInputProps('tiers.0.from')} />
      )}
    </SimpleGrid>
  );
};

export const RuleFields = ({ form, currency, edited = null }: Props) => {
  const { values } = form;
  return (
    <>
      <TextInput label="Name" required {...form.getInputProps('name')} />
      <Select
        label="Effect"
        allowDeselect={false}
        disabled={edited !== null}
        {...(edited && { description: 'For another effect, add a new rule' })}
        data={Object.entries(effectLabels).map(([value, label]) => ({ value, label }))}
        value={values.effect}
        onChange={(value) => isEffect(value) && form.setFieldValue('effect', value)}
      />
      {hasTiers(values.effect) && <Steps form={form} currency={currency} edited={edited} />}
      {!hasTiers(values.effect) && <SingleValues form={form} currency={currency} />}
      <ScopeSelect
        scope={values.scope}
        target={values.target}
        current={edited?.target ?? null}
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
      <Switch
        label="Can be combined with other rules"
        description="Otherwise the rule is exclusive: no other rule applies with it"
        {...form.getInputProps('stackable', { type: 'checkbox' })}
      />
    </>
  );
};
