/** The demo shop of a first start: accounts, products, prices and a month of orders. */
import { contract, type Address, type Currency, type Product } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createStaff, hasAccounts } from '../accounts/index.ts';
import { addCartItems, createCart } from '../carts/index.ts';
import { createCategory, createCollection, createProduct } from '../catalog/index.ts';
import { completeCheckout } from '../checkout/index.ts';
import { system, type Core } from '../kernel/index.ts';
import { backdateOrder, shipOrder } from '../orders/index.ts';
import {
  createPricingRules,
  createPromoCode,
  createShippingMethod,
  getShopSettings,
  saveTaxRate,
  updateShopSettings,
} from '../pricing/index.ts';
import { demoProducts } from './demo-catalog.ts';
import { openSampleDrop } from './sample-drop.ts';

/** The password of the demo shop. It protects nothing: it is printed at every start. */
export const demoPassword = 'Cartwright-Demo-1';
/** The accounts of the demo shop, one for each role and some customers. */
export const demoPeople = [
  { email: 'admin@demo.shop', firstName: 'Alma', lastName: 'Reyes', role: 'admin' },
  { email: 'support@demo.shop', firstName: 'Sam', lastName: 'Okoro', role: 'support' },
  { email: 'customer@demo.shop', firstName: 'Cleo', lastName: 'Marsh', role: 'customer' },
] as const;
const seeder = system('seed');
const taxRates = [
  { countryCode: 'DE', name: 'VAT', ratePpm: 190_000 },
  { countryCode: 'FR', name: 'TVA', ratePpm: 200_000 },
];
const shippingZones = [
  { name: 'Parcel', countries: ['DE'], priceCents: 490, freeFromCents: 10_000 },
  { name: 'Colis', countries: ['FR'], priceCents: 790, freeFromCents: 15_000 },
  { name: 'International', countries: [], priceCents: 1_490, freeFromCents: null },
];

/**
 * Fills an empty shop with the demo data and an open flash sale. Returns false when there are accounts already; then
 * only an ended sale is opened again.
 */
export const seedDemo = async (core: Core): Promise<boolean> => {
  if (core.config.environment === 'production') throw new Error('The demo shop cannot be seeded in production');
  if (await hasAccounts(core)) {
    await openSampleDrop(core);
    return false;
  }
  // Accounts come first, so that an interrupted seed leaves a shop that staff can sign in to; it is not started again.
  for (const person of demoPeople) await createStaff(core, { ...person, password: demoPassword });
  const products: Product[] = [];
  await setUpTerms(core);
  const categories = new Map<string, string>();
  for (const name of new Set(demoProducts.map((product) => product.category))) {
    const { id } = await createCategory(core, seeder, { name, sortOrder: categories.size });
    categories.set(name, id);
  }
  for (const demo of demoProducts) products.push(await addProduct(core, demo, categories));
  await addCollections(core, categories);
  const mug = products.find((p) => p.name === 'Stoneware Mug');
  if (mug)
    await createPricingRules(
      core,
      seeder,
      contract.pricing.createRules.input.parse({
        rules: [{ name: 'Six mugs or more', effect: 'percent_off', percentBasisPoints: 1500, productId: mug.id, minQuantity: 6 }],
      }),
    );
  await analyze(core);
  await placeOrders(core, products);
  await openSampleDrop(core);
  await analyze(core);
  return true;
};

/** Gives the planner the statistics of the new rows. */
const analyze = ({ db }: Core) => sql`analyze`.execute(db);

/** Currency, taxes, shipping and a promo code. */
const setUpTerms = async (core: Core): Promise<void> => {
  const { version } = await getShopSettings(core, seeder);
  await updateShopSettings(core, seeder, { version, name: 'Cartwright Demo', currency: 'EUR' as Currency, taxIncluded: true });
  for (const rate of taxRates) await saveTaxRate(core, seeder, contract.tax.save.input.parse(rate));
  for (const [position, { priceCents, ...zone }] of shippingZones.entries())
    await createShippingMethod(
      core,
      seeder,
      contract.shipping.create.input.parse({ ...zone, currency: 'EUR', position, bands: [{ priceCents }] }),
    );
  await createPromoCode(
    core,
    seeder,
    contract.promoCodes.create.input.parse({ code: 'WELCOME10', percentBasisPoints: 1000, usageLimit: 500 }),
  );
};

