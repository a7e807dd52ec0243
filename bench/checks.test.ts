import { describe, expect, it } from 'vitest';
import {
  checkCart,
  checkDetail,
  checkList,
  checkOrder,
  checkSearch,
  checkStatuses,
  must,
  mustEqual,
  WrongAnswer,
  type CartAnswer,
  type KnownProduct,
  type ListAnswer,
  type SearchAnswer,
} from './checks.ts';
import { expectedCart } from './stage/price-plan.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
// Products 20, 21 and 22: 10 percent off 14.00, nothing off 14.20 for a guest, 1.00 off 14.40; shipping 4.90.
const expected = expectedCart(
  [20, 21, 22].map((at) => ({ at, variantId: `v${at}` })),
  false,
);
const item = (variantId: string, unitPriceCents: number) => ({
  variantId,
  unitPriceCents,
  quantity: 1,
  reservedUntil: '2026-11-28T12:15:00Z',
});
const totals = { subtotalCents: 4_020, discountCents: 0, shippingCents: 490, taxCents: 752, totalCents: 4_510 };
const cart: CartAnswer = { items: [item('v20', 1_260), item('v21', 1_420), item('v22', 1_340)], totals };
const withItem = (change: object): CartAnswer => ({
  ...cart,
  items: cart.items.map((line, i) => (i === 1 ? { ...line, ...change } : line)),
});
const withTotals = (change: object): CartAnswer => ({ ...cart, totals: { ...totals, ...change } });

describe('the check of a cart', () => {
  it('the check of a cart accepts the cart of the price plan', () => {
    expect(() => checkCart(cart, expected, now)).not.toThrow();
  });

  it.each([
    ['a line without a hold', withItem({ reservedUntil: null })],
    ['a line without the field of the hold', withItem({ reservedUntil: undefined })],
    ['a line with an expired hold', withItem({ reservedUntil: '2026-11-28T11:59:59Z' })],
    ['a line at the wrong price', withItem({ unitPriceCents: 1_421 })],
    ['a line of two units', withItem({ quantity: 2 })],
    ['a line of another variant', withItem({ variantId: 'v23' })],
    ['a missing line', { ...cart, items: cart.items.slice(1) }],
    ['a wrong subtotal', withTotals({ subtotalCents: 4_021, totalCents: 4_511 })],
    ['an unexpected discount', withTotals({ discountCents: 10, totalCents: 4_500 })],
    ['free shipping below the threshold', withTotals({ shippingCents: 0, totalCents: 4_020 })],
    ['a total that is not the sum', withTotals({ totalCents: 4_509 })],
    ['no tax', withTotals({ taxCents: 0 })],
  ])('the check of a cart refuses %s', (_what, wrong) => {
    expect(() => checkCart(wrong, expected, now)).toThrow(WrongAnswer);
  });

  it('the price plan has a lower price for members, and free shipping from 300.00 on', () => {
    expect(expectedCart([{ at: 21, variantId: 'v21' }], true).lines[0]?.unitPriceCents).toBe(1_349);
    const expensive = [597, 598, 599].map((at) => ({ at, variantId: `v${at}` }));
    expect(expectedCart(expensive, false).shippingCents).toBe(0);
  });
});

describe('the check of an order', () => {
  const order = { id: 'o1', status: 'confirmed', totals, items: cart.items };
  it('the check of an order accepts a confirmed order with the totals of the cart', () => {
    expect(() => checkOrder(order, expected)).not.toThrow();
  });

  it.each([
    ['an unpaid order', { ...order, status: 'pending' }],
    ['an order without a line', { ...order, items: order.items.slice(1) }],
    ['an order at another price', { ...order, items: order.items.map((line) => ({ ...line, unitPriceCents: line.unitPriceCents + 1 })) }],
    ['an order at another total', { ...order, totals: { ...totals, totalCents: 4_020, shippingCents: 0 } }],
  ])('the check of an order refuses %s', (_what, wrong) => {
    expect(() => checkOrder(wrong, expected)).toThrow(WrongAnswer);
  });
});

const known = (at: number): KnownProduct => ({
  id: `p${at}`,
  slug: `product-${at}`,
  name: `Oak Lamp No ${at}`,
  imageCount: 2,
  variants: [{ id: `v${at}`, sku: `S-${at}` }],
  shownCents: new Set([1_000]),
});

