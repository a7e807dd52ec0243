/** Builders for tests: published products, customers, carts and orders, all made through the use-cases. */
import { createStaff, authenticate, registerCustomer, signIn } from '@cartwright/core/accounts';
import { addCartItem, createCart } from '@cartwright/core/carts';
import { createProduct } from '@cartwright/core/catalog';
import { completeCheckout } from '@cartwright/core/checkout';
import { getAddressFormat } from '@cartwright/core/places';
import { issueGiftCard } from '@cartwright/core/store-credit';
import { system, withIdempotency, type Actor, type Core, type GuestActor, type UserActor } from '@cartwright/core/kernel';
import type { Address, Cart, Currency, Order, Product, Role, ShopContract } from '@cartwright/contracts';
import { contract, currency } from '@cartwright/contracts';

/** The password of every test account. */
export const password = 'correct horse battery staple';
/** An address to ship to. */
export const anAddress: Address = {
  firstName: 'Ada',
  lastName: 'Byron',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
};
/** An address in a country, with the region and the postcode that it needs. */
export const anAddressIn = (countryCode: string, changes: Partial<Address> = {}): Address => {
  const { fields, regions, postalCodeExample } = getAddressFormat({ countryCode });
  const needsRegion = fields.some(({ field, required }) => field === 'region' && required);
  const { postalCode: _, ...rest } = anAddress;
  return {
    ...rest,
    ...(postalCodeExample !== null && { postalCode: postalCodeExample }),
    ...(needsRegion && { region: regions[0]?.name ?? 'Central' }),
    countryCode,
    ...changes,
  };
};
/** Returns a value that must not be null or undefined. */
export const there = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('The test expected something to be there');
  return value;
};

let serial = 0;
/** A text that is unique in the test run. */
export const unique = (): string => `${process.pid}-${(serial += 1)}`;
/** A new valid idempotency key. */
export const aKey = (): string => `test-key-${unique()}-`.padEnd(16, '0');

/** A currency by its code, such as `EUR`. */
export const aCurrency = (code: string): Currency => currency.parse(code);

/** An active product with one variant per given stock. */
export const aProduct = (
  core: Core,
  fields: { name?: string; priceCents?: number; stock?: number; variants?: number; currency?: string; tags?: string[] } = {},
): Promise<Product> => {
  const sku = `SKU-${unique()}`;
  const count = fields.variants ?? 1;
  const variants = Array.from({ length: count }, (_, i) => ({
    sku: count === 1 ? sku : `${sku}-${i + 1}`,
    options: count === 1 ? {} : { Size: `Size ${i + 1}` },
    priceCents: fields.priceCents ?? 1999,
    stock: fields.stock ?? 10,
  }));
  return createProduct(
    core,
    system('test'),
    contract.products.create.input.parse({
      name: fields.name ?? `Product ${sku}`,
      status: 'active',
      variants,
      ...(fields.currency && { currency: fields.currency }),
      ...(fields.tags && { tags: fields.tags }),
    }),
  );
};

/** The first variant of a product. */
export const variantOf = (product: Product, index = 0): Product['variants'][number] => {
  const variant = product.variants[index];
  if (!variant) throw new Error(`The product has no variant ${index}`);
  return variant;
};

const actorOf = async (core: Core, email: string): Promise<UserActor> => {
  const { tokens } = await signIn(core, { kind: 'guest', cartToken: null }, { email, password });
  return authenticate(core, tokens.accessToken);
};

/** A signed-in customer. */
export const aCustomer = async (core: Core): Promise<UserActor & { email: string }> => {
  const email = `customer-${unique()}@example.com`;
  await registerCustomer(core, { kind: 'guest', cartToken: null }, { email, password, firstName: 'Ada', lastName: 'Byron' });
  return { ...(await actorOf(core, email)), email };
};

