/** Units that are sold before they arrive: they stay reserved, and the oldest paid order gets what arrives. */
import { contract, type Order } from '@cartwright/contracts';
import {
  aCheckout,
  aConsistentShop,
  aGuestCart,
  anAddress,
  aKey,
  aPaidOrder,
  aProduct,
  brokenInvariants,
  checkOut,
  isLongRun,
  race,
  there,
  variantOf,
} from '@cartwright/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getCart, updateCartItem } from '../carts/index.ts';
import { buyFromSale, createFlashSale, endFlashSale } from '../flash-sales/index.ts';
import { DomainError, system } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { getOrder, listOrders, shipOrder } from '../orders/index.ts';
import { refundOrder } from '../payments/index.ts';
import { adjustStock, configureStock, expireCartHolds, getStockLevel, listStockHolds, listStockMovements } from './index.ts';

const staff = system('test');
const shop = await aConsistentShop({ settle: (core) => expireCartHolds(core) });

/** A variant with units on hand and a backorder limit. */
const aVariant = async (stock: number, backorderLimit: number) => {
  const product = await aProduct(shop.core, { stock });
  const variantId = variantOf(product).id;
  await configureStock(shop.core, staff, { variantId, backorderLimit });
  return { product, variantId };
};
type VariantId = ReturnType<typeof variantOf>['id'];
const levelOf = (variantId: VariantId) => getStockLevel(shop.core, staff, { variantId });
const arrive = (variantId: VariantId, delta: number) => adjustStock(shop.core, staff, { variantId, delta, reason: 'delivery' });
/** The units of the first line of an order that are backordered. */
const waiting = async ({ id }: Pick<Order, 'id'>) =>
  there((await getOrder(shop.core, staff, { orderId: id })).items[0]).backorderedQuantity;
const ship = (order: Pick<Order, 'id'>, items?: { orderItemId: Order['items'][number]['id']; quantity: number }[]) =>
  shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: 'JD1', ...(items && { items }) });

