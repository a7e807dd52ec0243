/**
 * Every pair of mutating calls on carts and stock, many at once on one variant and one cart: the data stays consistent and no call fails
 * by a defect.
 */
import { contract, type Cart, type StockLocation } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGuestCart,
  aPaidOrder,
  aProduct,
  brokenInvariants,
  checkOut,
  createTestShop,
  isLongRun,
  letPass,
  race,
  there,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addCartItem,
  addCartItems,
  applyPromoCode,
  clearCart,
  createCart,
  mergeCarts,
  removeCartItem,
  removePromoCode,
  updateCart,
  updateCartItem,
} from '../carts/index.ts';
import { importProducts } from '../imports/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { system, transact, type GuestActor, type UserActor } from '../kernel/index.ts';
import { getOrder, shipOrder } from '../orders/index.ts';
import {
  adjustStock,
  allocateStock,
  closeAllocations,
  configureStock,
  createStockLocation,
  expireCartHolds,
  getStockLevel,
  repairStock,
  setStock,
  transferStock,
} from './index.ts';

const staff = system('test');
let shop: TestShop;
let north: StockLocation;
/** One buyer may hold units in a few carts only: buyers take turns. */
let customers: UserActor[];
beforeAll(async () => {
  shop = await createTestShop();
  customers = await Promise.all(Array.from({ length: 4 }, () => aCustomer(shop.core)));
  north = await createStockLocation(shop.core, staff, { code: 'north', name: 'North', priority: 2 });
  await sql`insert into promo_codes (id, code, percent_basis_points) values (gen_random_uuid(), 'TEN', 1000)`.execute(shop.core.db);
});
afterAll(() => shop.close());

/** The invariants that are broken after the worker's sweep of expired holds, which runs every ten seconds. */
const inconsistencies = async () => {
  await expireCartHolds(shop.core);
  return brokenInvariants(shop.core);
};
const levelOf = (variantId: Stage['variantId']) => getStockLevel(shop.core, staff, { variantId });

/** The cart, product and people that the calls of a pair share. */
interface Stage {
  readonly product: Awaited<ReturnType<typeof aProduct>>;
  readonly variantId: ReturnType<typeof variantOf>['id'];
  readonly otherId: ReturnType<typeof variantOf>['id'];
  readonly guest: GuestActor;
  readonly cart: Cart;
  readonly itemId: Cart['items'][number]['id'];
  readonly customer: UserActor;
}
const setUp = async (customer: UserActor): Promise<Stage> => {
  const [product, other] = [await aProduct(shop.core, { stock: 60 }), await aProduct(shop.core, { stock: 60 })];
  const { guest, cart } = await aGuestCart(shop.core, [
    [product, 2],
    [other, 1],
  ]);
  await aGuestCart(shop.core, [[product, 5]]);
  await sql`update holds set expires_at = now() - interval '2 minutes' where state = 'active'`.execute(shop.core.database.kysely);
  const itemId = cart.items[0]?.id ?? expect.fail('no line');
  const { cart: own } = await createCart(shop.core, customer, contract.carts.create.input.parse({}));
  await addCartItem(shop.core, customer, { cartId: own.id, variantId: variantOf(product).id, quantity: 1 });
  const both = { product, variantId: variantOf(product).id, otherId: variantOf(other).id };
  return { ...both, guest, cart, itemId, customer: { ...customer, cartToken: guest.cartToken } };
};

const calls: Record<string, (stage: Stage, n: number) => Promise<unknown>> = {
  addItem: ({ guest, cart, variantId }) => addCartItem(shop.core, guest, { cartId: cart.id, variantId, quantity: 1 }),
  addItems: ({ guest, cart, variantId, otherId }) =>
    addCartItems(shop.core, guest, {
      cartId: cart.id,
      items: [
        { variantId: otherId, quantity: 1 },
        { variantId, quantity: 2 },
      ],
    }),
  updateItem: ({ guest, cart, itemId }, n) => updateCartItem(shop.core, guest, { cartId: cart.id, itemId, quantity: 1 + (n % 7) }),
  removeItem: ({ guest, cart, itemId }) => removeCartItem(shop.core, guest, { cartId: cart.id, itemId }),
  clear: ({ guest, cart }) => clearCart(shop.core, guest, { cartId: cart.id }),
  code: ({ guest, cart }, n) =>
    n % 2 ? applyPromoCode(shop.core, guest, { cartId: cart.id, code: 'TEN' }) : removePromoCode(shop.core, guest, { cartId: cart.id }),
  note: ({ guest, cart }, n) => updateCart(shop.core, guest, { cartId: cart.id, note: `Note ${n}` }),
  merge: ({ customer, cart }) => mergeCarts(shop.core, customer, { cartId: cart.id, strategy: 'sum' }),
  anotherBuyer: ({ product }) => aGuestCart(shop.core, [[product, 1]]),
  checkout: ({ guest, cart }) => checkOut(shop.core, guest, aCheckout(cart)),
  adjust: ({ variantId }, n) => adjustStock(shop.core, staff, { variantId, delta: n % 2 ? 3 : -2, reason: 'race' }),
  set: async ({ variantId }) =>
    setStock(shop.core, staff, { variantId, onHand: 40, version: (await levelOf(variantId)).version, reason: 'race' }),
  configure: ({ variantId }, n) => configureStock(shop.core, staff, { variantId, backorderLimit: n % 5, reorderThreshold: n }),
  track: ({ variantId }, n) => configureStock(shop.core, staff, { variantId, tracked: n % 4 < 2 }),
  transfer: async ({ variantId }) => {
    const from = (await levelOf(variantId)).locations.find((l) => l.code === 'main') ?? expect.fail('no main');
    return transferStock(shop.core, staff, {
      variantId,
      fromLocationId: from.locationId,
      toLocationId: north.id,
      quantity: 1,
      reason: 'race',
    });
  },
  allocate: ({ variantId }) =>
    transact(shop.core, async (tx) => {
      const id = tx.ids.next();
      await allocateStock(tx, [{ id, variantId, units: 2, purpose: 'race' }]);
      await closeAllocations(tx, [{ id, variantId }]);
    }),
  repair: ({ variantId }) => repairStock(shop.core, staff, { dryRun: false, variantIds: [variantId] }),
  sweep: () => expireCartHolds(shop.core),
};
const names = Object.keys(calls);
const pairs = names.flatMap((a, i) => names.slice(i).map((b) => ({ a, b })));

