import { contract, type AddressFormat } from '@cartwright/contracts';
import { aCheckout, aGuestCart, anAddressIn, aProduct, checkOut } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOrder, updateOrderAddress } from '../orders/index.ts';
import { getAddressFormat } from '../places/index.ts';
import { openPricingShop, staff, type PricingShop } from '../pricing/pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

const format = (countryCode: string, locale?: string): AddressFormat =>
  getAddressFormat(contract.checkout.addressFormat.input.parse({ countryCode, ...(locale && { locale }) }));
/** Buys to an address as a storefront would send it. */
const buyTo = async (shippingAddress: Record<string, unknown>, email = 'ada@example.com') => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  const { cartId, payment, acceptAnyTotal } = aCheckout(cart);
  return checkOut(shop.core, guest, contract.checkout.complete.input.parse({ cartId, payment, email, shippingAddress, acceptAnyTotal }));
};
const ada = { firstName: 'Ada', line1: '1 Main Street' };

describe('addresses of countries', () => {
  it.each([
    { countryCode: 'HK', region: 'Kowloon' },
    { countryCode: 'IE', city: 'Dublin' },
    { countryCode: 'AE', region: 'Dubai' },
    { countryCode: 'SG', postalCode: '546080' },
    { countryCode: 'GB', city: 'Rye', postalCode: 'tn31 7xy' },
    { countryCode: 'US', city: 'Fresno', region: 'California', postalCode: '93701' },
    { countryCode: 'CA', city: 'Montréal', region: 'Québec', postalCode: 'H3Z 2Y7' },
    { countryCode: 'DE', city: 'Berlin', postalCode: '10115' },
    { countryCode: 'FR', city: 'Lyon', postalCode: '69001' },
    { countryCode: 'NL', city: 'Utrecht', postalCode: '3511 AB' },
    { countryCode: 'ES', city: 'Madrid', region: 'Madrid', postalCode: '28039' },
    { countryCode: 'IT', city: 'Torino', region: 'TO', postalCode: '10121' },
    { countryCode: 'SE', city: 'Malmö', postalCode: '211 22' },
    { countryCode: 'JP', region: '東京都', postalCode: '154-0023' },
    { countryCode: 'IN', city: 'Pune', region: 'Maharashtra', postalCode: '411001' },
    { countryCode: 'BR', city: 'São Paulo', region: 'SP', postalCode: '01310-100' },
    { countryCode: 'AU', city: 'Sydney', region: 'NSW', postalCode: '2000' },
    { countryCode: 'NZ', city: 'Auckland', postalCode: '1010' },
    { countryCode: 'PA', city: 'Panamá' },
    { countryCode: 'XK', city: 'Prishtina' },
  ])('a buyer with one name buys to an address such as $countryCode $city $region $postalCode', async (place) => {
    const address = { ...ada, ...place };
    const order = await buyTo(address);
    expect(order).toMatchObject({ customer: { name: 'Ada' } });
    expect(order.shippingAddress).toEqual(address);
  });

  it.each([
    [{ countryCode: 'DE', city: 'Berlin' }, 'postalCode', '26133'],
    [{ countryCode: 'DE', city: 'Berlin', postalCode: 'ABC' }, 'postalCode', '26133'],
    [{ countryCode: 'GB', city: 'Rye', postalCode: '12345' }, 'postalCode', 'EC1Y 8SY'],
    [{ countryCode: 'US', city: 'Fresno', postalCode: '93701' }, 'region', 'Alabama'],
    [{ countryCode: 'FR', postalCode: '69001' }, 'city', 'city'],
    [{ countryCode: 'FR', city: 'Lyon', postalCode: '69001', phone: 'none' }, 'phone', '+49 30 123456'],
  ])('an address %j is refused with its %s and an example', async (place, field, example) => {
    await expect(buyTo({ ...ada, ...place })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: `shippingAddress.${field}`, message: expect.stringContaining(example) }],
    });
  });

  it.each([
    ['+49 30 123456', 'GB', '+4930123456'],
    ['(555) 123-4567', 'US', '+15551234567'],
    ['030 / 123456', 'DE', '+4930123456'],
    ['06 12 34 56 78', 'FR', '+33612345678'],
  ])('the phone %s of an address in %s is stored as %s', async (phone, countryCode, stored) => {
    expect((await buyTo(anAddressIn(countryCode, { phone }))).shippingAddress).toMatchObject({ phone: stored });
  });

  it('a mailbox with an international domain buys, and mail goes to its ASCII form', async () => {
    const order = await buyTo(anAddressIn('DE'), 'Info@Müller.de');
    expect(order).toMatchObject({ customer: { email: 'info@xn--mller-kva.de' } });
  });

  it('an order with an address from before formats were checked is read and kept, and corrected in the new form', async () => {
    const order = await buyTo(anAddressIn('DE'));
    const old = contract.orders.updateAddress.input.shape.shippingAddress.parse({ ...anAddressIn('DE'), postalCode: 'none' });
    const sealed = shop.core.sealer.seal(['orders', 'shipping_address_sealed', order.id], JSON.stringify(old));
    await shop.core.database.kysely.updateTable('orders').set({ shippingAddressSealed: sealed }).where('id', '=', order.id).execute();
    expect((await readOrder(shop.core, order.id)).shippingAddress).toEqual(old);
    await updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress: old });
    await expect(
      updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress: { ...old, city: 'Bonn' } }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const shippingAddress = anAddressIn('DE', { city: 'Bonn' });
    expect(await updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress })).toMatchObject({ shippingAddress });
  });

  it('the address format has the fields in order, what they are called, which are required, regions and a postal code', () => {
    const fieldsOf = (countryCode: string) => format(countryCode).fields.map(({ field }) => field);
    expect(fieldsOf('DE')).toEqual(['firstName', 'lastName', 'company', 'line1', 'line2', 'postalCode', 'city', 'phone']);
    expect(fieldsOf('SG')).not.toContain('city');
    const regionOf = (countryCode: string) => format(countryCode).fields.find(({ field }) => field === 'region');
    expect(regionOf('JP')).toEqual({ field: 'region', label: 'Prefecture', required: true });
    expect(regionOf('US')).toMatchObject({ label: 'State' });
    expect(regionOf('CA')).toMatchObject({ label: 'Province' });
    expect(format('CA', 'fr-CA').regions).toContainEqual({ code: 'QC', name: 'Québec' });
    expect(format('JP').regions).toContainEqual({ code: '13', name: 'Tokyo' });
    expect(format('JP', 'ja').regions).toContainEqual({ code: '13', name: '東京都' });
    expect(format('CH').postalCodeExample).toBe('2544');
    expect(format('HK').postalCodeExample).toBe(null);
  });
});