describe('an order with more units than are on hand', () => {
  it('gets those on hand at payment and the others when they arrive, the oldest paid order first', async () => {
    const { product, variantId } = await aVariant(2, 10);
    const { guest, order: first } = await aPaidOrder(shop.core, product, 5);
    const { order: second } = await aPaidOrder(shop.core, product, 2);
    expect([there(first.items[0]), there(second.items[0])]).toMatchObject([{ backorderedQuantity: 3 }, { backorderedQuantity: 2 }]);
    expect(await getOrder(shop.core, guest, { orderId: first.id })).toMatchObject({ items: [{ quantity: 5, backorderedQuantity: 3 }] });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 0, reserved: 5, available: -5 });
    const { items } = await listStockHolds(shop.core, staff, { variantId, page: 1, pageSize: 10 });
    expect(items.map(({ heldBy, orderNumber, quantity }) => [heldBy, orderNumber, quantity])).toEqual([
      ['backorder', first.orderNumber, 3],
      ['backorder', second.orderNumber, 2],
    ]);
    expect(await arrive(variantId, 2)).toMatchObject({ onHand: 0, reserved: 3 });
    expect([await waiting(first), await waiting(second)]).toEqual([1, 2]);
    expect(await arrive(variantId, 4)).toMatchObject({ onHand: 1, reserved: 0 });
    expect([await waiting(first), await waiting(second)]).toEqual([0, 0]);
    const movements = (await listStockMovements(shop.core, staff, { variantId, page: 1, pageSize: 20 })).items;
    expect(movements.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(1);
  });

  it('cannot be shipped before they arrive; the other units can', async () => {
    const { product, variantId } = await aVariant(1, 5);
    const { order } = await aPaidOrder(shop.core, product, 3);
    const { id: orderItemId } = there(order.items[0]);
    const refusal = { code: 'UNITS_BACKORDERED', details: { orderItemId, backordered: 2, left: 1 } };
    await expect(ship(order)).rejects.toMatchObject(refusal);
    await expect(ship(order, [{ orderItemId, quantity: 2 }])).rejects.toMatchObject({
      ...refusal,
      message: `2 units of ${product.name} are backordered. At most 1 unit of this line can be shipped before stock arrives.`,
    });
    await expect(ship(order, [{ orderItemId, quantity: 4 }])).rejects.toMatchObject({ code: 'QUANTITY_EXCEEDS_ORDER' });
    expect(await ship(order, [{ orderItemId, quantity: 1 }])).toMatchObject({ status: 'confirmed', shippedCount: 1 });
    await arrive(variantId, 2);
    expect(await ship(order)).toMatchObject({ status: 'shipped' });
  });

  it('gives everything back when it is cancelled, and the next order gets the units it had', async () => {
    const { product, variantId } = await aVariant(2, 10);
    const { order: first } = await aPaidOrder(shop.core, product, 4);
    const { order: second } = await aPaidOrder(shop.core, product, 3);
    const { order: third } = await aPaidOrder(shop.core, product, 2);
    await cancelOrder(shop.core, staff, { orderId: first.id });
    expect([await waiting(first), await waiting(second), await waiting(third)]).toEqual([0, 1, 2]);
    await cancelOrder(shop.core, staff, { orderId: third.id });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 0, reserved: 1 });
    expect(await arrive(variantId, 1)).toMatchObject({ onHand: 0, reserved: 0 });
  });

  it('a line of a cart says before it is paid how many of its units would be backordered', async () => {
    const { product, variantId } = await aVariant(2, 10);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 5]]);
    const ahead = async (who = guest, id = cart.id) =>
      (await getCart(shop.core, who, { cartId: id })).items.map(({ backorderedQuantity }) => backorderedQuantity);
    expect([cart.items.map(({ backorderedQuantity }) => backorderedQuantity), await ahead()]).toEqual([[3], [3]]);
    const other = await aGuestCart(shop.core, [[product, 1]]);
    expect([await ahead(other.guest, other.cart.id), await ahead()]).toEqual([[1], [4]]);
    await arrive(variantId, 4);
    expect([await ahead(other.guest, other.cart.id), await ahead()]).toEqual([[0], [0]]);
    const few = there(cart.items[0]);
    const { items } = await updateCartItem(shop.core, guest, { cartId: cart.id, itemId: few.id, quantity: 7 });
    expect(items).toMatchObject([{ quantity: 7, backorderedQuantity: 2 }]);
    const { product: plain } = await aVariant(1, 0);
    expect((await aGuestCart(shop.core, [[plain, 1]])).cart.items).toMatchObject([{ backorderedQuantity: 0 }]);
  });

  it('gets no units that arrive once it is fully refunded, and needs no attention for a late shipment while it waits for all', async () => {
    const { product, variantId } = await aVariant(0, 10);
    const { order: first } = await aPaidOrder(shop.core, product, 2);
    const { order: second } = await aPaidOrder(shop.core, product, 1);
    await shop.core.database.kysely
      .updateTable('orders')
      .set({ paidAt: new Date(Date.now() - 3 * 86_400_000) })
      .where('id', 'in', [first.id, second.id])
      .execute();
    const attention = async ({ orderNumber: q }: Order) =>
      there((await listOrders(shop.core, staff, contract.orders.list.input.parse({ q }))).items[0]).attention;
    expect([await attention(first), await attention(second)]).toEqual([[], []]);
    await refundOrder(shop.core, staff, { orderId: first.id, amountCents: first.totalCents, reason: 'late' });
    await arrive(variantId, 2);
    expect([await waiting(first), await waiting(second), await levelOf(variantId)]).toMatchObject([2, 0, { onHand: 1, reserved: 2 }]);
    expect(await attention(second)).toEqual(['ship_late']);
    await cancelOrder(shop.core, staff, { orderId: first.id });
    expect(await levelOf(variantId)).toMatchObject({ onHand: 1, reserved: 0 });
  });

  it('loses its backordered units first when an edit removes units', async () => {
    const { product, variantId } = await aVariant(2, 10);
    const { order } = await aPaidOrder(shop.core, product, 5);
    const edit = async (quantity: number) => {
      const { updatedAt } = await getOrder(shop.core, staff, { orderId: order.id });
      return editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: updatedAt, lines: [{ variantId, quantity }] });
    };
    await edit(3);
    expect([await waiting(order), await levelOf(variantId)]).toMatchObject([1, { onHand: 0, reserved: 1 }]);
    await edit(1);
    expect([await waiting(order), await levelOf(variantId)]).toMatchObject([0, { onHand: 1, reserved: 0 }]);
  });
});

it('units of a sale are never backordered and never given to orders that wait; its free units are, once it closes', async () => {
  const { product, variantId } = await aVariant(3, 10);
  const sale = await createFlashSale(
    shop.core,
    staff,
    contract.flashSales.create.input.parse({
      name: 'Drop',
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2199-01-01T00:00:00Z',
      items: [{ variantId, units: 3, salePriceCents: 100, limitPerCustomer: 1 }],
    }),
  );
  const { order } = await aPaidOrder(shop.core, product, 4);
  expect(await levelOf(variantId)).toMatchObject({ onHand: 3, reserved: 7 });
  const bought = await buyFromSale(
    shop.core,
    { kind: 'guest', cartToken: null },
    contract.flashSales.buy.input.parse({
      itemId: sale.items[0]?.id,
      email: 'drop@example.com',
      shippingAddress: anAddress,
      payment: { token: 'tok_success' },
    }),
    { idempotencyKey: aKey() },
  );
  expect([await waiting(order), await levelOf(variantId), await waiting({ id: bought.purchase.orderId })]).toMatchObject([
    4,
    { onHand: 2, reserved: 6 },
    0,
  ]);
  await endFlashSale(shop.core, staff, { saleId: sale.id });
  expect([await waiting(order), await levelOf(variantId)]).toMatchObject([2, { onHand: 0, reserved: 2 }]);
});

