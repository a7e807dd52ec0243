import { contract } from '@cartwright/contracts';
import { aCustomer, aPaidOrder, aProduct, aStaffMember, aConsistentShop, race } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { getOrder, listOrders, listOrdersOfUser } from '../orders/index.ts';
import { cancelOrder, deleteOrder } from './index.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core);
const cancelled = async () => {
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  return cancelOrder(shop.core, staff, { orderId: order.id });
};
const listed = async (q: string) => (await listOrders(shop.core, staff, contract.orders.list.input.parse({ q }))).totalCount;

describe('deleting an order', () => {
  it('deleting a cancelled order removes it from the lists and keeps its records', async () => {
    const order = await cancelled();
    expect(await listed(order.orderNumber)).toBe(1);
    await deleteOrder(shop.core, staff, { orderId: order.id });
    expect(await listed(order.orderNumber)).toBe(0);
    const kept = await getOrder(shop.core, staff, { orderId: order.id });
    expect(kept.invoice).toEqual(order.invoice);
    expect(order.invoice?.number).toMatch(/\d$/);
    expect(kept.timeline.map((t) => t.detail)).toContain('Deleted; 0 pending refunds voided');
  });

  it('deleting an order voids each refund that was not sent to a provider once, and frees its amount', async () => {
    const order = await cancelled();
    await sql`update refunds set status = 'pending', processed_at = null, called_at = null, gateway_reference = null
      where payment_id in (select id from payments where order_id = ${order.id})`.execute(shop.core.db);
    await sql`update payments set status = 'captured', refunded_cents = 0 where order_id = ${order.id}`.execute(shop.core.db);
    await sql`update sandbox_charges set refunded_cents = 0 where reference in (select gateway_reference from payments where order_id = ${order.id})`.execute(
      shop.core.db,
    );
    const { won, defects } = await race(5, () => deleteOrder(shop.core, staff, { orderId: order.id }));
    expect(defects).toEqual([]);
    expect(won).toHaveLength(5);
    const payment = await shop.core.db
      .selectFrom('payments')
      .select('refundClaimedCents')
      .where('orderId', '=', order.id)
      .executeTakeFirst();
    expect(payment).toEqual({ refundClaimedCents: 0 });
    const seen = await getOrder(shop.core, staff, { orderId: order.id });
    expect(seen.payments[0]?.refunds.map((r) => r.status)).toEqual(['voided']);
    expect(seen.staffNotes).toHaveLength(1);
  });

  it('deleting an order is refused to support, and for an order that is not cancelled', async () => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await expect(deleteOrder(shop.core, staff, { orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_NOT_CANCELLED' });
    const support = await aStaffMember(shop.core, 'support');
    expect(() => deleteOrder(shop.core, support, { orderId: order.id })).toThrow('payments:refund');
  });
});

describe('the orders of a user', () => {
  it('the orders of a user are listed for that user and for staff; to others the user does not exist', async () => {
    const [owner, other] = [await aCustomer(shop.core), await aCustomer(shop.core)];
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await sql`update orders set user_id = ${owner.userId} where id = ${order.id}`.execute(shop.core.db);
    const input = contract.orders.listForUser.input.parse({ userId: owner.userId });
    for (const actor of [owner, staff])
      expect((await listOrdersOfUser(shop.core, actor, input)).items.map((o) => o.orderNumber)).toEqual([order.orderNumber]);
    await expect(listOrdersOfUser(shop.core, other, input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(listOrdersOfUser(shop.core, { kind: 'guest', cartToken: null }, input)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
