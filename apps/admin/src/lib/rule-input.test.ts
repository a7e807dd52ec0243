import { pricingRuleSchema } from '@cartwright/contracts';
import { expect, it } from 'vitest';
import { changesOfRule, formOfRule, freshRule, ruleFieldOf, toRules } from './rule-input.ts';

type Fields = Readonly<Record<string, unknown>>;
const aRule = (fields: Fields) =>
  pricingRuleSchema.parse({
    id: '00000000-0000-4000-8000-000000000001',
    name: 'Rule',
    effect: 'percent_off',
    customerGroup: null,
    startsAt: null,
    endsAt: null,
    version: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...fields,
  });
/** The changes of an edit that clears the minimum of a rule. */
const withoutMinimum = (fields: Fields) => {
  const rule = aRule(fields);
  const form = formOfRule(rule, rule.currency ?? 'USD');
  return changesOfRule({ ...form, tiers: form.tiers.map((tier) => ({ ...tier, from: '' })) }, rule, rule.currency ?? 'USD');
};

const tiers = [
  { from: 10, value: 20 },
  { from: 5, value: 10 },
];

it('an error of a rule is at the tier that the rule was made of, in whatever order the tiers were typed', () => {
  const form = { ...freshRule(), effect: 'order_percent_off' as const, tiers };
  expect(toRules(form, 'EUR').map(({ percentBasisPoints }) => percentBasisPoints)).toEqual([1000, 2000]);
  expect(ruleFieldOf(form, 'rules.0.percentBasisPoints')).toBe('tiers.1.value');
  expect(ruleFieldOf(form, 'rules.1.minSubtotalCents')).toBe('tiers.0.from');
});

it.each(['productId', 'variantId', 'categoryId', 'collectionId'])('an error about %s is at what the rule applies to', (field) => {
  expect(ruleFieldOf(freshRule(), `rules.0.${field}`)).toBe('target');
});

it('an error about a field with the same name in the form is left to its name', () => {
  expect(ruleFieldOf(freshRule(), 'rules.0.stockThreshold')).toBeUndefined();
});

it.each<[Fields]>([
  [{ effect: 'order_percent_off', percentBasisPoints: 1000, minSubtotalCents: 5000, currency: 'EUR' }],
  [{ effect: 'free_shipping', minSubtotalCents: 5000, currency: 'EUR' }],
])('an edit that clears the last amount of a rule clears its currency: %o', (fields) => {
  expect(withoutMinimum(fields)).toEqual({ minSubtotalCents: null, currency: null });
});

it('an edit keeps the currency of an amount that is left, and of a rule that is restricted to one', () => {
  const off = { effect: 'order_amount_off', amountCents: 500, minSubtotalCents: 5000, currency: 'EUR' } as const;
  expect(withoutMinimum(off)).toEqual({ minSubtotalCents: null });
  expect(withoutMinimum({ percentBasisPoints: 1000, minQuantity: 3, currency: 'EUR' })).toEqual({ minQuantity: 1 });
});
