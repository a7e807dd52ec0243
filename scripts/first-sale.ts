/**
 * Checks an installation from end to end: creates a product as the administrator and sells it to a guest.
 * `SHOP_URL=https://shop.example.com ADMIN_EMAIL=... ADMIN_PASSWORD=... node scripts/first-sale.ts`. It pays with a test card of
 * Stripe, so the shop must use a test key. The product is unlisted, and is archived at the end; the order stays.
 */
import { randomUUID } from 'node:crypto';

export interface SaleWanted {
  readonly url: string;
  readonly email: string;
  readonly password: string;
}

/** An expected error of the shop or the network, with a message of one sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The message of an error. An error of `fetch` has the reason of the network as its cause. */
const reasonOf = (error: unknown): string => {
  const reason = error instanceof Error && error.cause ? error.cause : error;
  return reason instanceof Error ? reason.message || reason.name : String(reason);
};

const call = async (
  url: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new Refused(`SHOP_URL ${url} does not answer: ${reasonOf(error)}`, { cause: error });
  });
  const result = (await answer.json().catch((error: unknown) => {
    throw new Refused(
      `The answer to ${method} ${path} has status ${answer.status} and no JSON. SHOP_URL must be the address of the shop.`,
      {
        cause: error,
      },
    );
  })) as Record<string, unknown>;
  if (!answer.ok) {
    const { detail, code } = result as { detail?: string; code?: string };
    throw new Refused(`The shop refused ${method} ${path} with ${answer.status} ${code ?? ''}: ${detail ?? 'no reason was given'}`);
  }
  return result;
};

/** Throws `Refused` if `url` is not the address of a server, such as https://shop.example.com. */
const assertAddress = (url: string): void => {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new Refused(`SHOP_URL is "${url}"; it must be the address of the shop, such as https://shop.example.com`);
};

const buyAsGuest = async (url: string, variant: { id: string; currency: string } | undefined): Promise<Record<string, unknown>> => {
  const opened = await call(url, '/carts', { currency: variant?.currency, countryCode: 'GB' });
  const { cart, cartToken } = opened as { cart: { id: string }; cartToken: string };
  const asGuest = { 'x-cart-token': cartToken };
  const filled = await call(url, `/carts/${cart.id}/items`, { variantId: variant?.id, quantity: 1 }, asGuest);
  const { totalCents } = (filled as { totals: { totalCents: number } }).totals;
  const address = { firstName: 'Ada', lastName: 'Byron', line1: '1 Sea Road', city: 'Rye', postalCode: 'TN31 7XY', countryCode: 'GB' };
  return call(
    url,
    '/checkout',
    {
      cartId: cart.id,
      email: 'buyer@example.com',
      shippingAddress: address,
      payment: { provider: 'stripe', token: 'pm_card_visa' },
      expectedTotalCents: totalCents,
    },
    asGuest,
  );
};

/** Sells one unit and returns the order of the guest. */
export const sellOne = async ({ url, email, password }: SaleWanted): Promise<Record<string, unknown>> => {
  assertAddress(url);
  const { tokens } = (await call(url, '/auth/login', { email, password })) as { tokens: { accessToken: string } };
  const asStaff = { authorization: `Bearer ${tokens.accessToken}` };
  const product = (await call(
    url,
    '/products',
    {
      name: `Trial ${randomUUID().slice(0, 8)}`,
      status: 'unlisted',
      variants: [{ sku: `TRIAL-${randomUUID()}`, priceCents: 1_999, stock: 1 }],
    },
    asStaff,
  )) as { id: string; name: string; variants: { id: string; currency: string }[] };
  try {
    return await buyAsGuest(url, product.variants[0]);
  } finally {
    // The product must not stay on sale, even if the purchase failed.
    await call(url, `/products/${product.id}/unpublish`, {}, asStaff, 'PATCH').catch((error: unknown) =>
      console.error(`The product ${product.name} could not be archived. Archive it in the admin. ${reasonOf(error)}`),
    );
  }
};

if (import.meta.main) {
  const { SHOP_URL: url, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = process.env;
  if (!url || !email || !password) {
    console.error('Set SHOP_URL, ADMIN_EMAIL and ADMIN_PASSWORD.');
    process.exit(2);
  }
  try {
    const order = await sellOne({ url: url.replace(/\/$/, ''), email, password });
    console.log(order['orderNumber'], order['label']);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
