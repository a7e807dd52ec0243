import { contract, type Product } from '@cartwright/contracts';
import { aCheckout, aConsistentShop, aGuestCart, anAddressIn, aProduct, checkOut, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { updateProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';

const shop = await aConsistentShop();
const reprice = (product: Product, priceCents: number) =>
  updateProduct(shop.core, system('test'), {
    id: product.id,
    version: product.version,
    variants: [{ id: variantOf(product).id, priceCents }],
  });
/** A guest's cart with one unit, and a checkout at a total that the buyer saw. */
const aBuyer = async (product: Product) => {
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  const { acceptAnyTotal: _, ...request } = aCheckout(cart);
  return { cart, request, buyAt: (seenCents: number) => checkOut(shop.core, guest, { ...request, expectedTotalCents: seenCents }) };
};

describe('the total that the buyer agreed to', () => {
  it('a checkout without the total that the buyer saw, a quote and acceptAnyTotal is refused before anything is ordered', async () => {
    const { request } = await aBuyer(await aProduct(shop.core));
    const { complete } = contract.checkout;
    expect(complete.input.safeParse(request).error?.issues).toMatchObject([
      { path: ['expectedTotalCents'], message: expect.stringContaining('acceptAnyTotal: true') as string },
    ]);
    for (const agreed of [{ expectedTotalCents: 0 }, { quote: 'signed' }, { acceptAnyTotal: true }])
      expect(complete.input.safeParse({ ...request, ...agreed }).success).toBe(true);
    expect(complete.input.safeParse({ ...request, acceptAnyTotal: false }).success).toBe(false);
  });

  it('a changed price is not charged unless the buyer accepts the new total', async () => {
    const product = await aProduct(shop.core, { priceCents: 1000 });
    const { buyAt } = await aBuyer(product);
    await reprice(product, 1200);
    await expect(buyAt(1000)).rejects.toMatchObject({ code: 'PRICE_CHANGED', details: { totals: { totalCents: 1200 } } });
    expect((await buyAt(1200)).totals.totalCents).toBe(1200);
  });

  it('a lower price is not charged either unless the buyer accepts the new total', async () => {
    const product = await aProduct(shop.core, { priceCents: 1000 });
    const { buyAt } = await aBuyer(product);
    await reprice(product, 900);
    await expect(buyAt(1000)).rejects.toMatchObject({ code: 'PRICE_CHANGED', details: { totals: { totalCents: 900 } } });
  });

  it('a buyer who accepts any total pays the price of this moment', async () => {
    const product = await aProduct(shop.core, { priceCents: 1000 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await reprice(product, 1200);
    expect((await checkOut(shop.core, guest, aCheckout(cart))).totals.totalCents).toBe(1200);
  });

  it('shipping that is known only with the address is charged once the buyer accepts the total with it', async () => {
    const { cart, request, buyAt } = await aBuyer(await aProduct(shop.core, { priceCents: 1000 }));
    const id = shop.core.ids.next();
    await sql`insert into shipping_methods (id, name, currency, countries)
      values (${id}, 'Ferry', ${cart.currency}, '{IS}')`.execute(shop.core.db);
    await sql`insert into shipping_bands (method_id, position, price_cents) values (${id}, 1, 990)`.execute(shop.core.db);
    expect(cart.totals.totalCents).toBe(1000);
    Object.assign(request, { shippingAddress: anAddressIn('IS') });
    await expect(buyAt(1000)).rejects.toMatchObject({
      code: 'PRICE_CHANGED',
      message: expect.stringContaining('19.90') as string,
      details: { totals: { shippingCents: 990, totalCents: 1990 } },
    });
    expect((await buyAt(1990)).totals).toMatchObject({ shippingCents: 990, totalCents: 1990 });
    await sql`delete from shipping_bands`.execute(shop.core.db);
    await sql`delete from shipping_methods`.execute(shop.core.db);
  });

  it('a price may change within the drift that the shop allows, and no further', async () => {
    const product = await aProduct(shop.core, { priceCents: 1000 });
    const [one, other] = [await aBuyer(product), await aBuyer(product)];
    await sql`update store_settings set price_drift_basis_points = 200`.execute(shop.core.db);
    const repriced = await reprice(product, 1020);
    expect((await one.buyAt(1000)).totals.totalCents).toBe(1020);
    await reprice(repriced, 1021);
    await expect(other.buyAt(1000)).rejects.toMatchObject({ code: 'PRICE_CHANGED' });
    await sql`update store_settings set price_drift_basis_points = 0`.execute(shop.core.db);
  });
});