describe('the check of a list', () => {
  const products = new Map([1, 2].map((at) => [`p${at}`, known(at)]));
  const listed = (at: number) => ({
    id: `p${at}`,
    name: `Oak Lamp No ${at}`,
    minPriceCents: 1_000,
    available: 5,
    imageUrl: 'https://images.example.com/1.jpg',
  });
  const page: ListAnswer = { items: [listed(1), listed(2)], totalCount: 2 };
  const withFirst = (change: object): ListAnswer => ({ ...page, items: [{ ...listed(1), ...change }, listed(2)] });
  it('the check of a list accepts a full page of known products', () => {
    expect(() => checkList(page, products, 2, 2)).not.toThrow();
  });

  it.each([
    ['a page that is not full', { ...page, items: [listed(1)] }],
    ['a page with the same product twice', { ...page, items: [listed(1), listed(1)] }],
    ['another number of products', { ...page, totalCount: 3 }],
    ['an unknown product', withFirst({ id: 'p3' })],
    ['another name', withFirst({ name: 'Oak Chair' })],
    ['a wrong price', withFirst({ minPriceCents: 1_001 })],
    ['a product without stock', withFirst({ available: 0 })],
    ['a product without the field of its stock', withFirst({ available: undefined })],
    ['a product without an image', withFirst({ imageUrl: null })],
  ])('the check of a list refuses %s', (_what, wrong) => {
    expect(() => checkList(wrong, products, 2, 2)).toThrow(WrongAnswer);
  });
});

describe('the check of a product page', () => {
  const variant = { id: 'v1', priceCents: 1_000, availability: { available: 5 } };
  const answer = { id: 'p1', slug: 'product-1', images: [{}, {}], variants: [variant] };
  it('the check of a product page accepts the product with its variants and images', () => {
    expect(() => checkDetail(answer, known(1))).not.toThrow();
  });

  it.each([
    ['another product', { ...answer, id: 'p2' }],
    ['a product without its images', { ...answer, images: [] }],
    ['a product without its variants', { ...answer, variants: [] }],
    ['another variant', { ...answer, variants: [{ ...variant, id: 'v2' }] }],
    ['a wrong price', { ...answer, variants: [{ ...variant, priceCents: 999 }] }],
    ['a variant without stock', { ...answer, variants: [{ ...variant, availability: { available: 0 } }] }],
  ])('the check of a product page refuses %s', (_what, wrong) => {
    expect(() => checkDetail(wrong, known(1))).toThrow(WrongAnswer);
  });
});

describe('the check of a search', () => {
  const found: SearchAnswer = {
    items: [{ name: 'Oak Lamp No 1', available: 5 }],
    totalCount: 1,
    facets: { availability: { inStock: 1 } },
  };
  it('the check of a search accepts products with both words in their names', () => {
    expect(() => checkSearch(found, 'Oak Lamp', 20)).not.toThrow();
  });

  it.each([
    ['a search without a match', { items: [], totalCount: 0, facets: { availability: { inStock: 0 } } }],
    ['a page with fewer products than the count', { ...found, totalCount: 2 }],
    ['a product with only one of the words', { ...found, items: [{ name: 'Oak Chair', available: 5 }] }],
    ['facets that count nothing', { ...found, facets: { availability: { inStock: 0 } } }],
    ['facets that count more products than were found', { ...found, facets: { availability: { inStock: 2 } } }],
  ])('the check of a search refuses %s', (_what, wrong) => {
    expect(() => checkSearch(wrong, 'Oak Lamp', 20)).toThrow(WrongAnswer);
  });
});

describe('the checks of statuses and values', () => {
  it('the check of statuses accepts exactly the expected statuses', () => {
    expect(() =>
      checkStatuses(
        new Map([
          [409, 19],
          [201, 1],
        ]),
        { 201: 1, 409: 19 },
        'a sale',
      ),
    ).not.toThrow();
    expect(() =>
      checkStatuses(
        new Map([
          [201, 2],
          [409, 18],
        ]),
        { 201: 1, 409: 19 },
        'a sale',
      ),
    ).toThrow(WrongAnswer);
    expect(() =>
      checkStatuses(
        new Map([
          [201, 1],
          [409, 19],
          [503, 1],
        ]),
        { 201: 1, 409: 19 },
        'a sale',
      ),
    ).toThrow(WrongAnswer);
  });

  it('must() refuses a condition that is undefined because of a missing field', () => {
    const answer: { ready?: boolean } = {};
    expect(() => must(answer.ready, 'not ready')).toThrow(WrongAnswer);
  });

  it('mustEqual() refuses NaN and a missing count', () => {
    expect(() => mustEqual(Number.NaN, 3, 'a count')).toThrow(WrongAnswer);
    expect(() => mustEqual(undefined, 3, 'a count')).toThrow('a count is undefined, must be 3');
  });
});
