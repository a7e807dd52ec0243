/** Creates a pricing rule, with steps for larger quantities or carts. The simulator beside it shows the price of a cart. */
import { Card, Group, Stack, Text } from '@mantine/core';
import { freshRule, hasTiers, ruleFieldOf, toRules } from '../lib/rule-input.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { RuleFields, useRuleForm } from './rule-fields.tsx';
import { ScopedButton } from './scoped-button.tsx';

export const RuleBuilder = ({ currency }: { currency: string }) => {
  const form = useRuleForm(freshRule());
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
        <RuleFields form={form} currency={currency} />
        <Group justify="flex-end">
          <ScopedButton calls="pricing.createRules" type="submit" loading={save.isPending}>
            Add rule
          </ScopedButton>
        </Group>
      </Stack>
    </Card>
  );
};
