import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../kernel/index.ts';
import { portionOf, prorate } from '../rounding.ts';
import {
  unconditional,
  type CartLineFacts,
  type CartTerms,
  type OfferContext,
  type RuleFacts,
  type UnitContext,
  type UnitFacts,
} from './engine.facts.ts';
import { priceUnit } from './price-unit.ts';
import { randomCart } from './random-cart.fixture.ts';
import { totalLines } from './total-lines.ts';

const context: UnitContext = {
  currency: 'EUR',
  at: 1_000,
  buyer: { signedIn: false, customerGroup: null },
  codes: [],
  lowStockSurcharge: false,
};
const terms: CartTerms = {
  taxIncluded: false,
  taxRounding: 'line',
  taxRates: [],
  shippingTaxClass: null,
  defaultWeightGrams: null,
  destination: null,
  shippingMethods: [],
  shipsForFree: true,
  shippingMethodId: null,
};
let serial = 0;
const aRule = (fields: Partial<RuleFacts> & Pick<RuleFacts, 'effect'>): RuleFacts => ({
  id: `rule-${(serial += 1)}`,
  name: fields.effect,
  ...unconditional,
  ...fields,
});
const scope = (id: string) => ({ variantId: id, productId: `product of ${id}`, categoryIds: [], collectionIds: [] });
const goods = (fields: Partial<UnitFacts> = {}): UnitFacts => ({
  ...scope('a'),
  quantity: 1,
  basePriceCents: 1_000,
  adjustmentCents: 0,
  listPrices: [],
  available: null,
  ...fields,
});
const aLine = (id: string, unitPriceCents: number, quantity = 1, fields: Partial<CartLineFacts> = {}): CartLineFacts => ({
  ...scope(id),
  quantity,
  unitPriceCents,
  repriced: false,
  taxClass: 'standard',
  weightGrams: 0,
  ...fields,
});
const offer: OfferContext = context;

describe('the price of a unit', () => {
  it('a unit price is the base price plus the variant adjustment, and never below zero', () => {
    expect(priceUnit(goods({ adjustmentCents: 250 }), [], context)?.unitPriceCents).toBe(1_250);
    expect(priceUnit(goods({ adjustmentCents: -2_000 }), [], context)?.unitPriceCents).toBe(0);
    const off = aRule({ effect: 'amount_off', amountCents: 5_000 });
    expect(priceUnit(goods(), [off], context)).toMatchObject({ unitPriceCents: 0, appliedRules: [{ amountCents: 1_000 }] });
  });

  it('a unit price is null for goods without a price in this currency', () => {
    expect(priceUnit(goods({ basePriceCents: null }), [], context)).toBeNull();
  });

  it('a unit price names each applied rule with its discount on the line, and each unapplied one with the reason', () => {
    const first = aRule({ effect: 'percent_off', percentBasisPoints: 1_000, stackable: true, priority: 2 });
    const second = aRule({ effect: 'amount_off', amountCents: 50, stackable: true, priority: 1 });
    const late = aRule({ effect: 'fixed_price', amountCents: 1 });
    const deep = aRule({ effect: 'fixed_price', amountCents: 1, minQuantity: 10, priority: 9 });
    const gold = aRule({ effect: 'percent_off', percentBasisPoints: 1, customerGroup: 'gold' });
    const coded = aRule({ effect: 'percent_off', percentBasisPoints: 1, code: 'X' });
    const over = aRule({ effect: 'percent_off', percentBasisPoints: 1, endsAt: 1_000 });
    const answer = priceUnit(goods({ quantity: 3 }), [late, second, first, deep, gold, coded, over], context);
    expect(answer?.unitPriceCents).toBe(850);
    expect(answer?.appliedRules).toMatchObject([
      { ruleId: first.id, amountCents: 300 },
      { ruleId: second.id, amountCents: 150 },
    ]);
    const reasons = new Map(answer?.unappliedRules.map((r) => [r.ruleId, r.reason]));
    expect(reasons).toEqual(
      new Map([
        [late.id, 'exclusive_comes_late'],
        [deep.id, 'quantity_too_low'],
        [gold.id, 'other_customer_group'],
        [coded.id, 'code_missing'],
        [over.id, 'ended'],
      ]),
    );
  });

  it('the low-stock surcharge applies only where the shop has it on and stock is low', () => {
    const surcharge = aRule({ effect: 'low_stock_surcharge', percentBasisPoints: 500, stockThreshold: 3 });
    const low = goods({ available: 2 });
    expect(priceUnit(low, [surcharge], context)).toMatchObject({ unitPriceCents: 1_000, unappliedRules: [{ reason: 'switched_off' }] });
    const on = { ...context, lowStockSurcharge: true };
    expect(priceUnit(low, [surcharge], on)).toMatchObject({
      unitPriceCents: 1_050,
      appliedRules: [{ kind: 'surcharge', amountCents: -50 }],
    });
    expect(priceUnit(goods({ available: 4 }), [surcharge], on)?.unappliedRules).toMatchObject([{ reason: 'stock_not_low' }]);
  });

  it('a unit price comes from the price list in force: a group list before a general one, the highest quantity break reached', () => {
    const entry = { name: 'List', priority: 0, customerGroup: null, startsAt: null, endsAt: null };
    const listPrices = [
      { ...entry, priceListId: 'all', minQuantity: 1, priceCents: 900 },
      { ...entry, priceListId: 'trade', customerGroup: 'trade', minQuantity: 1, priceCents: 800 },
      { ...entry, priceListId: 'trade', customerGroup: 'trade', minQuantity: 10, priceCents: 700 },
      { ...entry, priceListId: 'sale', priority: 5, startsAt: 2_000, minQuantity: 1, priceCents: 1 },
    ];
    const trade = { ...context, buyer: { signedIn: true, customerGroup: 'trade' } };
    expect(priceUnit(goods({ listPrices }), [], context)?.unitPriceCents).toBe(900);
    expect(priceUnit(goods({ listPrices, quantity: 9 }), [], trade)?.unitPriceCents).toBe(800);
    expect(priceUnit(goods({ listPrices, quantity: 10 }), [], trade)?.unitPriceCents).toBe(700);
    expect(priceUnit(goods({ listPrices }), [], { ...context, at: 2_000 })?.unitPriceCents).toBe(1);
  });
});

