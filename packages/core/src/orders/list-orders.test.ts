import { contract, type OrderFilters, type OrderId } from '@cartwright/contracts';
import {
  aCurrency,
  aCheckout,
  aCustomer,
  aGuestCart,
  aPaidOrder,
  aProduct,
  atMost,
  anAddress,
  aStaffMember,
  checkOut,
  createTestShop,
  letPass,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system, transact, type UserActor } from '../kernel/index.ts';
import { exportOrders, insertOrders, listOrders, shipOrder, type NewOrder } from './index.ts';

let shop: TestShop;
let staff: UserActor;
beforeAll(async () => {
  shop = await createTestShop();
  staff = await aStaffMember(shop.core, 'support');
});
afterAll(() => shop.close());

const list = (filters: Partial<OrderFilters> & { sort?: string; page?: number; pageSize?: number }, actor: UserActor = staff) =>
  listOrders(shop.core, actor, contract.orders.list.input.parse(filters));
const numbers = async (filters: Parameters<typeof list>[0]) => (await list(filters)).items.map((o) => o.orderNumber);
const anOrder = async (priceCents: number, email?: string, token?: string) => {
  const product = await aProduct(shop.core, { priceCents });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  const order = await checkOut(shop.core, guest, aCheckout(cart, { ...(email && { email }), ...(token && { token }) }));
  return { order, sku: variantOf(product).sku, guest };
};

describe('the list of orders', () => {
  it('the list of orders is searched by e-mail in any case, by SKU and by any part of the number', async () => {
    const { order, sku } = await anOrder(1200, 'grace.hopper@example.com');
    await anOrder(1200, 'other@example.com');
    expect(await numbers({ email: 'GRACE.hopper@example.com' })).toEqual([order.orderNumber]);
    expect(await numbers({ q: 'Grace.Hopper@example.com' })).toEqual([order.orderNumber]);
    expect(await numbers({ sku })).toEqual([order.orderNumber]);
    for (const part of [order.orderNumber, order.orderNumber.toLowerCase(), order.orderNumber.slice(-4), order.orderNumber.slice(6)])
      expect(await numbers({ q: part, sku })).toEqual([order.orderNumber]);
    expect(await numbers({ orderNumber: 'ORD-%' })).toEqual([]);
  });

  it('the list of orders is filtered by total, date and payment status at once', async () => {
    const email = 'range@example.com';
    const cheap = (await anOrder(500, email)).order;
    const expensive = (await anOrder(90_000, email)).order;
    expect(await numbers({ email, minTotalCents: 50_000 })).toEqual([expensive.orderNumber]);
    expect(await numbers({ email, maxTotalCents: 50_000 })).toEqual([cheap.orderNumber]);
    await sql`update orders set placed_at = placed_at - interval '3 days' where id = ${cheap.id}`.execute(shop.core.db);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    expect(await numbers({ email, placedFrom: yesterday })).toEqual([expensive.orderNumber]);
    expect(await numbers({ email, placedTo: yesterday })).toEqual([cheap.orderNumber]);
    await cancelOrder(shop.core, system('test'), { orderId: expensive.id });
    expect(await numbers({ email, paymentStatus: 'refunded' })).toEqual([expensive.orderNumber]);
    expect(await numbers({ email, paymentStatus: 'captured', status: 'confirmed' })).toEqual([cheap.orderNumber]);
  });

  it('the list of orders is sorted by age and total, and counts every match', async () => {
    const email = 'sorted@example.com';
    const [a, b, c] = [(await anOrder(200, email)).order, (await anOrder(300, email)).order, (await anOrder(100, email)).order];
    const order = (...orders: { orderNumber: string }[]) => orders.map((o) => o.orderNumber);
    expect(await numbers({ email })).toEqual(order(c, b, a));
    expect(await numbers({ email, sort: 'oldest' })).toEqual(order(a, b, c));
    expect(await numbers({ email, sort: 'total_high' })).toEqual(order(b, a, c));
    expect(await numbers({ email, sort: 'total_low' })).toEqual(order(c, a, b));
    expect(await list({ email, pageSize: 2, page: 2 })).toMatchObject({ totalCount: 3, items: [{ orderNumber: a.orderNumber }] });
    expect(contract.orders.list.input.safeParse({ sort: 'email_sealed' }).success).toBe(false);
  });

  it('the list of orders shows which orders need attention, and why', async () => {
    const email = 'attention@example.com';
    const late = (await anOrder(700, email)).order;
    const lost = (await anOrder(800, email)).order;
    const fine = (await anOrder(900, email)).order;
    await sql`update orders set paid_at = now() - interval '3 days' where id = ${late.id}`.execute(shop.core.db);
    await sql`insert into refunds (id, payment_id, amount_cents, reason, status, requested_by)
      select gen_random_uuid(), id, 100, 'scratch', 'failed', 'staff' from payments where order_id = ${lost.id}`.execute(shop.core.db);
    const found = await list({ email, needsAttention: true, sort: 'oldest' });
    expect(found.items.map((o) => [o.orderNumber, o.attention])).toEqual([
      [late.orderNumber, ['ship_late']],
      [lost.orderNumber, ['refund_failed']],
    ]);
    expect(await numbers({ email, needsAttention: false })).toEqual([fine.orderNumber]);
    await shipOrder(shop.core, staff, { orderId: late.id, carrier: 'DHL', trackingNumber: '1' });
    expect(await numbers({ email, needsAttention: true })).toEqual([lost.orderNumber]);
  });

  it('the list of orders names charges that stay undecided', async () => {
    const { order } = await anOrder(1500, 'undecided@example.com', 'tok_late');
    await letPass(shop.core, 16);
    expect((await list({ email: 'undecided@example.com' })).items[0]).toMatchObject({
      orderNumber: order.orderNumber,
      attention: ['payment_undecided'],
    });
  });

  it('customers see only their own orders, whatever they filter by', async () => {
    const { order } = await anOrder(400, 'private@example.com');
    const customer = await aCustomer(shop.core);
    expect(await list({ q: order.orderNumber }, customer)).toMatchObject({ totalCount: 0 });
    expect(await list({ email: 'private@example.com', sku: order.items[0]?.sku }, customer)).toMatchObject({ totalCount: 0 });
  });

  it('the list of orders takes at most two statements, whatever the number of orders and filters', async () => {
    expect(await shop.countQueries(() => list({ pageSize: 100 }))).toEqual(atMost(2));
    const everything = {
      email: 'a@example.com',
      sku: 'x',
      minTotalCents: 1,
      needsAttention: true,
      paymentStatus: 'captured',
      q: 'ORD',
    } as const;
    expect(await shop.countQueries(() => list(everything))).toEqual(atMost(2));
  });
});

