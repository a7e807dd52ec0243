import { contract, type Product } from '@cartwright/contracts';
import { aCurrency, aGuestCart, aProduct, atMost, unique, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCartItem, addCartItems, getCart, setCartShipping } from '../carts/index.ts';
import { summarizeCheckout, quoteCart } from '../checkout/index.ts';
import { createPricingRules, listPromotions, quotePrice, setPrices } from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

const statements = async (work: () => Promise<unknown>): Promise<number> => (await shop.countQueries(work)).length;

/** A cart with the given number of lines, in a shop where the given numbers of rules and list prices apply to each. */
const aCart = async (lines: number, rules: number) => {
  const products: Product[] = [];
  for (let n = 0; n < lines; n += 1) products.push(await aProduct(shop.core, { priceCents: 10_000 }));
  const terms = Array.from({ length: rules }, (_, i) => {
    const goods = products[i % lines];
    if (!goods) throw new Error('There are products');
    return i % 2 === 0
      ? { name: `Rule ${i}`, effect: 'percent_off', percentBasisPoints: 100, productId: goods.id, stackable: true }
      : { name: `Rule ${i}`, effect: 'order_amount_off', amountCents: 1, productId: goods.id, stackable: true };
  });
  await createPricingRules(shop.core, staff, contract.pricing.createRules.input.parse({ rules: terms }));
  const list = await shop.aList({ name: `List ${unique()}`, currency: 'USD' });
  const prices = products.map((product) => ({ variantId: variantOf(product).id, minQuantity: 5, priceCents: 9_000 }));
  await setPrices(shop.core, staff, { id: list.id, prices });
  const { guest, cart } = await aGuestCart(shop.core);
  const items = products.map((product) => ({ variantId: variantOf(product).id, quantity: 1 }));
  await addCartItems(shop.core, guest, { cartId: cart.id, items });
  return { guest, cartId: cart.id, items, first: items[0]?.variantId ?? expect.fail('no line') };
};
type Cart = Awaited<ReturnType<typeof aCart>>;

const asked: [string, (cart: Cart) => Promise<unknown>][] = [
  ['the price of a variant', ({ first }) => quotePrice(shop.core, nobody, { variantId: first, quantity: 5, currency: aCurrency('USD') })],
  ['a cart with its totals', ({ guest, cartId }) => getCart(shop.core, guest, { cartId })],
  ['one more unit in the cart', ({ guest, cartId, first }) => addCartItem(shop.core, guest, { cartId, variantId: first, quantity: 1 })],
  [
    'the quote of a cart',
    ({ guest, cartId }) => quoteCart(shop.core, guest, contract.carts.quote.input.parse({ cartId, countryCode: 'GB' })),
  ],
  ['the last page before buying', ({ guest, cartId }) => summarizeCheckout(shop.core, guest, { cartId })],
  ['another destination', ({ guest, cartId }) => setCartShipping(shop.core, guest, { cartId, countryCode: 'GB' })],
  ['a simulation', ({ items }) => shop.simulate({ items })],
  ['what is on', () => listPromotions(shop.core, nobody, contract.pricing.promotions.input.parse({}))],
];

describe('statements for a price', () => {
  it('pricing takes at most the same few statements for 1 line and for 100, for 1 rule and for 200', async () => {
    const carts = [await aCart(1, 1), await aCart(1, 200), await aCart(100, 1), await aCart(100, 200)];
    const most: Record<string, number> = {};
    for (const [what, ask] of asked) for (const cart of carts) most[what] = Math.max(most[what] ?? 0, await statements(() => ask(cart)));
    expect(most).toEqual({
      'the price of a variant': atMost(2),
      'a cart with its totals': atMost(3),
      'one more unit in the cart': atMost(9),
      'the quote of a cart': atMost(3),
      'the last page before buying': atMost(4),
      'another destination': atMost(6),
      'a simulation': atMost(5),
      'what is on': atMost(1),
    });
  }, 120_000);
});
