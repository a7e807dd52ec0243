import { expect, it } from 'vitest';
import { freshRule, ruleFieldOf, toRules } from './rule-input.ts';

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