describe('the totals of a cart', () => {
  it('three for two gives the cheapest units away, across lines', () => {
    const rule = aRule({ effect: 'buy_x_get_y', buyQuantity: 2, getQuantity: 1 });
    const { totals, lines } = totalLines([aLine('a', 500, 2), aLine('b', 200, 4)], [rule], offer, terms);
    expect(totals).toMatchObject({ subtotalCents: 1_800, discountCents: 400, totalCents: 1_400 });
    expect(lines[1]?.offers).toMatchObject([{ kind: 'offer', amountCents: 400 }]);
    expect(totalLines([aLine('a', 500, 2)], [rule], offer, terms).unappliedRules).toMatchObject([{ reason: 'quantity_too_low' }]);
  });

  it('stackable order promotions apply by priority, and an exclusive one applies alone', () => {
    const ten = aRule({ effect: 'order_percent_off', percentBasisPoints: 1_000, stackable: true, priority: 2 });
    const five = aRule({ effect: 'order_amount_off', amountCents: 500, stackable: true, priority: 1 });
    const alone = aRule({ effect: 'order_percent_off', percentBasisPoints: 5_000 });
    const line = [aLine('a', 10_000)];
    expect(totalLines(line, [alone, five, ten], offer, terms)).toMatchObject({
      totals: { discountCents: 1_500 },
      unappliedRules: [{ ruleId: alone.id, reason: 'exclusive_comes_late' }],
    });
    expect(totalLines(line, [{ ...alone, priority: 9 }, five, ten], offer, terms)).toMatchObject({
      totals: { discountCents: 5_000 },
      unappliedRules: [{ reason: 'closed_by_exclusive' }, { reason: 'closed_by_exclusive' }],
    });
  });

  it('a promotion for full prices leaves repriced lines unchanged', () => {
    const rule = aRule({ effect: 'order_percent_off', percentBasisPoints: 5_000, fullPriceOnly: true });
    const lines = [aLine('a', 1_000), aLine('b', 1_000, 1, { repriced: true })];
    expect(totalLines(lines, [rule], offer, terms).lines.map((l) => l.discountCents)).toEqual([500, 0]);
    expect(totalLines(lines.slice(1), [rule], offer, terms).unappliedRules).toMatchObject([{ reason: 'price_reduced_already' }]);
  });

  it('tax that is rounded per line is half up by the class of the line, and shipping by its own class', () => {
    const taxRates = [
      { countryCode: 'DE', region: null, taxClass: 'standard', name: 'VAT', ratePpm: 190_000 },
      { countryCode: 'DE', region: null, taxClass: 'books', name: 'VAT', ratePpm: 70_000 },
    ];
    const method = { id: 'm', name: 'Parcel', position: 0, countries: ['DE'], regions: [], freeFromCents: null };
    const band = { minWeightGrams: 0, maxWeightGrams: 1_000, minSubtotalCents: 0, maxSubtotalCents: null, priceCents: 490 };
    const heavy = { ...band, minWeightGrams: 1_000, maxWeightGrams: null, priceCents: 990 };
    const here: CartTerms = {
      ...terms,
      taxRates,
      shippingTaxClass: 'standard',
      destination: { countryCode: 'DE', region: null },
      shippingMethods: [{ ...method, bands: [band, heavy] }],
      shipsForFree: false,
    };
    const lines = [aLine('a', 50, 1, { weightGrams: 500 }), aLine('b', 50, 1, { taxClass: 'books', weightGrams: 499 })];
    const light = totalLines(lines, [], offer, here);
    expect(light.lines.map((l) => l.taxCents)).toEqual([10, 4]);
    expect(light).toMatchObject({ totals: { shippingCents: 490, taxCents: 107, totalCents: 697 }, shippingTaxCents: 93 });
    expect(totalLines([aLine('a', 50, 2, { weightGrams: 500 })], [], offer, here).totals.shippingCents).toBe(990);
    const free = aRule({ effect: 'free_shipping' });
    expect(totalLines(lines, [free], offer, here)).toMatchObject({
      totals: { shippingCents: 0 },
      shippingTaxCents: 0,
      promotions: [{ kind: 'shipping', amountCents: 490 }],
    });
    const elsewhere = { ...here, destination: { countryCode: 'FR', region: null } };
    const otherCurrency = { ...here, shippingMethods: [] };
    for (const nowhere of [elsewhere, otherCurrency])
      expect(totalLines(lines, [], offer, nowhere)).toMatchObject({ shippingUnavailable: true, totals: { shippingCents: 0 } });
  });

  it('totals that integers cannot hold exactly are refused', () => {
    expect(() => totalLines([aLine('a', Number.MAX_SAFE_INTEGER, 2)], [], offer, terms)).toThrow(DomainError);
  });

  it('the parts of a total add up, no discount exceeds its line, and nothing is negative', () => {
    fc.assert(
      fc.property(randomCart, (cart) => {
        const units = cart.lines.map((line) => priceUnit(line, cart.rules, cart.context));
        cart.lines.forEach((line, i) => {
          const unit = units[i];
          if (!unit) return;
          expect(unit.unitPriceCents).toBeGreaterThanOrEqual(0);
          const off = unit.appliedRules.reduce((n, r) => n + r.amountCents, 0);
          expect(off).toBe((unit.baseUnitPriceCents - unit.unitPriceCents) * line.quantity);
        });
        const sold = cart.lines.flatMap((line, i) =>
          units[i] ? [{ ...line, unitPriceCents: units[i].unitPriceCents, repriced: units[i].appliedRules.length > 0 }] : [],
        );
        const { totals, lines, promotions, taxes, shippingTaxCents } = totalLines(sold, cart.rules, cart.context, cart.terms);
        for (const line of lines) {
          expect(line.discountCents).toBeGreaterThanOrEqual(0);
          expect(line.discountCents).toBeLessThanOrEqual(line.lineTotalCents);
        }
        const total = (of: (line: (typeof lines)[number]) => number) => lines.reduce((n, line) => n + of(line), 0);
        const given = promotions.filter((p) => p.kind === 'order').reduce((n, p) => n + p.amountCents, 0);
        const offers = total((line) => line.offers.reduce((n, o) => n + o.amountCents, 0));
        expect(totals.discountCents).toBe(given + offers);
        expect(totals.discountCents).toBe(total((line) => line.discountCents));
        expect(totals.taxCents).toBe(total((line) => line.taxCents) + shippingTaxCents);
        expect(totals.taxCents).toBe(taxes.reduce((n, t) => n + t.taxCents, 0));
        expect(totals.totalCents).toBe(
          totals.subtotalCents - totals.discountCents + totals.shippingCents + (totals.taxIncluded ? 0 : totals.taxCents),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('rounding', () => {
  it('multiplication rounds a half up, exactly, for every safe integer', () => {
    expect([portionOf(50, 1_900, 10_000), portionOf(5, 5_000, 10_000), portionOf(Number.MAX_SAFE_INTEGER, 1, 1)]).toEqual([
      10,
      3,
      Number.MAX_SAFE_INTEGER,
    ]);
  });

  it('splitting an amount over any weights gives parts that add up to it, and none exceeds its weight', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const whole = list.reduce((a, b) => a + b, 0);
        const amount = Math.floor(whole * share);
        const parts = prorate(amount, list);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(amount);
        parts.forEach((p, i) => expect(p).toBeLessThanOrEqual(list[i] ?? 0));
      }),
    );
  });
});
