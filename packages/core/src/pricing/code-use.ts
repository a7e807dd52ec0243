/** The discount of a promo code: from its own effect, and from the rules that require it. Pure. */
import type { AppliedRule } from '@cartwright/contracts';
import type { RuleFacts } from './engine/engine.facts.ts';
import type { CartTotals } from './engine/engine.result.ts';

/** The use of a promo code by one order. An order that got no discount has none. */
export interface CodeUse {
  /** The whole discount of the code, above 0. */
  readonly reducedCents: number;
  /** The discount on one unit, by variant: an edit of the order keeps these prices. */
  readonly unitCents: Readonly<Record<string, number>>;
  /** The discount on shipping. */
  readonly shippingCents: number;
}

interface CodeFacts {
  readonly code: string;
  /** The effect of the code itself; null when it cannot be used. */
  readonly promo: Pick<RuleFacts, 'id'> | null;
  readonly rules: readonly Pick<RuleFacts, 'id' | 'code'>[];
}
interface CodeLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly appliedRules: readonly AppliedRule[];
}

/** The discount of a code on unit prices, per unit and by variant; none where another price was better. */
export const unitReductions = (facts: CodeFacts, lines: readonly CodeLine[]): Record<string, number> => {
  const takes = takerOf(facts);
  return Object.fromEntries(
    lines.flatMap(({ variantId, quantity, appliedRules }) => {
      const cents = takes(appliedRules);
      return cents > 0 ? [[variantId, cents / quantity] as const] : [];
    }),
  );
};

/**
 * The use of a promo code by lines and totals; null when it gives no discount: below its minimum, on other items,
 * behind an exclusive promotion, or when shipping is free anyway. `shippingCents` is the discount on a shipping price
 * that is not recalculated.
 */
export const codeUse = (
  facts: CodeFacts,
  lines: readonly Pick<CodeLine, 'variantId' | 'quantity'>[],
  unitCents: Readonly<Record<string, number>>,
  sums: Pick<CartTotals, 'lines' | 'promotions'>,
  shippingSoldCents = 0,
): CodeUse | null => {
  const takes = takerOf(facts);
  const units = lines.reduce((sum, { variantId, quantity }) => sum + quantity * (unitCents[variantId] ?? 0), 0);
  const offers = takes(sums.lines.flatMap((line) => line.offers));
  const shippingCents = Math.max(shippingSoldCents, takes(sums.promotions.filter(({ kind }) => kind === 'shipping')));
  const order = takes(sums.promotions.filter(({ kind }) => kind !== 'shipping'));
  const reducedCents = Math.round(units) + offers + order + shippingCents;
  return reducedCents > 0 ? { reducedCents, unitCents, shippingCents } : null;
};

const takerOf = ({ code, promo, rules }: CodeFacts): ((applied: readonly AppliedRule[]) => number) => {
  const ids = new Set([...(promo ? [promo.id] : []), ...rules.filter((rule) => rule.code === code).map((rule) => rule.id)]);
  return (applied) => applied.reduce((sum, { ruleId, amountCents }) => sum + (ids.has(ruleId) ? Math.max(0, amountCents) : 0), 0);
};