/** A branch of the category tree, and automatic collections. */
const addCollections = async (core: Core, categories: ReadonlyMap<string, string>): Promise<void> => {
  const kitchen = categories.get('Kitchen');
  await createCategory(core, seeder, contract.categories.create.input.parse({ name: 'Tableware', ...(kitchen && { parentId: kitchen }) }));
  await createCollection(core, seeder, {
    name: 'Gifts',
    rule: { tags: ['gift'] },
    sort: 'price',
    description: 'Small things that are easily wrapped.',
  });
  await createCollection(core, seeder, { name: 'Wool and linen', rule: { tags: ['wool', 'linen'] }, sort: 'newest' });
};

const addProduct = (core: Core, demo: (typeof demoProducts)[number], categories: ReadonlyMap<string, string>): Promise<Product> => {
  const base = demo.name.toUpperCase().replace(/[^A-Z0-9]+/g, '-');
  const variants = (demo.sizes ?? [null]).map((size, i) => ({
    sku: size ? `${base}-${i + 1}` : base,
    options: size ? { Size: size } : {},
    priceCents: demo.priceCents + i * 600,
    compareAtPriceCents: demo.compareAtPriceCents ?? null,
    stock: Math.ceil(demo.stock / (demo.sizes?.length ?? 1)),
  }));
  const { name, brand, tags, description } = demo;
  return createProduct(
    core,
    seeder,
    contract.products.create.input.parse({
      name,
      brand,
      tags,
      description,
      status: 'active',
      categoryId: categories.get(demo.category),
      variants,
    }),
  );
};

const people = [
  ['Jonas', 'Weber', { countryCode: 'DE', city: 'Berlin', postalCode: '10115' }],
  ['Marie', 'Lefevre', { countryCode: 'FR', city: 'Lyon', postalCode: '69002' }],
  ['Nadia', 'Haddad', { countryCode: 'DE', city: 'Köln', postalCode: '50667' }],
  ['Piet', 'de Vries', { countryCode: 'NL', city: 'Utrecht', postalCode: '3511 AB' }],
  ['Sofia', 'Rossi', { countryCode: 'IT', city: 'Torino', region: 'TO', postalCode: '10121' }],
] as const;

/** A month of orders: some shipped, one declined, the last ones not yet shipped. Deterministic. */
const placeOrders = async (core: Core, products: readonly Product[]): Promise<void> => {
  const count = 36;
  for (let n = 0; n < count; n += 1) {
    const [firstName, lastName, place] = people[n % people.length] ?? people[0];
    const actor = { kind: 'guest', cartToken: core.ids.secret() } as const;
    const { cart } = await createCart(core, actor, { countryCode: place.countryCode });
    const items = [n, n * 5 + 2].map((i, k) => ({ product: products[i % products.length], quantity: 1 + ((n + k) % 3) }));
    const lines = items.flatMap(({ product, quantity }) =>
      product?.variants[0] ? [{ variantId: product.variants[0].id, quantity: Math.min(quantity, 2) }] : [],
    );
    await addCartItems(core, actor, { cartId: cart.id, items: lines });
    const shippingAddress: Address = {
      firstName,
      lastName,
      line1: `Market Street ${n + 1}`,
      ...place,
    };
    const input = contract.checkout.complete.input.parse({
      cartId: cart.id,
      email: `${firstName}.${lastName.replace(' ', '')}@example.com`.toLowerCase(),
      shippingAddress,
      payment: { token: 'tok_success' },
      acceptAnyTotal: true,
    });
    const order = await completeCheckout(core, actor, input, { idempotencyKey: `seed-order-${String(n).padStart(6, '0')}` });
    const daysAgo = Math.floor(((count - 1 - n) * 29) / count);
    await backdateOrder(core, { orderId: order.id, days: daysAgo });
    if (n < count - 6)
      await shipOrder(core, seeder, { orderId: order.id, carrier: 'DHL', trackingNumber: `JD0146${String(100_000 + n * 91)}` });
  }
};
