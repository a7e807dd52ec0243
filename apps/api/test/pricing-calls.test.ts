/** Staff change prices and terms by calls of the SDK: price lists, rules, promo codes, gift cards, shipping, tax and settings. */
import { createCartwright } from '@cartwright/sdk';
import { aCustomer, anAddress, aProduct, password, there, unique, variantOf } from '@cartwright/testing';
import { expect, it } from 'vitest';
import { aLiveShopWithAdmin, anAdminClient } from './live-shop.ts';

const { live } = await aLiveShopWithAdmin();
const { core } = live.shop;
const admin = await anAdminClient(live);
const buyer = createCartwright({ baseUrl: live.url });

it('a price list sets the price of a variant until it is removed, and the history shows the changes', async () => {
  const product = await aProduct(core, { priceCents: 2_000 });
  const { id: variantId, sku } = variantOf(product);
  const list = await admin.priceLists.create({ name: `List ${unique()}`, currency: 'USD' });
  expect(await admin.priceLists.setPrices({ id: list.id, prices: [{ sku, priceCents: 1_500 }] })).toMatchObject({ priceCount: 1 });
  expect((await admin.priceLists.prices({ id: list.id })).items).toMatchObject([{ variantId, sku, minQuantity: 1, priceCents: 1_500 }]);
  expect((await buyer.pricing.effectivePrice({ id: product.id })).unitPriceCents).toBe(1_500);
  const [changed] = (await admin.priceLists.history({ id: product.id })).variants;
  expect(changed?.changes).toContainEqual(expect.objectContaining({ priceCents: 1_500, priceListName: list.name }));
  expect((await buyer.priceLists.lowestPrices({ id: product.id })).variants).toMatchObject([{ variantId, currency: 'USD' }]);
  const { version } = there((await admin.priceLists.list()).items.find(({ id }) => id === list.id));
  const renamed = await admin.priceLists.update({ id: list.id, version, name: `Spring ${unique()}`, priority: 5 });
  expect(renamed).toMatchObject({ id: list.id, priority: 5, currency: 'USD' });
  await admin.priceLists.delete({ id: list.id });
  expect((await buyer.pricing.effectivePrice({ id: product.id })).unitPriceCents).toBe(2_000);
});

it('a pricing rule is created, simulated, changed and deleted over the API', async () => {
  const { id: variantId } = variantOf(await aProduct(core, { priceCents: 1_000 }));
  const { rules } = await admin.pricing.createRules({
    rules: [{ name: `Rule ${unique()}`, effect: 'percent_off', percentBasisPoints: 1_000, variantId }],
  });
  const rule = there(rules[0]);
  const unitPrice = async () => (await admin.pricing.simulate({ items: [{ variantId, quantity: 2 }] })).lines[0]?.unitPriceCents;
  expect(await unitPrice()).toBe(900);
  await admin.pricing.updateRule({ id: rule.id, version: rule.version, percentBasisPoints: 5_000 });
  expect(await admin.pricing.getRule({ id: rule.id })).toMatchObject({ id: rule.id, name: rule.name, percentBasisPoints: 5_000 });
  expect(await unitPrice()).toBe(500);
  await admin.pricing.deleteRule({ id: rule.id });
  expect(await unitPrice()).toBe(1_000);
});

