/** Whether a rule applies to a line, a buyer and a moment; and the order in which rules are tried. */
import type { UnappliedReason } from '@cartwright/contracts';
import type { OfferContext, RuleFacts, ScopeFacts, Window } from './engine.facts.ts';

/** Whether a line is in a rule's scope: every scope that the rule names must match. */
export const coversLine = (rule: RuleFacts, line: ScopeFacts): boolean =>
  (rule.variantId === null || rule.variantId === line.variantId) &&
  (rule.productId === null || rule.productId === line.productId) &&
  (rule.categoryId === null || line.categoryIds.includes(rule.categoryId)) &&
  (rule.collectionId === null || line.collectionIds.includes(rule.collectionId));

/** Why a rule is not in force at an instant; null when it is. The end is not part of the window. */
export const outsideWindow = (window: Window, at: number): 'not_yet' | 'ended' | null => {
  if (window.startsAt !== null && at < window.startsAt) return 'not_yet';
  return window.endsAt !== null && at >= window.endsAt ? 'ended' : null;
};

/** Why a rule does not apply to this buyer now; null when it does. Ignores quantities and totals. */
export const refusal = (rule: RuleFacts, context: OfferContext): UnappliedReason | null => {
  const { buyer } = context;
  if (rule.code !== null && !context.codes.includes(rule.code)) return 'code_missing';
  if (rule.audience !== 'everyone' && (rule.audience === 'signed_in') !== buyer.signedIn) return 'other_audience';
  if (rule.customerGroup !== null && rule.customerGroup !== buyer.customerGroup) return 'other_customer_group';
  if (rule.currency !== null && rule.currency !== context.currency) return 'other_currency';
  return outsideWindow(rule, context.at);
};

/** Highest priority first, higher quantity breaks before lower ones, older rules before newer ones. */
export const inOrder = (rules: readonly RuleFacts[]): RuleFacts[] =>
  rules.toSorted((a, b) => b.priority - a.priority || b.minQuantity - a.minQuantity || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
