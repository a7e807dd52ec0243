/** Last stage: the tax of lines and shipping, by every rate that applies at the destination, rounded per document or per line. */
import type { TaxAmount } from '@cartwright/contracts';
import { portionOf, prorate, safe, sum } from '../rounding.ts';
import type { CartTerms, TaxRateFacts } from './engine.facts.ts';

/** The tax class of goods without a class of their own. */
export const standardTaxClass = 'standard';

/** One million parts per million: 100 %. */
const whole = 1_000_000;

/** An amount to tax, after all discounts. */
export interface TaxedAmount {
  readonly cents: number;
  readonly taxClass: string;
}

/** The tax of one amount. `ratePpm` is the sum of its rates. */
export interface AmountTax {
  readonly ratePpm: number;
  readonly taxCents: number;
}

/**
 * All rates for a class of goods at a destination: those of the region before those of larger regions and of the country, and within each
 * those of the class before the standard ones. Several rates of one place and class all apply, each to the amount without tax. Empty when
 * no tax is due.
 */
export const findTaxRates = (terms: Pick<CartTerms, 'destination' | 'taxRates'>, taxClass: string): readonly TaxRateFacts[] => {
  const { destination, taxRates } = terms;
  if (!destination) return [];
  const { region: nearest, within = [] } = destination;
  const places = nearest === null ? [null] : [nearest, ...within, null];
  for (const region of places)
    for (const wanted of [taxClass, standardTaxClass]) {
      const found = taxRates.filter(
        (rate) => rate.countryCode === destination.countryCode && rate.region === region && rate.taxClass === wanted,
      );
      if (found.length > 0) return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }
  return [];
};

/** The sum of rates, in parts per million. */
export const sumOfRates = (rates: readonly Pick<TaxRateFacts, 'ratePpm'>[]): number => rates.reduce((ppm, rate) => ppm + rate.ratePpm, 0);

/** The tax of an amount by each of its rates, half up. A price that includes tax is divided among its rates without a remainder. */
const taxByRate = (cents: number, rates: readonly TaxRateFacts[], taxIncluded: boolean): number[] => {
  if (!taxIncluded) return rates.map((rate) => portionOf(cents, rate.ratePpm, whole));
  const together = sumOfRates(rates);
  return prorate(
    portionOf(cents, together, whole + together),
    rates.map((rate) => rate.ratePpm),
  );
};

/**
 * Pure. With `taxRounding` `document` the tax of a rate is calculated once over everything it applies to, and spread over the amounts by
 * largest remainder (EN 16931, BR-CO-17); with `line` it is calculated for each amount alone. The taxes of the amounts add up to those of
 * the rates in both cases.
 */
export const taxAmounts = (
  amounts: readonly TaxedAmount[],
  terms: Pick<CartTerms, 'destination' | 'taxRates' | 'taxIncluded' | 'taxRounding'>,
): { readonly taxOf: AmountTax[]; readonly taxes: TaxAmount[] } => {
  const ratesOf = new Map([...new Set(amounts.map((amount) => amount.taxClass))].map((name) => [name, findTaxRates(terms, name)]));
  const taxed = amounts.map(({ cents, taxClass }): Taxed => ({ cents, rates: ratesOf.get(taxClass) ?? [], taxCents: 0 }));
  const totals = new Map<string, TaxAmount>();
  for (const { rates, together } of roundedTogether(taxed, terms)) {
    const weights = together.map((amount) => amount.cents);
    const taxableCents = sum(weights);
    taxByRate(taxableCents, rates, terms.taxIncluded).forEach((taxCents, i) => {
      const parts = prorate(taxCents, weights);
      together.forEach((amount, k) => (amount.taxCents = safe(amount.taxCents + (parts[k] ?? 0))));
      const rate = rates[i];
      if (rate) addTotal(totals, rate, taxableCents, taxCents);
    });
  }
  return { taxOf: taxed.map(({ rates, taxCents }) => ({ ratePpm: sumOfRates(rates), taxCents })), taxes: [...totals.values()] };
};

interface Taxed {
  readonly cents: number;
  readonly rates: readonly TaxRateFacts[];
  taxCents: number;
}
interface RoundedTogether {
  readonly rates: readonly TaxRateFacts[];
  readonly together: readonly Taxed[];
}

/** Per document, all amounts of a rate are rounded as one sum. Prices that include several rates are divided among all of them. */
const roundedTogether = (
  taxed: readonly Taxed[],
  { taxRounding, taxIncluded }: Pick<CartTerms, 'taxIncluded' | 'taxRounding'>,
): readonly RoundedTogether[] => {
  if (taxRounding === 'line') return taxed.map((amount) => ({ rates: amount.rates, together: [amount] }));
  const groups = new Map<string, { readonly rates: readonly TaxRateFacts[]; readonly together: Taxed[] }>();
  for (const amount of taxed)
    for (const rates of taxIncluded ? [amount.rates] : amount.rates.map((rate) => [rate])) {
      const key = rates.map(keyOf).join();
      const group = groups.get(key) ?? { rates, together: [] };
      groups.set(key, group);
      group.together.push(amount);
    }
  return [...groups.values()];
};

const keyOf = ({ name, ratePpm }: TaxRateFacts): string => `${name}|${ratePpm}`;

const addTotal = (totals: Map<string, TaxAmount>, rate: TaxRateFacts, taxableCents: number, taxCents: number): void => {
  const key = keyOf(rate);
  const { name, ratePpm } = rate;
  const before = totals.get(key) ?? { name, ratePpm, taxableCents: 0, taxCents: 0 };
  totals.set(key, { ...before, taxableCents: before.taxableCents + taxableCents, taxCents: before.taxCents + taxCents });
};
