import { contract, returnStatuses, type Order, type OrderReturnId } from '@cartwright/contracts';
import { aCheckout, aCustomer, aGuestCart, aProduct, aStaffMember, atMost, checkOut, aConsistentShop, race } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { getProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { isCheckViolation, system, type GuestActor } from '../kernel/index.ts';
import { claimPurchases, deliverOrder, getOrder, listOrders, shipOrder } from '../orders/index.ts';
import { refundPayment } from '../payments/index.ts';
import { transact } from '../kernel/index.ts';
import { decideReturn, listReturns, receiveReturn, requestReturn } from './index.ts';
import { refundShare } from './refund-share.ts';
import { returnTransitions } from './return.state.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core);
await sql`insert into tax_rates (country_code, name, rate_ppm) values ('GB', 'VAT', 190000) on conflict do nothing`.execute(shop.core.db);
await sql`
  with method as (insert into shipping_methods (id, name, currency, countries)
  values (gen_random_uuid(), 'Post', 'USD', '{GB}') returning id)
  insert into shipping_bands (method_id, position, price_cents) select id, 0, 490 from method`.execute(shop.core.db);

interface Sold {
  readonly guest: GuestActor;
  readonly order: Order;
  readonly productId: string;
}
/** A shipped order of three mugs at 3.33 and one pot at 19.99, with tax added and paid shipping. */
const shipped = async (): Promise<Sold> => {
  const mug = await aProduct(shop.core, { name: 'Mug', priceCents: 333, stock: 10 });
  const pot = await aProduct(shop.core, { name: 'Pot', priceCents: 1999, stock: 10 });
  const { guest, cart } = await aGuestCart(shop.core, [
    [mug, 3],
    [pot, 1],
  ]);
  const order = await checkOut(shop.core, guest, aCheckout(cart));
  return { guest, productId: mug.id, order: await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' }) };
};
const delivered = async (): Promise<Sold> => {
  const sold = await shipped();
  return { ...sold, order: await deliverOrder(shop.core, staff, { orderId: sold.order.id }) };
};
const lineOf = (order: Order, index = 0) => {
  const line = order.items[index];
  if (!line) throw new Error(`The order has no line ${index}`);
  return line;
};
const returnOf = (order: Order, index = 0): OrderReturnId => {
  const back = order.returns[index];
  if (!back) throw new Error(`The order has no return ${index}`);
  return back.id;
};
const items = (order: Order, quantity: number, index = 0) => [{ orderItemId: lineOf(order, index).id, quantity }];
const everything = (order: Order) => order.items.map((line) => ({ orderItemId: line.id, quantity: line.quantity }));
const refunded = (order: Order) => order.payments.reduce((sum, p) => sum + p.refundedCents, 0);
const availableOf = async (id: string) => (await getProduct(shop.core, system('test'), { id })).available;
const returnAndReceive = async (order: Order, wanted = everything(order)) => {
  const asked = await requestReturn(shop.core, staff, { orderId: order.id, items: wanted, reason: 'too big' });
  return receiveReturn(shop.core, staff, { returnId: returnOf(asked, asked.returns.length - 1) });
};

describe('returns', () => {
  it('the buyer requests a return, staff approve and receive it, and the buyer is refunded to the cent', async () => {
    const { guest, order, productId } = await delivered();
    const asked = await requestReturn(shop.core, guest, { orderId: order.id, items: items(order, 2), reason: 'chipped' });
    expect(asked.returns[0]).toMatchObject({ status: 'requested', requestedBy: 'guest', refundCents: 0 });
    expect(asked.attention).toContain('return_requested');
    const returnId = returnOf(asked);
    await expect(receiveReturn(shop.core, staff, { returnId })).rejects.toMatchObject({ code: 'RETURN_NOT_RECEIVABLE' });
    await decideReturn(shop.core, staff, { returnId, approve: true, note: 'sorry' });
    const back = await receiveReturn(shop.core, staff, { returnId });
    const line = lineOf(order);
    const share = Math.round((2 * (line.lineTotalCents + line.taxCents)) / 3);
    expect(back.returns[0]).toMatchObject({ status: 'received', refundCents: share, refundStatus: 'processed' });
    expect(back).toMatchObject({ status: 'delivered', label: 'Partly returned', returnedCount: 2, paymentStatus: 'partially_refunded' });
    expect(refunded(back)).toBe(share);
    expect(await availableOf(productId)).toBe(9);
    expect(back.timeline.filter((t) => t.kind === 'return').map((t) => [t.title, t.actor])).toEqual([
      ['Return requested', 'guest'],
      ['Return approved', 'staff'],
      ['Return received', 'staff'],
    ]);
  });

  it('returns in any steps add up to the order, shipping with the last unit, and a delivered order stays delivered', async () => {
    const { order } = await delivered();
    for (let unit = 0; unit < 3; unit += 1) await returnAndReceive(order, items(order, 1));
    const before = await getOrder(shop.core, staff, { orderId: order.id });
    expect(refunded(before)).toBe(lineOf(order).lineTotalCents + lineOf(order).taxCents);
    const all = await returnAndReceive(order, items(order, 1, 1));
    expect(order.totals).toMatchObject({ shippingCents: 490 });
    expect(refunded(all)).toBe(order.totalCents);
    expect(all).toMatchObject({ status: 'delivered', label: 'Refunded', paymentStatus: 'refunded', returnedCount: 4 });
  });

  it('a return of everything that never arrived cancels the order as returned', async () => {
    const { order, productId } = await shipped();
    const back = await returnAndReceive(order);
    expect(back).toMatchObject({ status: 'cancelled', cancellationReason: 'returned', paymentStatus: 'refunded' });
    expect(refunded(back)).toBe(order.totalCents);
    expect(await availableOf(productId)).toBe(10);
  });

  it('receiving a return restocks the stated units and leaves units that did not arrive with the buyer', async () => {
    const { order, productId } = await delivered();
    const asked = await requestReturn(shop.core, staff, { orderId: order.id, items: items(order, 3), reason: 'wrong colour' });
    const line = lineOf(order);
    const arrived = [{ orderItemId: line.id, receivedQuantity: 2, restockQuantity: 1 }];
    const back = await receiveReturn(shop.core, staff, { returnId: returnOf(asked), items: arrived });
    expect(lineOf(back)).toMatchObject({ claimedQuantity: 2, returnedQuantity: 2 });
    expect(back.returns[0]?.items[0]).toMatchObject({ quantity: 3, receivedQuantity: 2, restockedQuantity: 1 });
    expect(await availableOf(productId)).toBe(8);
    expect((await returnAndReceive(order, items(order, 1))).returnedCount).toBe(3);
  });

  it('a return never refunds more than is left of the payment', async () => {
    const { order } = await delivered();
    const paymentId = order.payments[0]?.id;
    if (!paymentId) throw new Error('The order was not paid');
    await refundPayment(shop.core, staff, { paymentId, amountCents: order.totalCents - 100, reason: 'goodwill' });
    const back = await returnAndReceive(order);
    expect(back.returns[0]?.refundCents).toBe(100);
    expect(refunded(back)).toBe(order.totalCents);
  });

  it('concurrent return requests contain each unit once', async () => {
    const { guest, order } = await delivered();
    const { won, refused, defects } = await race(20, () =>
      requestReturn(shop.core, guest, { orderId: order.id, items: items(order, 1), reason: 'spare' }),
    );
    expect(defects).toEqual([]);
    expect([won.length, refused]).toEqual([3, { QUANTITY_EXCEEDS_ORDER: 17 }]);
    const overclaim = sql`update order_items set claimed_quantity = shipped_quantity + 1 where order_id = ${order.id}`.execute(
      shop.core.db,
    );
    await expect(overclaim).rejects.toSatisfy((error) => isCheckViolation(error, 'order_items_returned'));
  });

  it('a return that is received many times at once is restocked and refunded once', async () => {
    const { order } = await delivered();
    const asked = await requestReturn(shop.core, staff, { orderId: order.id, items: everything(order), reason: 'double click' });
    const { won, refused, defects } = await race(10, () => receiveReturn(shop.core, staff, { returnId: returnOf(asked) }));
    expect(defects).toEqual([]);
    expect([won.length, refused]).toEqual([1, { RETURN_NOT_RECEIVABLE: 9 }]);
    expect(refunded(await getOrder(shop.core, staff, { orderId: order.id }))).toBe(order.totalCents);
  });

  it('the units of a refused return stay with the buyer and can be requested again', async () => {
    const { guest, order } = await delivered();
    const asked = await requestReturn(shop.core, guest, { orderId: order.id, items: items(order, 3), reason: 'used' });
    const refusal = await decideReturn(shop.core, staff, { returnId: returnOf(asked), approve: false, note: 'worn' });
    expect(refusal.returns[0]).toMatchObject({ status: 'rejected', decisionNote: 'worn' });
    expect(lineOf(refusal).claimedQuantity).toBe(0);
    await expect(decideReturn(shop.core, staff, { returnId: returnOf(asked), approve: true })).rejects.toMatchObject({
      code: 'RETURN_ALREADY_DECIDED',
    });
    expect((await requestReturn(shop.core, guest, { orderId: order.id, items: items(order, 3), reason: 'again' })).returns).toHaveLength(2);
  });

  it('a return is for staff and for the buyer of a delivered order; to others it does not exist', async () => {
    const { guest, order } = await shipped();
    const input = { orderId: order.id, items: items(order, 1), reason: 'no' };
    await expect(requestReturn(shop.core, guest, input)).rejects.toMatchObject({ code: 'ORDER_NOT_RETURNABLE' });
    await expect(requestReturn(shop.core, await aCustomer(shop.core), input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(listReturns(shop.core, guest, contract.returns.list.input.parse({}))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('units of a received return are not restocked or refunded again when the rest of the order is cancelled', async () => {
    const { order, productId } = await shipped();
    await returnAndReceive(order, items(order, 2));
    const cancelled = await cancelOrder(shop.core, staff, { orderId: order.id });
    expect(refunded(cancelled)).toBe(order.totalCents);
    expect(await availableOf(productId)).toBe(9);
    await receiveReturn(shop.core, staff, { returnId: returnOf(cancelled, 1) });
    expect(await availableOf(productId)).toBe(10);
  });

  it('a return of everything ends the count against a purchase limit, and a partial one does not', async () => {
    const { order } = await delivered();
    const scope = crypto.randomUUID();
    await transact(shop.core, (tx) => claimPurchases(tx, scope, [{ orderId: order.id, identity: 'somebody', units: 4 }]));
    const counted = () => shop.core.db.selectFrom('purchase_counts').select('units').where('scopeId', '=', scope).executeTakeFirstOrThrow();
    await returnAndReceive(order, items(order, 3));
    expect(await counted()).toEqual({ units: 4 });
    await returnAndReceive(order, items(order, 1, 1));
    expect(await counted()).toEqual({ units: 0 });
  });

  it('returns are listed for staff, newest first, in one statement', async () => {
    const input = contract.returns.list.input.parse({ status: 'requested', pageSize: 5 });
    const page = await listReturns(shop.core, staff, input);
    expect(page.items.every((r) => r.status === 'requested')).toBe(true);
    expect(page.items.length).toBeGreaterThan(0);
    expect(await shop.countQueries(() => listReturns(shop.core, staff, input))).toEqual(atMost(1));
    const waiting = await listOrders(shop.core, staff, contract.orders.list.input.parse({ needsAttention: true }));
    expect(waiting.items.map((o) => o.orderNumber)).toContain(page.items[0]?.orderNumber);
  });
});

describe('the states of a return', () => {
  it('every state of a return except the first follows from another one, and two of them are final', () => {
    expect(Object.keys(returnTransitions).toSorted()).toEqual([...returnStatuses].toSorted());
    const reached: readonly string[] = Object.values(returnTransitions).flat();
    expect(returnStatuses.filter((status) => !reached.includes(status))).toEqual(['requested']);
    expect(returnStatuses.filter((status) => returnTransitions[status].length === 0)).toEqual(['rejected', 'received']);
  });
});

describe('refundShare', () => {
  it('refundShare adds up to what the line cost, whatever the steps', () => {
    for (let quantity = 1; quantity <= 12; quantity += 1)
      for (const lineTotalCents of [1, 10, 99, 1000, 33_333]) {
        const line = { quantity, lineTotalCents, discountCents: Math.floor(lineTotalCents / 3), taxCents: Math.floor(lineTotalCents / 7) };
        let sum = 0;
        for (let before = 0; before < quantity;) {
          const units = Math.min(quantity - before, 1 + (before % 3));
          const share = refundShare(line, before, units, false);
          expect(share).toBeGreaterThanOrEqual(0);
          sum += share;
          before += units;
        }
        expect(sum).toBe(line.lineTotalCents - line.discountCents + line.taxCents);
        expect(refundShare(line, 0, quantity, true)).toBe(line.lineTotalCents - line.discountCents);
      }
  });
});
