/**
 * A second pricing engine, written to be obviously correct instead of fast: exact fractions, one object per
 * unit, no helper of the real one. Both must agree to the minor unit, line by line.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomCart, type RandomCart } from './random-cart.fixture.ts';
import type { RuleFacts } from './engine.facts.ts';
import { priceUnit } from './price-unit.ts';
import { totalLines } from './total-lines.ts';

class Fraction {
  readonly n: bigint;
  readonly d: bigint;
  constructor(n: bigint | number, d: bigint | number = 1n) {
    this.n = BigInt(n);
    this.d = BigInt(d);
  }
  times = (o: Fraction) => new Fraction(this.n * o.n, this.d * o.d);
  minus = (o: Fraction) => new Fraction(this.n * o.d - o.n * this.d, this.d * o.d);
  isBelow = (o: Fraction) => this.n * o.d < o.n * this.d;
  floor = () => Number(this.n / this.d);
  halfUp = () => {
    const whole = this.n / this.d;
    const rest = new Fraction(this.n - whole * this.d, this.d);
    return Number(rest.isBelow(new Fraction(1, 2)) ? whole : whole + 1n);
  };
}
const part = (amount: number, basisPoints: number) => new Fraction(amount).times(new Fraction(basisPoints, 10_000)).halfUp();

/** Repeatedly picks the best of the remaining items by comparing all of them. */
const pickBest = <T>(list: T[], isBetter: (a: T, b: T) => boolean): T | undefined => {
  let best: T | undefined;
  for (const candidate of list) if (best === undefined || isBetter(candidate, best)) best = candidate;
  if (best !== undefined) list.splice(list.indexOf(best), 1);
  return best;
};
const ruleIsBetter = (a: RuleFacts, b: RuleFacts) => {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.minQuantity !== b.minQuantity) return a.minQuantity > b.minQuantity;
  return a.id < b.id;
};

