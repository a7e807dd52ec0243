/** A quote, the changes since, and the buyer's acceptance, over the SDK and over plain REST. */
import { createServer, type ShopServer } from '@cartwright/api';
import { contract, quoteChangeSchema, type Product } from '@cartwright/contracts';
import { updateProduct } from '@cartwright/core/catalog';
import { system } from '@cartwright/core/kernel';
import { saveTaxRate } from '@cartwright/core/pricing';
import { aKey, anAddress, aProduct, createTestShop, restCall, unique, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCartwright } from '../src/index.ts';
import { errorOf } from './recording-fetch.ts';

let shop: TestShop;
let server: ShopServer;
let baseUrl: string;
const staff = system('test');
beforeAll(async () => {
  // Quotes of this shop expire at once, so that the buyer must accept every change.
  shop = await createTestShop({ cartHoldMinutes: 0 });
  server = createServer(shop.core, {
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    trustProxy: 0,
    metricsToken: null,
    rateLimitFactor: 100,
  });
  baseUrl = await server.listen();
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

const country = anAddress.countryCode;
const reprice = (product: Product, priceCents: number) =>
  updateProduct(
    shop.core,
    staff,
    contract.products.update.input.parse({
      id: product.id,
      version: product.version,
      variants: [{ id: variantOf(product).id, priceCents }],
    }),
  );
const tax = (ratePpm: number) => saveTaxRate(shop.core, staff, { countryCode: country, taxClass: 'standard', name: 'VAT', ratePpm });
interface Changed {
  readonly changes: unknown[];
  readonly acceptChanges: string;
  readonly expired: boolean;
  readonly totals: { readonly totalCents: number };
}
const order = (cartId: string) => ({
  cartId,
  email: `ada-${unique()}@example.com`,
  shippingAddress: anAddress,
  payment: { token: 'tok_success' },
});
const expected = (product: Product) => [
  { kind: 'price', variantId: variantOf(product).id, before: 1_000, after: 1_500 },
  { kind: 'tax', variantId: variantOf(product).id, before: 100_000, after: 200_000 },
];

describe('changes since a quote', () => {
  it('the SDK lists the changes since a quote and accepts them, in two calls', async () => {
    await tax(100_000);
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const client = createCartwright({ baseUrl });
    const { cart } = await client.carts.create();
    await client.carts.addItem({ cartId: cart.id, variantId: variantOf(product).id, quantity: 2 });
    const { quote, totals } = await client.carts.quote({ cartId: cart.id, countryCode: country });
    expect(totals.totalCents).toBe(2_200);
    await reprice(product, 1_500);
    await tax(200_000);
    const request = { ...order(cart.id), quote };
    const error = await errorOf(client.checkout.complete(request));
    expect(error).toMatchObject({ code: 'QUOTE_CHANGED', status: 409, details: { expired: true, totals: { totalCents: 3_600 } } });
    const { changes, acceptChanges } = error.details as unknown as Changed;
    expect(changes).toEqual(expected(product));
    expect(await errorOf(client.checkout.complete({ ...request, acceptedChanges: 'something-else' }))).toMatchObject({
      code: 'QUOTE_CHANGED',
    });
    const bought = await client.checkout.complete({ ...request, acceptedChanges: acceptChanges });
    expect(bought).toMatchObject({ paymentStatus: 'captured', totals: { totalCents: 3_600 } });
  });

  it('REST lists the changes since a quote and accepts them, and nobody else can use the quote', async () => {
    await tax(100_000);
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const post = (path: string, body: unknown, token?: string) =>
      restCall(baseUrl, { method: 'POST', path, body, headers: { 'idempotency-key': aKey(), ...(token && { 'x-cart-token': token }) } });
    const opened = (await post('/carts', {})).body as { cart: { id: string }; cartToken: string };
    const { cart, cartToken } = opened;
    await post(`/carts/${cart.id}/items`, { variantId: variantOf(product).id, quantity: 1 }, cartToken);
    const quoted = await post(`/carts/${cart.id}/quote`, { countryCode: country }, cartToken);
    expect(quoted).toMatchObject({ status: 200, body: { totals: { totalCents: 1_100 } } });
    await reprice(product, 1_500);
    await tax(200_000);
    const request = { ...order(cart.id), quote: quoted.body['quote'] };
    expect(await post('/checkout', request)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const refused = await post('/checkout', request, cartToken);
    expect(refused).toMatchObject({ status: 409, body: { code: 'QUOTE_CHANGED' } });
    const { changes, acceptChanges } = refused.body['details'] as Changed;
    expect(changes).toEqual(expected(product));
    expect(changes.every((change) => quoteChangeSchema.safeParse(change).success)).toBe(true);
    const bought = await post('/checkout', { ...request, acceptedChanges: acceptChanges }, cartToken);
    expect(bought).toMatchObject({ status: 201, body: { totals: { totalCents: 1_800 } } });
  });
});
