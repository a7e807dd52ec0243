/**
 * Makes a product as the administrator and sells it to a guest, as a check that an installation works from end to end:
 * `SHOP_URL=https://shop.example.com ADMIN_EMAIL=... ADMIN_PASSWORD=... node scripts/first-sale.ts`. The card is a test card of
 * Stripe, so the shop must run with a test key.
 */
import { randomUUID } from 'node:crypto';

export interface SaleWanted {
  readonly url: string;
  readonly email: string;
  readonly password: string;
}

const call = async (url: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body: JSON.stringify(body),
  });
  const told = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`POST ${path} was answered with ${answer.status}: ${JSON.stringify(told)}`);
  return told;
};

/** Answers the order as the guest got it. */
export const sellOne = async ({ url, email, password }: SaleWanted): Promise<Record<string, unknown>> => {
  const { tokens } = (await call(url, '/auth/login', { email, password })) as { tokens: { accessToken: string } };
  const product = (await call(
    url,
    '/products',
    {
      name: `Trial ${randomUUID().slice(0, 8)}`,
      status: 'active',
      variants: [{ sku: `TRIAL-${randomUUID()}`, priceCents: 1_999, stock: 1 }],
    },
    { authorization: `Bearer ${tokens.accessToken}` },
  )) as { variants: { id: string; currency: string }[] };
  const [variant] = product.variants;
  const { cart, cartToken } = (await call(url, '/carts', { currency: variant?.currency })) as { cart: { id: string }; cartToken: string };
  const asGuest = { 'x-cart-token': cartToken };
  await call(url, `/carts/${cart.id}/items`, { variantId: variant?.id, quantity: 1 }, asGuest);
  const address = { firstName: 'Ada', lastName: 'Byron', line1: '1 Sea Road', city: 'Rye', postalCode: 'TN31 7XY', countryCode: 'GB' };
  return call(
    url,
    '/checkout',
    { cartId: cart.id, email: 'buyer@example.com', shippingAddress: address, payment: { provider: 'stripe', token: 'pm_card_visa' } },
    asGuest,
  );
};

if (import.meta.main) {
  const { SHOP_URL: url, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = process.env;
  if (!url || !email || !password) {
    console.error('Set SHOP_URL, ADMIN_EMAIL and ADMIN_PASSWORD.');
    process.exit(2);
  }
  const order = await sellOne({ url: url.replace(/\/$/, ''), email, password });
  console.log(order['orderNumber'], order['label']);
}