describe('the export of orders', () => {
  const read = async (filters: OrderFilters) => {
    const pieces: string[] = [];
    for await (const piece of exportOrders(shop.core, staff, filters)) pieces.push(piece);
    return pieces;
  };

  it('the export runs one statement for every five hundred orders and contains each order once', async () => {
    const product = await aProduct(shop.core);
    const variant = variantOf(product);
    const line = { productId: product.id, variantId: variant.id, productName: 'Mug', variantTitle: '', sku: variant.sku, quantity: 1 };
    const money = { unitPriceCents: 100, lineTotalCents: 100, discountCents: 0, taxCents: 0, taxRatePpm: 0 };
    const placed = await transact(shop.core, (tx) =>
      insertOrders(
        tx,
        Array.from({ length: 1100 }, (_, n): NewOrder => ({
          id: tx.ids.next<OrderId>(),
          cartId: null,
          userId: null,
          guestTokenHash: null,
          email: 'many@example.com',
          shippingAddress: anAddress,
          currency: aCurrency('USD'),
          totals: {
            subtotalCents: 100,
            discountCents: 0,
            shippingCents: 0,
            taxCents: 0,
            totalCents: 100,
            taxIncluded: false,
          },
          taxes: [],
          taxRounding: 'document',
          promoCode: null,
          notes: null,
          checkoutKey: `bulk-${n}`,
          placedBy: system('test'),
          paymentRetryMinutes: 15,
          paymentWindowMinutes: 30,
          lines: [{ ...line, ...money, tracked: true }],
        })),
      ),
    );
    let pieces: string[] = [];
    const statements = await shop.countQueries(async () => {
      pieces = await read({ email: 'many@example.com' });
    });
    expect(statements.filter((text) => text.includes('from orders o'))).toEqual(atMost(3));
    expect(pieces).toHaveLength(4);
    const exported = parse(pieces.join(''))
      .slice(1)
      .map(([number]) => number);
    expect(exported.toSorted()).toEqual(placed.map((o) => o.orderNumber).toSorted());
  });

  it('the export writes amounts as decimals, and no cell that a spreadsheet would run', async () => {
    const product = await aProduct(shop.core, { priceCents: 1205 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const input = aCheckout(cart, { email: 'formula@example.com' });
    const order = await checkOut(shop.core, guest, {
      ...input,
      shippingAddress: { ...input.shippingAddress, firstName: '=HYPERLINK("http://evil.example")', lastName: 'X' },
    });
    const [head, ...rows] = (await read({ email: 'formula@example.com' })).join('').split('\n');
    expect(head).toContain('order_number,placed_at,status');
    expect(rows[0]).toContain(`"'=HYPERLINK(""http://evil.example"") X"`);
    expect(rows[0]).toContain(`24.10`);
    expect(rows[0]?.startsWith(order.orderNumber)).toBe(true);
  });

  it('the export contains the same orders as the list with the same filters', async () => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    const filters: OrderFilters = { status: 'confirmed', needsAttention: false };
    const cells = parse((await read(filters)).join(''));
    const listed = await numbers({ ...filters, pageSize: 100 });
    expect(cells.slice(1).map(([number]) => number)).toEqual(listed);
    expect(listed).toContain(order.orderNumber);
  });

  it('the export is refused to customers', async () => {
    const customer = await aCustomer(shop.core);
    await expect(exportOrders(shop.core, customer, {}).next()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
