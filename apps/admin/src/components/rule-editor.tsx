/** Edits a pricing rule. Its effect stays, and so does what the form does not show. */
import { Modal, Stack } from '@mantine/core';
import type { PricingRuleItem } from '@cartwright/contracts';
import { changesOfRule, formOfRule, ruleFieldOf } from '../lib/rule-input.ts';
import { shop } from '../lib/shop.ts';
import { useSave } from '../lib/use-save.ts';
import { DialogEnd } from './row-actions.tsx';
import { RuleFields, useRuleForm } from './rule-fields.tsx';

interface Props {
  readonly rule: PricingRuleItem;
  /** The currency of the shop, for a rule without amounts. */
  readonly currency: string;
  readonly onClose: () => void;
}

/** Mount this when the dialog opens: it starts from the rule as it is then. */
export const RuleEditor = ({ rule, currency: shopCurrency, onClose }: Props) => {
  const currency = rule.currency ?? shopCurrency;
  const form = useRuleForm(formOfRule(rule, currency));
  const { values } = form;
  const save = useSave(
    () => shop.pricing.updateRule({ id: rule.id, version: rule.version, ...changesOfRule(values, rule, currency) }),
    'Rule saved',
    ['pricing-rules'],
    onClose,
    currency,
    { ...form, fieldOf: (path) => ruleFieldOf(values, `rules.0.${path}`) },
  );
  return (
    <Modal opened onClose={onClose} title={`Edit ${rule.name}`} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit(() => save.mutate(undefined))}>
        <Stack gap="sm">
          <RuleFields form={form} currency={currency} edited={rule} />
          <DialogEnd label="Save rule" isSaving={save.isPending} onClose={onClose} />
        </Stack>
      </form>
    </Modal>
  );
};
