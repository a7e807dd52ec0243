/** The arithmetic that EN 16931 demands of an invoice, checked on the totals of random orders. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { priceUnit } from './price-unit.ts';
import { randomCart } from './random-cart.fixture.ts';
import { totalLines } from './total-lines.ts';

/** `amount * ppm / 1,000,000`, half up. */
const taxOf = (amount: number, ppm: number): number => Number((BigInt(amount) * BigInt(ppm) * 2n + 1_000_000n) / 2_000_000n);
const add = (parts: readonly number[]) => parts.reduce((a, b) => a + b, 0);

/** Orders with one rate for each line, as the invoices of a country with VAT have them. */
const orders = randomCart.map(({ terms, lines, rules, context }) => {
  const sold = lines.flatMap((line) => {
    const unit = priceUnit(line, rules, context);
    return unit ? [{ ...line, unitPriceCents: unit.unitPriceCents, repriced: unit.appliedRules.length > 0 }] : [];
  });
  const taxRates = terms.taxRates.filter(
    (rate, i, all) =>
      i === all.findIndex((r) => r.countryCode === rate.countryCode && r.region === rate.region && r.taxClass === rate.taxClass),
  );
  const vat = { ...terms, taxRates, taxRounding: 'document' } as const;
  return { vat, sold, result: totalLines(sold, rules, context, vat) };
});

it('the tax of each rate is the taxable amount times the rate, rounded once, on 500 random orders (BR-CO-17)', () => {
  fc.assert(
    fc.property(orders, ({ vat, result }) => {
      for (const { taxableCents, taxCents, ratePpm } of result.taxes) {
        if (!vat.taxIncluded) expect(taxCents).toBe(taxOf(taxableCents, ratePpm));
        else {
          const net = taxableCents - taxCents;
          // No amount without tax has exactly this price with tax? Then the next cent is as near as it gets.
          const nets = [net - 1, net, net + 1].filter((one) => one >= 0 && one + taxOf(one, ratePpm) === taxableCents);
          if (nets.length > 0) expect(nets).toContain(net);
          else expect(Math.abs(taxCents - taxOf(net, ratePpm))).toBe(1);
        }
      }
    }),
    { numRuns: 500 },
  );
});

it('lines, discounts, shipping and tax add up to the total of 500 random orders (BR-CO-10, BR-CO-13 to BR-CO-15, BR-S-08)', () => {
  fc.assert(
    fc.property(orders, ({ vat, sold, result: { lines, totals, taxes, shippingTaxCents } }) => {
      const net = lines.map((line) => line.lineTotalCents - line.discountCents - (vat.taxIncluded ? line.taxCents : 0));
      const netShipping = totals.shippingCents - (vat.taxIncluded ? shippingTaxCents : 0);
      expect(add(taxes.map((tax) => tax.taxCents))).toBe(totals.taxCents);
      expect(add(lines.map((line) => line.taxCents)) + shippingTaxCents).toBe(totals.taxCents);
      expect(add(net) + netShipping + totals.taxCents).toBe(totals.totalCents);
      for (const cents of net) expect(cents).toBeGreaterThanOrEqual(0);
      // What is taxed at a rate are the lines, and the shipping, with this rate.
      const taxable = taxes.map((tax) => tax.taxableCents - (vat.taxIncluded ? tax.taxCents : 0));
      const untaxed = sold.flatMap((_, i) => (lines[i]?.taxRatePpm === 0 ? [net[i] ?? 0] : []));
      expect(add(taxable)).toBeLessThanOrEqual(add(net) + netShipping);
      expect(add(taxable) + add(untaxed) + netShipping).toBeGreaterThanOrEqual(add(net));
    }),
    { numRuns: 500 },
  );
});
