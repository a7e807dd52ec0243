import { contract, quoteChangeSchema, type Cart, type Product } from '@cartwright/contracts';
import { aCheckout, aGuestCart, anAddressIn, aProduct, checkOut, aConsistentShop, unique, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addCartItem, applyPromoCode, removePromoCode } from '../carts/index.ts';
import { updateProduct } from '../catalog/index.ts';
import { system, type Core, type GuestActor } from '../kernel/index.ts';
import {
  createPricingRules,
  createPromoCode,
  createShippingMethod,
  deleteShippingMethod,
  deletePricingRule,
  saveTaxRate,
  updateShippingMethod,
} from '../pricing/index.ts';
import { quoteCart } from './index.ts';

const shop = await aConsistentShop();
const staff = system('test');
const quote = (guest: GuestActor, cart: Pick<Cart, 'id'>, core: Core = shop.core, to = 'GB') =>
  quoteCart(core, guest, contract.carts.quote.input.parse({ cartId: cart.id, countryCode: to }));
/** A shop whose quotes expire at once. */
const coreWithExpiredQuotes = (): Core => ({ ...shop.core, config: { ...shop.core.config, cartHoldMinutes: 0 } });
const setPrice = async (product: Product, priceCents: number) => {
  const { version } = await shop.core.db.selectFrom('products').select('version').where('id', '=', product.id).executeTakeFirstOrThrow();
  const input = { id: product.id, version, variants: [{ id: variantOf(product).id, priceCents }] };
  return updateProduct(shop.core, staff, contract.products.update.input.parse(input));
};
const buy = (guest: GuestActor, cart: Pick<Cart, 'id'>, extra: { quote?: string; acceptedChanges?: string }, countryCode = 'GB') =>
  checkOut(shop.core, guest, { ...aCheckout(cart), shippingAddress: anAddressIn(countryCode), ...extra });
const refusalOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  const { details } = error as { details: { changes: unknown[]; acceptChanges: string; totals: { totalCents: number }; expired: boolean } };
  expect(error).toMatchObject({ code: 'QUOTE_CHANGED', status: 409 });
  expect(details.changes.every((change) => quoteChangeSchema.safeParse(change).success)).toBe(true);
  return details;
};