it('units that staff removed by force from unpaid orders are backordered when these are paid', async () => {
  const product = await aProduct(shop.core, { stock: 5 });
  const variantId = variantOf(product).id;
  const { guest, cart } = await aGuestCart(shop.core, [[product, 4]]);
  await adjustStock(shop.core, staff, { variantId, delta: -3, reason: 'water damage', force: true });
  const order = await checkOut(shop.core, guest, aCheckout(cart));
  expect(order).toMatchObject({ status: 'confirmed', items: [{ backorderedQuantity: 2 }] });
  expect(await levelOf(variantId)).toMatchObject({ onHand: 0, reserved: 2, status: 'sold_out' });
  await arrive(variantId, 3);
  expect([await waiting(order), await levelOf(variantId)]).toMatchObject([0, { onHand: 1, reserved: 0 }]);
});

describe('calls at the same moment', () => {
  const rounds = isLongRun ? 20 : 3;
  it.each([
    ['two arrivals', ({ variantId }: Stage) => arrive(variantId, 2)],
    ['an arrival and a cancellation', ({ order }: Stage) => cancelOrder(shop.core, staff, { orderId: order.id })],
    ['an arrival and a payment', ({ product }: Stage) => aPaidOrder(shop.core, product, 2)],
    ['an arrival and a shipment', ({ order }: Stage) => ship(order)],
  ])('%s give each unit to one order', async (_, other) => {
    for (let round = 0; round < rounds; round += 1) {
      const { product, variantId } = await aVariant(1, 50);
      const orders = await Promise.all(Array.from({ length: 6 }, async () => (await aPaidOrder(shop.core, product, 2)).order));
      const { defects, refused } = await race<unknown>(12, (n) =>
        n % 2 === 0 ? arrive(variantId, 1) : other({ product, variantId, order: there(orders[(n - 1) / 2]) }),
      );
      expect([defects, Object.keys(refused).filter((code) => code !== 'UNITS_BACKORDERED')]).toEqual([[], []]);
      expect(await brokenInvariants(shop.core)).toEqual([]);
      const { reserved, onHand } = await levelOf(variantId);
      await arrive(variantId, reserved);
      expect(await levelOf(variantId)).toMatchObject({ onHand, reserved: 0 });
    }
  });
});

interface Stage extends Awaited<ReturnType<typeof aVariant>> {
  readonly order: Order;
}

/** What the shop should do, in a few lines: lines of paid orders, the oldest first. */
class Model {
  onHand: number;
  readonly limit: number;
  readonly lines: { order: Order; units: number; waits: number }[] = [];

  constructor(onHand: number, limit: number) {
    this.onHand = onHand;
    this.limit = limit;
  }

  get reserved(): number {
    return this.lines.reduce((sum, { waits }) => sum + waits, 0);
  }

  canSell(units: number): boolean {
    return units <= this.onHand + this.limit - this.reserved;
  }

  pay(order: Order, units: number): void {
    this.lines.push({ order, units, waits: units });
    this.arrive(0);
  }

  arrive(units: number): void {
    this.onHand += units;
    for (const line of this.lines) {
      const given = Math.min(line.waits, this.onHand);
      line.waits -= given;
      this.onHand -= given;
    }
  }

  cancel(n: number): Order | undefined {
    const [line] = this.lines.splice(n, 1);
    if (line) this.arrive(line.units - line.waits);
    return line?.order;
  }
}

it('any sequence of payments, arrivals, losses and cancellations leaves what a simple model says', async () => {
  const step = fc.record({ kind: fc.constantFrom('pay', 'pay', 'arrive', 'lose', 'cancel'), n: fc.integer({ min: 1, max: 5 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 8 }),
      fc.array(step, { minLength: 4, maxLength: 12 }),
      async (stock, limit, steps) => {
        const { product, variantId } = await aVariant(stock, limit);
        const model = new Model(stock, limit);
        for (const { kind, n } of steps) {
          if (kind === 'pay') {
            const paid = await aPaidOrder(shop.core, product, n).catch((error: unknown) => error);
            expect(paid instanceof DomainError).toBe(!model.canSell(n));
            if (!(paid instanceof DomainError)) model.pay((paid as { order: Order }).order, n);
          } else if (kind === 'arrive') {
            await arrive(variantId, n);
            model.arrive(n);
          } else if (kind === 'cancel') {
            const order = model.cancel(n - 1);
            if (order) await cancelOrder(shop.core, staff, { orderId: order.id });
          } else if (n <= model.onHand) {
            await adjustStock(shop.core, staff, { variantId, delta: -n, reason: 'lost' });
            model.onHand -= n;
          }
          expect(await levelOf(variantId)).toMatchObject({ onHand: model.onHand, reserved: model.reserved });
          for (const { order, waits } of model.lines) expect(await waiting(order)).toBe(waits);
        }
        expect(await brokenInvariants(shop.core)).toEqual([]);
      },
    ),
    { numRuns: isLongRun ? 200 : 12 },
  );
});