/** A signed-in member of staff. */
export const aStaffMember = async (core: Core, role: Exclude<Role, 'customer'> = 'admin'): Promise<UserActor & { email: string }> => {
  const email = `${role}-${unique()}@example.com`;
  await createStaff(core, { email, password, firstName: 'Grace', lastName: 'Hopper', role });
  return { ...(await actorOf(core, email)), email };
};

/** A guest with an open cart of the given lines. */
export const aGuestCart = async (
  core: Core,
  lines: readonly (readonly [product: Product, quantity: number])[] = [],
): Promise<{ guest: GuestActor; cart: Cart }> => {
  const { cart, cartToken } = await createCart(
    core,
    { kind: 'guest', cartToken: null },
    contract.carts.create.input.parse({ ...(lines[0] && { currency: lines[0][0].currency }) }),
  );
  const guest: GuestActor = { kind: 'guest', cartToken };
  return { guest, cart: await fill(core, guest, cart, lines) };
};

const fill = async (core: Core, actor: Actor, cart: Cart, lines: readonly (readonly [Product, number])[]): Promise<Cart> => {
  let filled = cart;
  for (const [product, quantity] of lines)
    filled = await addCartItem(core, actor, { cartId: cart.id, variantId: variantOf(product).id, quantity });
  return filled;
};

type CheckoutInput = ReturnType<ShopContract['checkout']['complete']['input']['parse']>;

/** The input of a checkout of a cart, at any total. */
export const aCheckout = (cart: Pick<Cart, 'id'>, changes: { token?: string; email?: string; line1?: string } = {}): CheckoutInput =>
  contract.checkout.complete.input.parse({
    cartId: cart.id,
    email: changes.email ?? `buyer-${unique()}@example.com`,
    shippingAddress: changes.line1 === undefined ? anAddress : { ...anAddress, line1: changes.line1 },
    payment: { token: changes.token ?? 'tok_success' },
    acceptAnyTotal: true,
  });

/** Checks out with an idempotency key, as the API does. */
export const checkOut = async (core: Core, actor: Actor, input: CheckoutInput, key = aKey(), ip: string | null = null): Promise<Order> =>
  (
    await withIdempotency(core, { actor, endpoint: 'checkout.complete', key, input }, (own) =>
      completeCheckout(own, actor, input, { idempotencyKey: key, ip }),
    )
  ).result;

/** An order of a guest, paid with `tok_success` by default. */
export const anOrder = async (
  core: Core,
  lines: readonly (readonly [product: Product, quantity: number])[],
  changes: Parameters<typeof aCheckout>[1] = {},
): Promise<{ guest: GuestActor; order: Order }> => {
  const { guest, cart } = await aGuestCart(core, lines);
  return { guest, order: await checkOut(core, guest, aCheckout(cart, changes)) };
};

/** A paid order of a guest. */
export const aPaidOrder = (core: Core, product: Product, quantity = 1): Promise<{ guest: GuestActor; order: Order }> =>
  anOrder(core, [[product, quantity]]);

/** Creates a promo code, by default for 10 %. Returns the code. */
export const aPromoCode = async (
  core: Core,
  terms: { percentBasisPoints?: number; usageLimit?: number; perCustomerLimit?: number } = {},
): Promise<string> => {
  const code = `C-${unique()}`.toUpperCase(); // short: messages name a code as long as a gift card by its end only
  await core.database.kysely
    .insertInto('promo_codes')
    .values({
      id: core.ids.next(),
      code,
      percentBasisPoints: terms.percentBasisPoints ?? 1000,
      usageLimit: terms.usageLimit ?? null,
      perCustomerLimit: terms.perCustomerLimit ?? null,
    })
    .execute();
  return code;
};

/** Issues a gift card with a balance. Returns the code. */
export const aGiftCard = async (
  core: Core,
  amountCents: number,
  terms: { currency?: string; expiresAt?: string } = {},
): Promise<string> => {
  const input = contract.storeCredit.issueGiftCard.input.parse({ amountCents, currency: 'USD', ...terms });
  return (await issueGiftCard(core, system('test'), input)).code;
};
