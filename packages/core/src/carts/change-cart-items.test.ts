import { contract } from '@cartwright/contracts';
import { aGuestCart, aProduct, atMost, createTestShop, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { createPricingRules } from '../pricing/index.ts';
import { addCartItem, addCartItems, clearCart, createCart, getCart, removeCartItem, updateCartItem } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const rulesFor = (variantIds: readonly string[], each: number) =>
  createPricingRules(
    shop.core,
    system('test'),
    contract.pricing.createRules.input.parse({
      rules: variantIds.flatMap((variantId) =>
        Array.from({ length: each }, (_, n) => ({
          name: `Break ${n}`,
          effect: 'percent_off',
          percentBasisPoints: 100,
          variantId,
          minQuantity: n + 1,
          stackable: true,
        })),
      ),
    }),
  );
const statements = async (work: () => Promise<unknown>) => (await shop.countQueries(work)).length;

describe('new carts', () => {
  it("creating a cart takes at most one statement once the shop's settings are cached", async () => {
    const open = () => createCart(shop.core, { kind: 'guest', cartToken: null }, {});
    const { cart, cartToken } = await open();
    expect(await getCart(shop.core, { kind: 'guest', cartToken }, { cartId: cart.id })).toEqual(cart);
    expect(await statements(open)).toEqual(atMost(1));
  });
});

describe('changes of carts', () => {
  it('changing a cart takes no more statements for a hundred lines with five rules each than for one', async () => {
    const variants = (await aProduct(shop.core, { variants: 101, stock: 100 })).variants;
    const [plain, ...many] = variants;
    if (!plain) return expect.fail();
    await rulesFor(
      many.map((v) => v.id),
      5,
    );
    const small = await aGuestCart(shop.core);
    const large = await aGuestCart(shop.core);
    const one = await statements(() => addCartItem(shop.core, small.guest, { cartId: small.cart.id, variantId: plain.id, quantity: 1 }));
    const hundred = await statements(() =>
      addCartItems(shop.core, large.guest, { cartId: large.cart.id, items: many.map((v) => ({ variantId: v.id, quantity: 3 })) }),
    );
    const another = await statements(() =>
      addCartItem(shop.core, large.guest, { cartId: large.cart.id, variantId: plain.id, quantity: 1 }),
    );
    expect([one, hundred, another]).toEqual([atMost(8), atMost(one), atMost(one)]);
    const cart = await getCart(shop.core, large.guest, { cartId: large.cart.id });
    expect(cart.items).toHaveLength(101);
    expect(cart.items[0]?.appliedRules).toHaveLength(3);
    const itemId = cart.items[0]?.id ?? expect.fail();
    expect(await statements(() => updateCartItem(shop.core, large.guest, { cartId: cart.id, itemId, quantity: 4 }))).toEqual(atMost(one));
    expect(await statements(() => removeCartItem(shop.core, large.guest, { cartId: cart.id, itemId }))).toEqual(atMost(one));
    expect(await statements(() => clearCart(shop.core, large.guest, { cartId: cart.id }))).toEqual(atMost(one));
    expect(await statements(() => getCart(shop.core, large.guest, { cartId: cart.id }))).toEqual(atMost(3));
  });

  it('each change returns the cart exactly as it is read afterwards', async () => {
    const products = [await aProduct(shop.core), await aProduct(shop.core)] as const;
    const { guest, cart } = await aGuestCart(shop.core, [
      [products[0], 2],
      [products[1], 1],
    ]);
    const read = () => getCart(shop.core, guest, { cartId: cart.id });
    expect(await read()).toEqual(cart);
    const itemId = cart.items[0]?.id ?? expect.fail();
    expect(await updateCartItem(shop.core, guest, { cartId: cart.id, itemId, quantity: 5 })).toEqual(await read());
    expect(await removeCartItem(shop.core, guest, { cartId: cart.id, itemId })).toEqual(await read());
    const empty = await clearCart(shop.core, guest, { cartId: cart.id });
    expect(empty).toEqual(await read());
    expect(empty.items).toEqual([]);
    for (const product of products)
      expect(await getStockLevel(shop.core, system('test'), { variantId: variantOf(product).id })).toMatchObject({ reserved: 0 });
  });

  it('changing a missing line or exceeding the limit of a line is refused and changes nothing', async () => {
    const product = await aProduct(shop.core, { stock: 20_000 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 9_999]]);
    const gone = { cartId: cart.id, itemId: shop.core.ids.next<NonNullable<(typeof cart.items)[0]>['id']>() };
    await expect(updateCartItem(shop.core, guest, { ...gone, quantity: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(removeCartItem(shop.core, guest, gone)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const more = { cartId: cart.id, variantId: variantOf(product).id, quantity: 2 };
    await expect(addCartItem(shop.core, guest, more)).rejects.toMatchObject({ code: 'INVALID_QUANTITY' });
    expect(await getCart(shop.core, guest, { cartId: cart.id })).toEqual(cart);
  });
});