describe('quotes', () => {
  it('a valid quote keeps its amounts when price, promotion, tax and shipping change', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000, currency: 'SEK' });
    const scope = { productId: product.id, name: 'Ten' };
    const rules = contract.pricing.createRules.input.parse({
      rules: [{ ...scope, effect: 'order_percent_off', percentBasisPoints: 1_000 }],
    });
    const [rule] = (await createPricingRules(shop.core, staff, rules)).rules;
    await saveTaxRate(shop.core, staff, { countryCode: 'SE', taxClass: 'standard', name: 'Moms', ratePpm: 250_000 });
    const fields = { name: 'Post', currency: 'SEK', countries: ['SE'], bands: [{ priceCents: 49 }] };
    const method = await createShippingMethod(shop.core, staff, contract.shipping.create.input.parse(fields));
    const { guest, cart } = await aGuestCart(shop.core, [[product, 3]]);
    const quoted = await quote(guest, cart, shop.core, 'SE');
    expect(quoted.totals).toMatchObject({
      subtotalCents: 3_000,
      discountCents: 300,
      shippingCents: 49,
      taxCents: 675,
      totalCents: 3_424,
    });
    expect(contract.carts.quote.output.safeParse(quoted).success).toBe(true);

    await setPrice(product, 1_700);
    if (!rule) throw new Error('No rule was made');
    await deletePricingRule(shop.core, staff, { id: rule.id });
    await saveTaxRate(shop.core, staff, { countryCode: 'SE', taxClass: 'standard', name: 'Moms', ratePpm: 120_000 });
    await updateShippingMethod(
      shop.core,
      staff,
      contract.shipping.update.input.parse({ ...fields, id: method.id, version: 1, bands: [{ priceCents: 99 }] }),
    );
    const order = await buy(guest, cart, { quote: quoted.quote }, 'SE');
    expect(order.totals).toEqual(quoted.totals);
    expect(order.items).toMatchObject([{ unitPriceCents: 1_000, discountCents: 300, taxCents: 675 }]);
    expect(order.payments).toMatchObject([{ amountCents: 3_424 }]);

    const { cart: inDollars, guest: other } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 1_000 }), 1]]);
    await expect(quote(other, inDollars)).rejects.toMatchObject({
      code: 'CHECKOUT_BLOCKED',
      message: 'The shop has no shipping method with prices in USD. Choose another currency, or ask the shop for one.',
      details: { problems: [{ code: 'SHIPPING_UNAVAILABLE' }] },
    });
    await deleteShippingMethod(shop.core, staff, { id: method.id });
    expect((await quote(other, inDollars)).totals.shippingCents).toBe(0);
  });

  it('an expired quote is refused with the changes, which can be accepted by their hash only', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const quoted = await quote(guest, cart, coreWithExpiredQuotes());
    await setPrice(product, 1_100);
    const first = await refusalOf(buy(guest, cart, { quote: quoted.quote }));
    expect(first).toMatchObject({ expired: true, totals: { totalCents: 2_200 } });
    expect(first.changes).toEqual([{ kind: 'price', variantId: variantOf(product).id, before: 1_000, after: 1_100 }]);
    await setPrice(product, 1_200);
    const second = await refusalOf(buy(guest, cart, { quote: quoted.quote, acceptedChanges: first.acceptChanges }));
    expect(second.totals.totalCents).toBe(2_400);
    const order = await buy(guest, cart, { quote: quoted.quote, acceptedChanges: second.acceptChanges });
    expect(order.totals.totalCents).toBe(2_400);
  });

  it('an expired quote whose amounts are unchanged can be ordered without a confirmation', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 700 }), 1]]);
    const quoted = await quote(guest, cart, coreWithExpiredQuotes());
    expect((await buy(guest, cart, { quote: quoted.quote })).totals.totalCents).toBe(700);
  });

  it('a quote covers only the items, the code and the address it was made for', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000, stock: 5 });
    const more = await aGuestCart(shop.core, [[product, 1]]);
    const { quote: forOne } = await quote(more.guest, more.cart);
    await addCartItem(shop.core, more.guest, { cartId: more.cart.id, variantId: variantOf(product).id, quantity: 1 });
    expect((await refusalOf(buy(more.guest, more.cart, { quote: forOne }))).changes).toEqual([
      { kind: 'line', variantId: variantOf(product).id, before: 1, after: 2 },
    ]);
    expect((await refusalOf(buy(more.guest, more.cart, { quote: forOne }, 'FR'))).changes).toContainEqual({
      kind: 'shipping',
      before: 'GB',
      after: 'FR',
    });

    const { code } = await createPromoCode(
      shop.core,
      staff,
      contract.promoCodes.create.input.parse({ code: `Q-${unique()}`, percentBasisPoints: 5_000 }),
    );
    const coded = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, coded.guest, { cartId: coded.cart.id, code });
    const half = await quote(coded.guest, coded.cart);
    expect(half.totals.totalCents).toBe(500);
    await removePromoCode(shop.core, coded.guest, { cartId: coded.cart.id });
    const lost = await refusalOf(buy(coded.guest, coded.cart, { quote: half.quote }));
    expect(lost.changes).toContainEqual({ kind: 'promotion', before: code, after: null });
    expect(lost.totals.totalCents).toBe(1_000);
  });

  it('a quote is refused with the units that are no longer available', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000, stock: 3 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 3]]);
    const quoted = await quote(guest, cart);
    // The hold expires, and another buyer orders two of the three units.
    await sql`update holds set expires_at = now() - interval '1 second' where cart_id = ${cart.id}`.execute(shop.core.db);
    const other = await aGuestCart(shop.core, [[product, 2]]);
    await checkOut(shop.core, other.guest, aCheckout(other.cart));
    const { changes } = await refusalOf(buy(guest, cart, { quote: quoted.quote }));
    expect(changes).toEqual([{ kind: 'stock', variantId: variantOf(product).id, before: 3, after: 1 }]);
  });

  it('a quote that was altered or made for another cart is refused', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const one = await aGuestCart(shop.core, [[product, 1]]);
    const other = await aGuestCart(shop.core, [[product, 1]]);
    const { quote: text } = await quote(one.guest, one.cart);
    const [body = '', signature = ''] = text.split('.');
    const cheaper = Buffer.from(Buffer.from(body, 'base64url').toString().replaceAll('1000', '0001')).toString('base64url');
    for (const bad of ['', 'x', `${cheaper}.${signature}`, `${body}.${'0'.repeat(signature.length)}`, `${text}.x`])
      await expect(buy(one.guest, one.cart, { quote: bad })).rejects.toMatchObject({ code: 'QUOTE_INVALID', status: 422 });
    await expect(buy(other.guest, other.cart, { quote: text })).rejects.toMatchObject({ code: 'QUOTE_INVALID' });
    expect((await buy(one.guest, one.cart, { quote: text })).totals.totalCents).toBe(1_000);
  });
});

it('a cart that was ordered or merged can be neither quoted nor ordered, and the code names its state', async () => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  await checkOut(shop.core, guest, aCheckout(cart));
  await expect(quote(guest, cart)).rejects.toMatchObject({ code: 'CART_ALREADY_ORDERED' });
  const other = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  const target = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  await sql`update carts set status = 'merged', merged_into = ${target.cart.id} where id = ${other.cart.id}`.execute(shop.core.db);
  const merged = { code: 'CART_MERGED', details: { cartId: target.cart.id } };
  await expect(quote(other.guest, other.cart)).rejects.toMatchObject(merged);
  await expect(checkOut(shop.core, other.guest, aCheckout(other.cart))).rejects.toMatchObject(merged);
  await sql`update carts set status = 'active', merged_into = null where id = ${other.cart.id}`.execute(shop.core.db);
});
