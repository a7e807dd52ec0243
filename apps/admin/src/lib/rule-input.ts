/** Values of the rule form, the rules that it creates, one per tier, and the changes that it makes to a rule. */
import type { PricingRule, PricingRuleEffect } from '@cartwright/contracts';
import { toAmount, toBasisPoints, toCents } from './format.ts';
import { fromLocal, toLocal } from './instants.ts';
import type { shop } from './shop.ts';

type RuleInput = Parameters<typeof shop.pricing.createRules>[0]['rules'][number];
type RuleChanges = Omit<Parameters<typeof shop.pricing.updateRule>[0], 'id' | 'version'>;
export type Typed = number | string;

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
const ofOrder: readonly PricingRuleEffect[] = ['order_percent_off', 'order_amount_off', 'free_shipping'];
export const isEffect = (value: string | null): value is PricingRuleEffect => value !== null && value in effectLabels;
export const isPercent = (effect: PricingRuleEffect): boolean => percents.includes(effect);
export const isAmount = (effect: PricingRuleEffect): boolean => amounts.includes(effect);
export const isOfOrder = (effect: PricingRuleEffect): boolean => ofOrder.includes(effect);
/** Whether a rule can have tiers: a larger discount for more units, or for a larger cart. */
export const hasTiers = (effect: PricingRuleEffect): boolean => effect !== 'low_stock_surcharge' && (isPercent(effect) || isAmount(effect));

export const scopes = {
  everything: 'All products',
  productId: 'A product',
  variantId: 'A variant',
  categoryId: 'A category',
  collectionId: 'A collection',
} as const;
export type Scope = keyof typeof scopes;
export const isScope = (value: string | null): value is Scope => value !== null && value in scopes;

export const freshRule = () => ({
  name: '',
  effect: 'percent_off' as PricingRuleEffect,
  /** `from`: minimum units, or the minimum cart value for a promotion of the order. `value`: the discount from there. */
  tiers: [{ from: '' as Typed, value: 10 as Typed }],
  buyQuantity: 2 as Typed,
  getQuantity: 1 as Typed,
  stockThreshold: 3 as Typed,
  scope: 'everything' as Scope,
  target: null as string | null,
  customerGroup: '',
  code: '',
  startsAt: '',
  endsAt: '',
  priority: 0 as Typed,
  stackable: false,
});
export type RuleForm = ReturnType<typeof freshRule>;

/** The tiers that are sent, from the lowest: each becomes a rule. */
const stepsOf = ({ effect, tiers }: RuleForm): RuleForm['tiers'] =>
  (hasTiers(effect) ? tiers : tiers.slice(0, 1)).toSorted((a, b) => Number(a.from) - Number(b.from));

/** Fields of a tier that stand for several API fields: which one, the effect decides. */
const fieldsOfTier: Readonly<Record<string, keyof RuleForm['tiers'][number]>> = {
  minQuantity: 'from',
  minSubtotalCents: 'from',
  percentBasisPoints: 'value',
  amountCents: 'value',
};

/** The field of the form that has the value of an API field of `createRules`, where its name is another one. */
export const ruleFieldOf = (form: RuleForm, path: string): string | undefined => {
  const [, index, name = ''] = /^rules\.(\d+)\.(\w+)/.exec(path) ?? [];
  const step = stepsOf(form)[Number(index)];
  const field = fieldsOfTier[name];
  if (step && field) return `tiers.${form.tiers.indexOf(step)}.${field}`;
  return isScope(name) ? 'target' : undefined;
};

const stepOf = (form: RuleForm, { from, value }: RuleForm['tiers'][number], currency: string): Partial<RuleInput> => {
  const { effect } = form;
  const what = isPercent(effect)
    ? { percentBasisPoints: toBasisPoints(value) }
    : isAmount(effect)
      ? { amountCents: toCents(value, currency), currency }
      : {};
  if (from === '') return what;
  return isOfOrder(effect) ? { ...what, minSubtotalCents: toCents(from, currency), currency } : { ...what, minQuantity: Number(from) };
};