it('a promo code is limited over the API, and each use of it is listed', async () => {
  const promo = await admin.promoCodes.create({ code: `C-${unique()}`, percentBasisPoints: 1_000 });
  const limited = await admin.promoCodes.update({ id: promo.id, version: promo.version, usageLimit: 5, perCustomerLimit: 1 });
  expect(limited).toMatchObject({ code: promo.code, usageLimit: 5, perCustomerLimit: 1, usedCount: 0 });
  const product = await aProduct(core, { priceCents: 1_000 });
  const guest = createCartwright({ baseUrl: live.url });
  const { cart } = await guest.carts.create();
  await guest.carts.addItem({ cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
  expect((await guest.carts.applyCode({ cartId: cart.id, code: promo.code })).promoCode).toBe(promo.code);
  const order = await guest.checkout.complete({
    cartId: cart.id,
    email: `ada-${unique()}@example.com`,
    shippingAddress: anAddress,
    payment: { token: 'tok_success' },
    acceptAnyTotal: true,
  });
  expect((await admin.promoCodes.redemptions({ id: promo.id })).items).toMatchObject([
    { orderId: order.id, state: 'redeemed', reducedCents: 100 },
  ]);
});

it('a gift card can be checked by its code until it is disabled, and its ledger shows who adjusted it', async () => {
  const { credit, code } = await admin.storeCredit.issueGiftCard({ amountCents: 5_000, currency: 'USD' });
  await admin.storeCredit.adjust({ creditId: credit.id, amountCents: -500, reason: 'counted again' });
  expect(await buyer.storeCredit.checkGiftCard({ code })).toMatchObject({ lastFour: credit.lastFour, balanceCents: 4_500 });
  const { items } = await admin.storeCredit.ledger({ creditId: credit.id });
  expect(items).toMatchObject([{ amountCents: -500, balanceCents: 4_500, reason: 'counted again' }, { amountCents: 5_000 }]);
  expect(await admin.storeCredit.setState({ creditId: credit.id, state: 'disabled' })).toMatchObject({ id: credit.id, state: 'disabled' });
  await expect(buyer.storeCredit.checkGiftCard({ code })).rejects.toMatchObject({ code: 'CODE_NOT_APPLICABLE' });
});

it('credit that staff grant is shown to its customer', async () => {
  const { userId, email } = await aCustomer(core);
  const granted = await admin.storeCredit.grant({ userId, currency: 'USD', amountCents: 700, reason: 'sorry' });
  const customer = createCartwright({ baseUrl: live.url });
  await customer.signIn({ email, password });
  expect((await customer.storeCredit.mine()).items).toEqual([{ creditId: granted.id, currency: 'USD', balanceCents: 700 }]);
});

it('a shipping method is offered at its new price until it is removed', async () => {
  const product = await aProduct(core);
  const method = await admin.shipping.create({
    name: `Post ${unique()}`,
    currency: 'USD',
    countries: ['CH'],
    bands: [{ priceCents: 500 }],
  });
  const { id, version, name } = method;
  expect(
    await admin.shipping.update({ id, version, name, currency: 'USD', countries: ['CH'], bands: [{ priceCents: 650 }] }),
  ).toMatchObject({
    id,
    bands: [{ priceCents: 650 }],
  });
  const options = async () => {
    const items = [{ variantId: variantOf(product).id, quantity: 1 }];
    return (await admin.pricing.simulate({ items, countryCode: 'CH' })).shippingOptions;
  };
  expect(await options()).toMatchObject([{ name, priceCents: 650 }]);
  await admin.shipping.delete({ id });
  expect(await options()).toEqual([]);
});

it('a tax rate applies to the products of its class until it is removed', async () => {
  const product = await aProduct(core);
  expect(await admin.tax.assignClass({ taxClass: 'books', productIds: [product.id] })).toEqual({ changed: 1 });
  const place = { countryCode: 'AT', taxClass: 'books' };
  expect(await admin.tax.save({ ...place, name: 'MwSt', ratePpm: 100_000 })).toMatchObject({
    ...place,
    region: null,
    ratePpm: 100_000,
  });
  expect(await buyer.tax.rate(place)).toEqual({
    rates: [{ name: 'MwSt', ratePpm: 100_000 }],
    ratePpm: 100_000,
    taxIncluded: expect.any(Boolean),
  });
  await admin.tax.delete(place);
  expect(await buyer.tax.rate(place)).toMatchObject({ rates: [], ratePpm: 0 });
});

it('a change of the settings needs their version and is shown to the next reader', async () => {
  const { version } = await admin.settings.get();
  const changed = await admin.settings.update({ version, name: 'Corner shop', paymentWindowMinutes: 20 });
  expect(changed).toMatchObject({ name: 'Corner shop', paymentWindowMinutes: 20 });
  expect(await admin.settings.get()).toEqual(changed);
  await expect(admin.settings.update({ version, name: 'Another' })).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
});
