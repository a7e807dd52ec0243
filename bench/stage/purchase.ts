/** Fills and buys carts. Every response is checked against the prices that the bench calculates itself. */
import { checkCart, checkOrder, type CartAnswer, type ExpectedCart, type OrderAnswer } from '../checks.ts';
import type { Client } from '../load/client.ts';
import { cartProductsOf, country, expectedCart } from './price-plan.ts';
import type { Stage } from './stage.parts.ts';

export const anAddress = {
  firstName: 'Ada',
  lastName: 'Byron',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: country,
};
let serial = 0;
/** Returns a text that is unique in the run. */
export const unique = (): string => `${process.pid}-${(serial += 1)}`;
export const idempotencyKey = (): string => `bench-key-${unique()}-`.padEnd(24, '0');

export interface FilledCart {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null for a cart of a signed-in buyer. */
  readonly guestEmail: string | null;
  readonly expected: ExpectedCart;
  readonly totalCents: number;
}

/** Creates a cart with one unit each of a number of products. Every second cart belongs to a signed-in buyer. */
export const fillCart = async (stage: Stage, client: Client, items: number): Promise<FilledCart> => {
  const turn = (stage.turn += 1);
  const buyer = turn % 2 === 0 ? stage.buyers[(turn >> 1) % stage.buyers.length] : undefined;
  const identity = buyer && { authorization: `Bearer ${buyer.accessToken}` };
  const opened = await client.call<{ cart: { id: string }; cartToken: string | null }>({
    method: 'POST',
    path: '/api/v1/carts',
    ...(identity && { headers: identity }),
    body: { countryCode: country },
  });
  const headers = identity ?? { 'x-cart-token': opened.cartToken ?? '' };
  const from = Math.floor(Math.random() * (cartProductsOf(stage.products.length) - items));
  const lines = Array.from({ length: items }, (_, i) => ({ at: from + i, variantId: stage.products[from + i]?.variants[0]?.id ?? '' }));
  const [only] = lines;
  const filled = await client.call<CartAnswer>(
    items === 1
      ? { method: 'POST', path: `/api/v1/carts/${opened.cart.id}/items`, headers, body: { variantId: only?.variantId, quantity: 1 } }
      : {
          method: 'POST',
          path: `/api/v1/carts/${opened.cart.id}/items/batch`,
          headers,
          body: { items: lines.map(({ variantId }) => ({ variantId, quantity: 1 })) },
        },
  );
  const expected = expectedCart(lines, buyer !== undefined);
  checkCart(filled, expected);
  return {
    id: opened.cart.id,
    headers,
    guestEmail: buyer ? null : `guest-${unique()}@example.com`,
    expected,
    totalCents: filled.totals.totalCents,
  };
};

/** Fills a cart with a number of items and buys it. */
export const buyCart = async (stage: Stage, client: Client, items: number): Promise<OrderAnswer> => {
  const cart = await fillCart(stage, client, items);
  const order = await client.call<OrderAnswer>({
    method: 'POST',
    path: '/api/v1/checkout',
    headers: { ...cart.headers, 'idempotency-key': idempotencyKey() },
    body: {
      cartId: cart.id,
      ...(cart.guestEmail !== null && { email: cart.guestEmail }),
      shippingAddress: anAddress,
      payment: { token: 'tok_success' },
      expectedTotalCents: cart.totalCents,
    },
  });
  checkOrder(order, cart.expected);
  return order;
};
