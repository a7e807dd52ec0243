/** Cases where other engines lose minor units: thirds, many small taxes, shares of a discount, prices that include tax. */
import type { TaxRounding } from '@cartwright/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unconditional, type CartLineFacts, type CartTerms, type RuleFacts } from './engine.facts.ts';
import { totalLines } from './total-lines.ts';

const aLine = (id: number, unitPriceCents: number, quantity = 1): CartLineFacts => ({
  variantId: `v${id}`,
  productId: `p${id}`,
  categoryIds: [],
  collectionIds: [],
  quantity,
  unitPriceCents,
  repriced: false,
  taxClass: 'standard',
  weightGrams: 0,
});
const off = (fields: Pick<RuleFacts, 'effect'> & Partial<RuleFacts>): RuleFacts => ({
  id: 'off',
  name: 'Off',
  ...unconditional,
  ...fields,
});
const at = (ratePpm: number, taxIncluded = false, taxRounding: TaxRounding = 'line'): CartTerms => ({
  taxIncluded,
  taxRounding,
  taxRates: [{ countryCode: 'DE', region: null, taxClass: 'standard', name: 'MwSt', ratePpm }],
  shippingTaxClass: null,
  defaultWeightGrams: null,
  destination: { countryCode: 'DE', region: null },
  shippingMethods: [],
  shipsForFree: true,
  shippingMethodId: null,
});
const price = (lines: CartLineFacts[], rules: RuleFacts[] = [], terms = at(190_000), currency = 'EUR') =>
  totalLines(lines, rules, { currency, at: 0, buyer: { signedIn: false, customerGroup: null }, codes: [] }, terms);
const add = (parts: readonly number[]) => parts.reduce((a, b) => a + b, 0);
const cents = fc.integer({ min: 0, max: 1_000_000 });
const carts = fc.array(fc.tuple(cents, fc.integer({ min: 1, max: 99 })), { minLength: 1, maxLength: 100 });
const rates = fc.constantFrom(0, 1, 100, 25_000, 55_000, 70_000, 72_500, 99_750, 190_000, 210_000, 255_000, 1_000_000);
const toLines = (cart: readonly (readonly [number, number])[]) => cart.map(([unit, quantity], i) => aLine(i, unit, quantity));

describe('three thirds', () => {
  it('three times 0.333 dinars, which have three decimals, is 0.999: nothing is rounded without need', () => {
    expect(price([aLine(1, 333, 3)], [], at(0), 'KWD').totals).toMatchObject({ subtotalCents: 999, totalCents: 999 });
  });

  it('a discount on three equal lines is spread without a remainder', () => {
    const { lines, totals } = price([aLine(1, 333), aLine(2, 333), aLine(3, 333)], [off({ effect: 'order_amount_off', amountCents: 100 })]);
    expect(lines.map((line) => line.discountCents)).toEqual([34, 33, 33]);
    expect(totals.discountCents).toBe(100);
  });

  it('a percentage off each of three units is three times the same rounded amount', () => {
    const rule = off({ effect: 'buy_x_get_y', buyQuantity: 1, getQuantity: 2, percentBasisPoints: 3_333 });
    expect(price([aLine(1, 1_000, 3)], [rule], at(0)).totals).toMatchObject({ discountCents: 666, totalCents: 2_334 });
  });
});

describe('tax on many lines', () => {
  it('tax at 19 % on 100 lines of one cent is nothing when each line is rounded, and 19 cents when the document is', () => {
    const lines = (unit: number) => Array.from({ length: 100 }, (_, i) => aLine(i, unit));
    const hundred = (unit: number, terms = at(190_000)) => price(lines(unit), [], terms).totals.taxCents;
    expect([hundred(1), hundred(2), hundred(3), hundred(5)]).toEqual([0, 0, 100, 100]);
    const perDocument = at(190_000, false, 'document');
    expect([hundred(1, perDocument), hundred(2, perDocument), hundred(3, perDocument)]).toEqual([19, 38, 57]);
  });

  it('tax that is rounded per line adds up to the tax of the cart, each line within half a unit of the exact amount', () => {
    fc.assert(
      fc.property(carts, rates, fc.boolean(), (cart, rate, included) => {
        const { lines, totals, taxes } = price(toLines(cart), [], at(rate, included));
        const [base, share] = included ? [1_000_000 + rate, rate] : [1_000_000, rate];
        lines.forEach(({ lineTotalCents, taxCents }) => {
          // 2 * |tax * base - amount * share| <= base: exact, without floats.
          const miss = BigInt(taxCents) * BigInt(base) - BigInt(lineTotalCents) * BigInt(share);
          expect((miss < 0n ? -miss : miss) * 2n <= BigInt(base)).toBe(true);
        });
        expect(totals.taxCents).toBe(add(lines.map((line) => line.taxCents)));
        expect(add(taxes.map((tax) => tax.taxCents))).toBe(totals.taxCents);
        expect(add(taxes.map((tax) => tax.taxableCents))).toBe(totals.subtotalCents);
        expect(totals.totalCents).toBe(totals.subtotalCents + (included ? 0 : totals.taxCents));
      }),
    );
  });
});

describe('an order promotion', () => {
  const promotions = fc.oneof(
    fc.integer({ min: 1, max: 10_000 }).map((percentBasisPoints) => off({ effect: 'order_percent_off', percentBasisPoints })),
    fc.integer({ min: 1, max: 2_000_000 }).map((amountCents) => off({ effect: 'order_amount_off', amountCents })),
  );
  const several = fc
    .array(promotions, { minLength: 1, maxLength: 4 })
    .map((list) => list.map((rule, i) => ({ ...rule, id: `o${i}`, stackable: true })));

  it('an order promotion is spread over the lines exactly, never exceeds the value of a line, and tax follows the reduced amount', () => {
    fc.assert(
      fc.property(carts, several, rates, (cart, rules, rate) => {
        const { lines, totals, promotions: applied, taxes } = price(toLines(cart), rules, at(rate));
        expect(add(applied.map((p) => p.amountCents))).toBe(totals.discountCents);
        expect(add(lines.map((line) => line.discountCents))).toBe(totals.discountCents);
        expect(totals.discountCents).toBeLessThanOrEqual(totals.subtotalCents);
        for (const line of lines) {
          expect(line.discountCents).toBeGreaterThanOrEqual(0);
          expect(line.discountCents).toBeLessThanOrEqual(line.lineTotalCents);
        }
        expect(add(taxes.map((tax) => tax.taxableCents))).toBe(totals.subtotalCents - totals.discountCents);
        expect(totals.totalCents).toBe(totals.subtotalCents - totals.discountCents + totals.taxCents);
      }),
    );
  });

  it('an order promotion gives equal lines shares that differ by one unit at most', () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 100 }), promotions, (unit, count, rule) => {
        const { lines } = price(
          Array.from({ length: count }, (_, i) => aLine(i, unit)),
          [rule],
        );
        const shares = lines.map((line) => line.discountCents);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
