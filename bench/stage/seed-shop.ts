/** Fills an empty shop through its public API: settings, tax, shipping, promotions, a price list, products, buyers and first orders. */
import type { KnownProduct } from '../checks.ts';
import { must } from '../checks.ts';
import type { Client } from '../load/client.ts';
import { runLoad } from '../load/generate.ts';
import {
  basePriceCents,
  categoryCount,
  listCategory,
  listPriceCents,
  promoCode,
  promotions,
  shippingMethods,
  shownCents,
  taxBasisPoints,
} from './price-plan.ts';

export const password = 'correct horse battery staple';
const materials = ['Linen', 'Walnut', 'Copper', 'Wool', 'Ceramic', 'Canvas', 'Oak', 'Brass', 'Felt', 'Glass'];
const things = ['Lamp', 'Chair', 'Kettle', 'Blanket', 'Vase', 'Bag', 'Table', 'Clock', 'Slippers', 'Jug'];
/** Returns the first two words of a product's name; ten of a thousand products share them. */
export const wordsOf = (at: number): string => `${materials[at % 10]} ${things[Math.floor(at / 10) % 10]}`;

export interface Buyer {
  readonly email: string;
  readonly accessToken: string;
}
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

export const signIn = async (client: Client, email: string): Promise<string> =>
  (await client.call<{ tokens: { accessToken: string } }>({ method: 'POST', path: '/api/v1/auth/login', body: { email, password } })).tokens
    .accessToken;

/** Sets the shop settings, tax and shipping, and creates the categories. */
export const seedTerms = async (client: Client, staffToken: string): Promise<{ currency: string; categoryIds: string[] }> => {
  const headers = bearer(staffToken);
  const settings = await client.call<{ version: number; currency: string; taxRounding?: string }>({
    method: 'GET',
    path: '/api/v1/settings',
    headers,
  });
  // Shops without this setting, of earlier versions, take basis points.
  const rate = (basisPoints: number) => (settings.taxRounding === undefined ? { basisPoints } : { ratePpm: basisPoints * 100 });
  const changes = { version: settings.version, name: 'Bench', taxIncluded: true, shippingTaxClass: 'standard', defaultCountry: 'GB' };
  await client.call({ method: 'PATCH', path: '/api/v1/settings', headers, body: changes });
  for (const [countryCode, basisPoints] of [
    ['GB', taxBasisPoints],
    ['DE', 1_900],
    ['FR', 2_000],
  ] as const)
    await client.call({
      method: 'PUT',
      path: '/api/v1/tax-rates',
      headers,
      body: { countryCode, name: 'VAT', ...rate(basisPoints) },
    });
  for (const body of shippingMethods(settings.currency))
    await client.call({ method: 'POST', path: '/api/v1/shipping-methods', headers, body });
  const categoryIds: string[] = [];
  for (let c = 0; c < categoryCount; c += 1) {
    const body = { name: `Category ${c}`, sortOrder: c };
    categoryIds.push((await client.call<{ id: string }>({ method: 'POST', path: '/api/v1/categories', headers, body })).id);
  }
  return { currency: settings.currency, categoryIds };
};

/** Creates the products, with one to three variants and two images each. */
export const seedProducts = async (
  url: string,
  staffToken: string,
  count: number,
  categoryIds: readonly string[],
): Promise<KnownProduct[]> => {
  const products: KnownProduct[] = [];
  await runLoad(url, 6, { operations: count }, async (client, at) => {
    const name = `${wordsOf(at)} No ${at}`;
    const variants = Array.from({ length: 1 + (at % 3) }, (_, v) => ({
      sku: `BENCH-${at}-${v}`,
      options: at % 3 === 0 ? {} : { Size: `Size ${v}` },
      priceCents: basePriceCents(at),
      weightGrams: 200 + (at % 50) * 20,
      stock: 1_000_000,
    }));
    const images = [1, 2].map((n) => ({ url: `https://images.example.com/${at}-${n}.jpg`, altText: `${name}, view ${n}` }));
    const made = await client.call<{ id: string; slug: string; variants: { id: string; sku: string }[] }>({
      method: 'POST',
      path: '/api/v1/products',
      headers: bearer(staffToken),
      body: {
        name,
        description: `${name} is made of ${materials[at % 10]?.toLowerCase()} and meant to last. It comes in a box of paper.`,
        brand: `Brand ${at % 25}`,
        status: 'active',
        categoryId: categoryIds[at % categoryCount],
        tags: [`tag-${at % 20}`],
        variants,
        images,
      },
    });
    products[at] = {
      id: made.id,
      slug: made.slug,
      name,
      imageCount: images.length,
      variants: made.variants,
      shownCents: shownCents(at, count),
    };
  });
  return products;
};

/** Creates the ten promotions and the price list. */
export const seedPrices = async (
  client: Client,
  staffToken: string,
  currency: string,
  categoryIds: readonly string[],
  products: readonly KnownProduct[],
): Promise<void> => {
  const headers = bearer(staffToken);
  const rules = promotions(
    categoryIds,
    products.map((product) => product.id),
    currency,
  );
  await client.call({ method: 'POST', path: '/api/v1/promo-codes', headers, body: { code: promoCode } });
  await client.call({ method: 'POST', path: '/api/v1/pricing/rules', headers, body: { rules } });
  const list = await client.call<{ id: string }>({
    method: 'POST',
    path: '/api/v1/price-lists',
    headers,
    body: { name: 'Season', currency },
  });
  const prices = products.flatMap((product, at) =>
    at % categoryCount === listCategory ? product.variants.map(({ id }) => ({ variantId: id, priceCents: listPriceCents(at) })) : [],
  );
  await client.call({ method: 'PUT', path: `/api/v1/price-lists/${list.id}/prices`, headers, body: { prices } });
};

/** Registers buyers and signs them in. */
export const seedBuyers = async (url: string, count: number): Promise<Buyer[]> => {
  const buyers: Buyer[] = [];
  await runLoad(url, 4, { operations: count }, async (client, serial) => {
    const email = `buyer-${serial}@example.com`;
    await client.call({ method: 'POST', path: '/api/v1/auth/register', body: { email, password, firstName: 'Ada', lastName: 'Byron' } });
    buyers[serial] = { email, accessToken: await signIn(client, email) };
  });
  must(buyers.length === count && buyers.every((buyer) => buyer.accessToken.length > 0), 'a buyer was not signed in');
  return buyers;
};

/** Ships an order and, by default, delivers it. */
export const sendOrder = async (client: Client, staffToken: string, orderId: string, deliver = true): Promise<void> => {
  const headers = bearer(staffToken);
  const body = { carrier: 'Post', trackingNumber: `T-${orderId.slice(0, 8)}` };
  await client.call({ method: 'POST', path: `/api/v1/orders/${orderId}/ship`, headers, body });
  if (deliver) await client.call({ method: 'POST', path: `/api/v1/orders/${orderId}/deliver`, headers, body: {} });
};
