/** A number of units that is not a whole number in range is refused everywhere, as are fields that would set a price or a state. */
import { aFlashSale, aGuestCart, aKey, anAddress, aProduct, variantOf } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { absent, keyedHeaders, outcomeOf } from '../test/invalid-calls.ts';
import { aLiveShopWithAdmin } from '../test/live-shop.ts';
import { countRows, protocols } from '../test/protocols.ts';

const { live, admin } = await aLiveShopWithAdmin();
const asAdmin = () => keyedHeaders(admin);

describe.each(protocols)('over $name', ({ send }) => {
  const quantities: [string, unknown][] = [-1, 0, 1.5, '2', 2 ** 31, 2 ** 53 + 2, 999_999, null, true, [1], {}, '1e3'].map((q) => [
    JSON.stringify(q),
    q,
  ]);
  it.each(quantities)('every cart call refuses the quantity %s and leaves the cart unchanged', async (_text, quantity) => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const variantId = variantOf(product).id;
    const headers = { 'x-cart-token': guest.cartToken ?? '' };
    const before = await send(live, 'carts.get', { input: { cartId: cart.id }, headers });
    const answers = [
      await send(live, 'carts.addItem', { input: { cartId: cart.id, variantId, quantity }, headers }),
      await send(live, 'carts.addItems', {
        input: {
          cartId: cart.id,
          items: [
            { variantId, quantity: 1 },
            { variantId, quantity },
          ],
        },
        headers,
      }),
      await send(live, 'carts.updateItem', { input: { cartId: cart.id, itemId: cart.items[0]?.id, quantity }, headers }),
    ];
    expect(answers.map(outcomeOf)).toEqual(answers.map(() => ({ status: 400, code: 'INVALID_QUANTITY' })));
    expect((await send(live, 'carts.get', { input: { cartId: cart.id }, headers })).data).toEqual(before.data);
  });

  it.each(quantities.filter(([, q]) => q !== -1))(
    'every stock and flash sale call refuses the number of units %s and changes nothing',
    async (_text, units) => {
      const product = await aProduct(live.shop.core);
      const variantId = variantOf(product).id;
      const sale = await aFlashSale(live.shop.core);
      const before = await countRows(live);
      const ask = (path: string, input: Record<string, unknown>) => send(live, path, { input, headers: asAdmin() });
      const counted = units === 0 ? 0.5 : units;
      const answers = [
        await ask('inventory.adjust', { variantId, delta: units === 999_999 ? 1e12 : units, reason: 'r' }),
        await ask('inventory.set', { variantId, onHand: counted === 999_999 ? 1e12 : counted, version: 1, reason: 'r' }),
        await ask('inventory.transfer', {
          variantId,
          fromLocationId: absent,
          toLocationId: absent,
          quantity: units === 999_999 ? -5 : units,
          reason: 'r',
        }),
        await ask('flashSales.adjustUnits', { itemId: sale.item.id, delta: units === 999_999 ? 1e12 : units }),
        await send(live, 'flashSales.buy', {
          input: { itemId: sale.item.id, quantity: units, email: 'a@example.com', shippingAddress: anAddress },
          headers: { 'idempotency-key': aKey() },
        }),
      ];
      expect(answers.map(outcomeOf)).toEqual(answers.map(() => ({ status: 400, code: 'INVALID_QUANTITY' })));
      expect(await countRows(live)).toEqual(before);
    },
  );

  it.each(['unitPriceCents', 'totalCents', 'discountCents', 'paid', 'taxRate', 'currency', 'status'])(
    'a cart or checkout request with the field %s is refused',
    async (field) => {
      const product = await aProduct(live.shop.core);
      const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
      const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
      const before = await countRows(live);
      const added = await send(live, 'carts.addItem', {
        input: { cartId: cart.id, variantId: variantOf(product).id, quantity: 1, [field]: 1 },
        headers,
      });
      const input = { cartId: cart.id, email: 'a@example.com', shippingAddress: anAddress, payment: { token: 'tok_success' } };
      const bought = await send(live, 'checkout.complete', { input: { ...input, [field]: 1 }, headers });
      const hidden = await send(live, 'checkout.complete', { input: { ...input, payment: { ...input.payment, [field]: 1 } }, headers });
      expect([added, bought, hidden].map(outcomeOf)).toEqual(Array.from({ length: 3 }, () => ({ status: 400, code: 'UNKNOWN_FIELD' })));
      expect(await countRows(live)).toEqual(before);
    },
  );
});