/**
 * The rules of a form. For promotions of the order, a higher tier has a higher priority, so that a large cart gets the largest
 * discount.
 */
export const toRules = (form: RuleForm, currency: string): RuleInput[] => {
  const {
    name,
    effect,
    scope,
    target,
    buyQuantity,
    getQuantity,
    stockThreshold,
    customerGroup,
    code,
    startsAt,
    endsAt,
    priority,
    stackable,
  } = form;
  const shared = {
    effect,
    ...(scope !== 'everything' && { [scope]: target }),
    ...(effect === 'buy_x_get_y' && { buyQuantity: Number(buyQuantity), getQuantity: Number(getQuantity) }),
    ...(effect === 'low_stock_surcharge' && { stockThreshold: Number(stockThreshold) }),
    customerGroup: customerGroup.trim() || null,
    code: code.trim() || null,
    startsAt: fromLocal(startsAt),
    endsAt: fromLocal(endsAt),
    stackable,
  };
  const steps = stepsOf(form);
  return steps.map((step, i) => ({
    ...shared,
    name: steps.length > 1 && step.from !== '' ? `${name} (from ${step.from})` : name,
    priority: Number(priority) + (isOfOrder(effect) ? i : 0),
    ...stepOf(form, step, currency),
  }));
};

/** Whether the form shows from how many units, or from which cart value, a rule applies. */
const hasMinimum = (effect: PricingRuleEffect): boolean => hasTiers(effect) || effect === 'free_shipping';

const scopeOf = (rule: PricingRule): Scope => {
  if (rule.variantId) return 'variantId';
  if (rule.productId) return 'productId';
  if (rule.categoryId) return 'categoryId';
  return rule.collectionId ? 'collectionId' : 'everything';
};

/** The form of a rule. `currency` is that of its amounts. */
export const formOfRule = (rule: PricingRule, currency: string): RuleForm => {
  const { effect, percentBasisPoints, amountCents, minQuantity, minSubtotalCents } = rule;
  const fresh = freshRule();
  const scope = scopeOf(rule);
  const minimum = isOfOrder(effect) ? minSubtotalCents !== null && toAmount(minSubtotalCents, currency) : minQuantity > 1 && minQuantity;
  const value = isPercent(effect)
    ? percentBasisPoints !== null && percentBasisPoints / 100
    : amountCents !== null && toAmount(amountCents, currency);
  return {
    name: rule.name,
    effect,
    tiers: [{ from: (hasMinimum(effect) && minimum) || '', value: value === false ? '' : value }],
    buyQuantity: rule.buyQuantity ?? fresh.buyQuantity,
    getQuantity: rule.getQuantity ?? fresh.getQuantity,
    stockThreshold: rule.stockThreshold ?? fresh.stockThreshold,
    scope,
    target: scope === 'everything' ? null : rule[scope],
    customerGroup: rule.customerGroup ?? '',
    code: rule.code ?? '',
    startsAt: toLocal(rule.startsAt),
    endsAt: toLocal(rule.endsAt),
    priority: rule.priority,
    stackable: rule.stackable,
  };
};

/** All terms of a form with one tier, also those that it sets to nothing: without an amount, the currency too. */
const termsOf = (form: RuleForm, currency: string): RuleChanges => {
  const noMinimum = isOfOrder(form.effect) ? { minSubtotalCents: null } : { minQuantity: 1 };
  const [rule] = toRules(form, currency);
  const everything = { variantId: null, productId: null, categoryId: null, collectionId: null };
  return { ...(hasMinimum(form.effect) && noMinimum), currency: null, ...everything, ...rule };
};

/** The changes that a form makes to a rule. What it does not show, such as the audience, and what is the same is not sent and stays. */
export const changesOfRule = (form: RuleForm, rule: PricingRule, currency: string): RuleChanges => {
  const before: Readonly<Record<string, unknown>> = termsOf(formOfRule(rule, currency), currency);
  return Object.fromEntries(Object.entries(termsOf(form, currency)).filter(([field, value]) => value !== before[field]));
};