const slowCart = (cart: RandomCart) => {
  const { lines, rules, context, terms } = cart;
  const runs = (w: { startsAt: number | null; endsAt: number | null }) =>
    !(w.startsAt !== null && w.startsAt > context.at) && !(w.endsAt !== null && w.endsAt <= context.at);
  const isInForce = (rule: RuleFacts) => {
    if (rule.code && !context.codes.includes(rule.code)) return false;
    if (rule.audience === 'guest' && context.buyer.signedIn) return false;
    if (rule.audience === 'signed_in' && !context.buyer.signedIn) return false;
    if (rule.customerGroup && rule.customerGroup !== context.buyer.customerGroup) return false;
    return (!rule.currency || rule.currency === context.currency) && runs(rule);
  };
  const covers = (rule: RuleFacts, line: RandomCart['lines'][number]) => {
    if (rule.variantId) return rule.variantId === line.variantId;
    if (rule.productId) return rule.productId === line.productId;
    if (rule.categoryId) return line.categoryIds.some((id) => id === rule.categoryId);
    if (rule.collectionId) return line.collectionIds.some((id) => id === rule.collectionId);
    return true;
  };
  const byPriority = (effects: RuleFacts['effect'][]) => {
    const waiting = rules.filter((r) => effects.includes(r.effect));
    const turn: RuleFacts[] = [];
    for (let best = pickBest(waiting, ruleIsBetter); best; best = pickBest(waiting, ruleIsBetter)) turn.push(best);
    return turn;
  };

  const unitPrices = lines.map((line) => {
    let price = line.basePriceCents === null ? null : line.basePriceCents + line.adjustmentCents;
    if (price !== null && price < 0) price = 0;
    const lists = line.listPrices.filter(
      (l) => runs(l) && line.quantity >= l.minQuantity && (!l.customerGroup || l.customerGroup === context.buyer.customerGroup),
    );
    const list = pickBest(lists, (a, b) => {
      if (a.priority !== b.priority) return a.priority > b.priority;
      if (!a.customerGroup !== !b.customerGroup) return Boolean(a.customerGroup);
      if (a.startsAt !== b.startsAt) return a.startsAt !== null && (b.startsAt === null || a.startsAt > b.startsAt);
      if (a.priceListId !== b.priceListId) return a.priceListId < b.priceListId;
      return a.minQuantity > b.minQuantity;
    });
    const base = price;
    if (list) price = list.priceCents;
    if (price === null) return null;
    const surcharge = byPriority(['low_stock_surcharge']).find(
      (r) =>
        covers(r, line) &&
        isInForce(r) &&
        context.lowStockSurcharge &&
        line.available !== null &&
        line.available <= (r.stockThreshold ?? 0),
    );
    if (surcharge) price += part(price, surcharge.percentBasisPoints ?? 0);
    let applied = 0;
    for (const rule of byPriority(['percent_off', 'amount_off', 'fixed_price'])) {
      if (!covers(rule, line) || !isInForce(rule) || line.quantity < rule.minQuantity) continue;
      if (!rule.stackable && applied > 0) continue;
      if (rule.effect === 'percent_off') price -= part(price, rule.percentBasisPoints ?? 0);
      if (rule.effect === 'amount_off') price = Math.max(0, price - (rule.amountCents ?? 0));
      if (rule.effect === 'fixed_price') price = rule.amountCents ?? price;
      applied += 1;
      if (!rule.stackable) break;
    }
    return { price, repriced: applied > 0 || Boolean(surcharge) || (list !== undefined && list.priceCents !== (base ?? list.priceCents)) };
  });

  const sold = lines.flatMap((line, i) => (unitPrices[i] ? [{ ...line, ...unitPrices[i] }] : []));
  // One object per unit.
  const units = sold.flatMap((line, i) =>
    Array.from({ length: line.quantity }, () => ({ line: i, price: line.price, off: 0, used: false })),
  );
  const reached = sold.map((): 'nothing' | 'something' | 'exclusive' => 'nothing');
  for (const rule of byPriority(['buy_x_get_y'])) {
    if (!isInForce(rule)) continue;
    const usable = sold.map(
      (line, i) =>
        covers(rule, line) &&
        !(rule.fullPriceOnly && line.repriced) &&
        reached[i] !== 'exclusive' &&
        (rule.stackable || reached[i] === 'nothing'),
    );
    const free = units.filter((u) => usable[u.line] && !u.used).toSorted((a, b) => a.price - b.price || a.line - b.line);
    const size = (rule.buyQuantity ?? 1) + (rule.getQuantity ?? 1);
    const groups = Math.floor(free.length / size);
    const given = free.slice(0, groups * (rule.getQuantity ?? 1));
    const bought = free.slice(free.length - groups * (rule.buyQuantity ?? 1));
    for (const unit of given) unit.off = part(unit.price, rule.percentBasisPoints ?? 10_000);
    for (const unit of [...given, ...bought]) {
      unit.used = true;
      reached[unit.line] = rule.stackable ? 'something' : 'exclusive';
    }
  }
  const remaining = sold.map((_, i) => units.filter((u) => u.line === i).reduce((s, u) => s + u.price - u.off, 0));

  let promotions = 0;
  for (const rule of byPriority(['order_percent_off', 'order_amount_off'])) {
    if (!isInForce(rule) || (!rule.stackable && promotions > 0)) continue;
    const scope = sold.flatMap((line, i) => (covers(rule, line) && !(rule.fullPriceOnly && line.repriced) ? [i] : []));
    const worth = scope.reduce((s, i) => s + (remaining[i] ?? 0), 0);
    const count = scope.reduce((s, i) => s + (sold[i]?.quantity ?? 0), 0);
    if (worth === 0 || count < rule.minQuantity || worth < (rule.minSubtotalCents ?? 0)) continue;
    const discount =
      rule.effect === 'order_percent_off' ? part(worth, rule.percentBasisPoints ?? 0) : Math.min(worth, rule.amountCents ?? 0);
    const exact = scope.map((i) => ({ i, share: new Fraction(BigInt(discount) * BigInt(remaining[i] ?? 0), worth) }));
    let left = discount;
    for (const { i, share } of exact) {
      remaining[i] = (remaining[i] ?? 0) - share.floor();
      left -= share.floor();
    }
    const rests = exact.map(({ i, share }) => ({ i, rest: share.minus(new Fraction(share.floor())) }));
    for (; left > 0; left -= 1) {
      const next = pickBest(rests, (a, b) => b.rest.isBelow(a.rest));
      if (next) remaining[next.i] = (remaining[next.i] ?? 0) - 1;
    }
    promotions += 1;
    if (!rule.stackable) break;
  }

  const goods = remaining.reduce((a, b) => a + b, 0);
  const { destination } = terms;
  const weights = units.map((u) => sold[u.line]?.weightGrams ?? terms.defaultWeightGrams);
  const weight = weights.includes(null) ? null : weights.reduce<number>((grams, one) => grams + (one ?? 0), 0);
  const freeByRule = byPriority(['free_shipping']).some(
    (r) =>
      isInForce(r) &&
      sold.some((line) => covers(r, line)) &&
      units.filter((u) => sold.some((line, i) => i === u.line && covers(r, line))).length >= r.minQuantity &&
      goods >= (r.minSubtotalCents ?? 0),
  );
  const prices: number[] = [];
  if (destination && sold.length > 0)
    for (const method of terms.shippingMethods) {
      const everywhere = method.countries.length + method.regions.length === 0;
      const here =
        everywhere ||
        method.countries.includes(destination.countryCode) ||
        method.regions.includes(`${destination.countryCode}-${destination.region}`);
      const band = method.bands.find(
        (b) =>
          b.minWeightGrams <= (weight ?? 0) &&
          (weight ?? 0) < (b.maxWeightGrams ?? Infinity) &&
          b.minSubtotalCents <= goods &&
          goods < (b.maxSubtotalCents ?? Infinity),
      );
      const needsWeight = method.bands.some((b) => b.minWeightGrams !== 0 || b.maxWeightGrams !== null);
      if (!here || !band || (needsWeight && weight === null) || (terms.shippingMethodId !== null && terms.shippingMethodId !== method.id))
        continue;
      prices.push(freeByRule || (method.freeFromCents !== null && goods >= method.freeFromCents) ? 0 : band.priceCents);
    }
  const shipping = prices.length > 0 ? Math.min(...prices) : 0;

  const ratesOf = (taxClass: string) => {
    const order = [
      [destination?.region ?? 'nowhere', taxClass],
      [destination?.region ?? 'nowhere', 'standard'],
      [null, taxClass],
      [null, 'standard'],
    ];
    for (const [region, wanted] of order) {
      const here = terms.taxRates.filter(
        (rate) => destination && rate.countryCode === destination.countryCode && rate.region === region && rate.taxClass === wanted,
      );
      if (here.length > 0) return here;
    }
    return [];
  };
  /** Amounts in units of a cent each get their share; what is left goes to the largest remainders. */
  const spread = (whole: number, weights: number[]) => {
    const total = weights.reduce((x, y) => x + y, 0);
    if (total === 0) return weights.map(() => 0);
    const exact = weights.map((w, i) => ({ i, share: new Fraction(BigInt(whole) * BigInt(w), total) }));
    const parts = exact.map(({ share }) => share.floor());
    const rests = exact.map(({ i, share }) => ({ i, rest: share.minus(new Fraction(share.floor())) }));
    for (let left = whole - parts.reduce((x, y) => x + y, 0); left > 0; left -= 1) {
      const next = pickBest(rests, (x, y) => y.rest.isBelow(x.rest));
      if (next) parts[next.i] = (parts[next.i] ?? 0) + 1;
    }
    return parts;
  };
  const ppmOf = (rates: readonly { ratePpm: number }[]) => rates.reduce((x, rate) => x + rate.ratePpm, 0);
  const taxed = [
    ...sold.map((line, i) => ({ amount: remaining[i] ?? 0, rates: ratesOf(line.taxClass), tax: 0 })),
    { amount: shipping, rates: terms.shippingTaxClass === null ? [] : ratesOf(terms.shippingTaxClass), tax: 0 },
  ];
  const named = (rates: readonly { name: string; ratePpm: number }[]) =>
    rates
      .map((rate) => `${rate.name} ${rate.ratePpm}`)
      .toSorted()
      .join();
  for (const name of new Set(taxed.flatMap(({ rates }) => rates.map((rate) => named([rate])))))
    if (!terms.taxIncluded) {
      const with_ = taxed.filter(({ rates }) => rates.some((rate) => named([rate]) === name));
      const ppm = Number(name.split(' ')[1]);
      const taxOn = (cents: number) => new Fraction(BigInt(cents) * BigInt(ppm), 1_000_000).halfUp();
      const amounts = with_.map(({ amount }) => amount);
      const each = terms.taxRounding === 'line' ? amounts.map(taxOn) : spread(taxOn(amounts.reduce((x, y) => x + y, 0)), amounts);
      with_.forEach((one, i) => (one.tax += each[i] ?? 0));
    }
  for (const set of new Set(taxed.map(({ rates }) => named(rates))))
    if (terms.taxIncluded) {
      const with_ = taxed.filter(({ rates }) => named(rates) === set);
      const ppm = ppmOf(with_[0]?.rates ?? []);
      const taxIn = (cents: number) => new Fraction(BigInt(cents) * BigInt(ppm), 1_000_000 + ppm).halfUp();
      const amounts = with_.map(({ amount }) => amount);
      const together = amounts.reduce((x, y) => x + y, 0);
      // Each rate has its part of the tax, and each amount its part of that.
      const perRate = spread(
        taxIn(together),
        (with_[0]?.rates ?? []).toSorted((x, y) => (x.name < y.name ? -1 : 1)).map((rate) => rate.ratePpm),
      ).map((whole) => spread(whole, amounts));
      with_.forEach((one, i) => {
        one.tax = terms.taxRounding === 'line' ? taxIn(one.amount) : perRate.reduce((x, parts) => x + (parts[i] ?? 0), 0);
      });
    }
  const tax = taxed.reduce((x, one) => x + one.tax, 0);
  const lineTaxes = sold.map((_, i) => taxed[i]?.tax ?? 0);
  return {
    unitPrices: unitPrices.map((u) => u?.price ?? null),
    remaining,
    lineTaxes,
    goods,
    shipping,
    tax,
    total: goods + shipping + (terms.taxIncluded ? 0 : tax),
  };
};

const fastCart = ({ lines, rules, context, terms }: RandomCart) => {
  const units = lines.map((line) => priceUnit(line, rules, context));
  const sold = lines.flatMap((line, i) => {
    const unit = units[i];
    return unit ? [{ ...line, unitPriceCents: unit.unitPriceCents, repriced: unit.appliedRules.length > 0 }] : [];
  });
  const { totals, lines: priced } = totalLines(sold, rules, context, terms);
  return {
    unitPrices: units.map((u) => u?.unitPriceCents ?? null),
    remaining: priced.map((line) => line.lineTotalCents - line.discountCents),
    lineTaxes: priced.map((line) => line.taxCents),
    goods: totals.subtotalCents - totals.discountCents,
    shipping: totals.shippingCents,
    tax: totals.taxCents,
    total: totals.totalCents,
  };
};

describe('the pricing engine', () => {
  it('the pricing engine agrees with the slow model to the minor unit on 1,000 random carts with several tax rates and both roundings', () => {
    fc.assert(
      fc.property(randomCart, (cart) => {
        expect(fastCart(cart)).toEqual(slowCart(cart));
      }),
      { numRuns: 1000 },
    );
  });
});