/** How many of each call run at once. */
const atOnce = isLongRun ? 20 : 4;

describe(`two kinds of calls, ${atOnce} of each at once`, () => {
  it.each(pairs)('concurrent calls of $a and $b leave the data consistent', async ({ a, b }) => {
    const customer = there(customers.shift());
    customers.push(customer);
    const stage = await setUp(customer);
    const { defects } = await race(2 * atOnce, (i) => there(calls[i % 2 ? a : b])(stage, i));
    expect(defects).toEqual([]);
    expect(await inconsistencies()).toEqual([]);
  });
});

describe('one hundred units', () => {
  it('a hundred of two thousand buyers get one of a hundred units each, and all others are refused for lack of stock', async () => {
    const product = await aProduct(shop.core, { stock: 100 });
    const sold: unknown[] = [];
    const refused: Record<string, number> = {};
    for (let wave = 0; wave < 20; wave += 1) {
      const { won, refused: lost, defects } = await race(100, () => aPaidOrder(shop.core, product, 1));
      expect(defects).toEqual([]);
      sold.push(...won);
      for (const [code, count] of Object.entries(lost)) refused[code] = (refused[code] ?? 0) + count;
    }
    expect({ sold: sold.length, refused }).toEqual({ sold: 100, refused: { INSUFFICIENT_STOCK: 1900 } });
    expect(await levelOf(variantOf(product).id)).toMatchObject({ onHand: 0, reserved: 0 });
  }, 240_000);

  it('an order that is cancelled and shipped at the same moment moves its units once', async () => {
    const product = await aProduct(shop.core, { stock: 100 });
    let left = 100;
    for (let n = 0; n < 8; n += 1) {
      const { order } = await aPaidOrder(shop.core, product, 1);
      const { won, refused, defects } = await race<unknown>(2, (i) =>
        i === 0
          ? cancelOrder(shop.core, staff, { orderId: order.id })
          : shipOrder(shop.core, staff, contract.orders.ship.input.parse({ orderId: order.id, carrier: 'DHL', trackingNumber: 'JD1' })),
      );
      expect(defects).toEqual([]);
      // A shipped order can still be cancelled: then both succeeded, and its unit is in a parcel, not in stock.
      expect(refused).toEqual(won.length === 2 ? {} : { INVALID_TRANSITION: 1 });
      const { items } = await getOrder(shop.core, staff, { orderId: order.id });
      left -= there(items[0]).shippedQuantity;
      expect(await levelOf(variantOf(product).id)).toMatchObject({ onHand: left, reserved: 0 });
    }
    expect(await inconsistencies()).toEqual([]);
  });

  it('the data stays consistent when a CSV file sets stock while it is sold', async () => {
    const product = await aProduct(shop.core, { stock: 100 });
    const { sku } = variantOf(product);
    const csv = (units: number) =>
      `Handle,Title,Vendor,Published,Variant SKU,Variant Inventory Qty,Variant Price\n` +
      `${product.slug},${product.name},Holm,true,${sku},${units},19.99\n`;
    const { won, defects } = await race<unknown>(30, (n) =>
      n % 3 === 0
        ? importProducts(shop.core, staff, contract.imports.create.input.parse({ fileName: 'stock.csv', mode: 'commit', csv: csv(60 + n) }))
        : aPaidOrder(shop.core, product, 2),
    );
    expect(defects).toEqual([]);
    expect(won).toHaveLength(30);
    expect(await inconsistencies()).toEqual([]);
  });

  it('orders that expire while other buyers wait for their units return them once', async () => {
    const product = await aProduct(shop.core, { stock: 10 });
    for (let n = 0; n < 10; n += 1) {
      const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
      await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    }
    await letPass(shop.core, 46);
    const { defects } = await race<unknown>(24, async (n) => (n < 4 ? expireOrders(shop.core) : aPaidOrder(shop.core, product, 1)));
    expect(defects).toEqual([]);
    const { onHand, reserved } = await levelOf(variantOf(product).id);
    expect(onHand - reserved).toBeGreaterThanOrEqual(0);
    expect(await inconsistencies()).toEqual([]);
  });
});
