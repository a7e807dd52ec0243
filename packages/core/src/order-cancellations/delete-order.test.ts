import { contract } from '@cartwright/contracts';
import {
  aCheckout,
  aConsistentShop,
  aCustomer,
  aGuestCart,
  aKey,
  anAddress,
  aPaidOrder,
  aProduct,
  aStaffMember,
  race,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { completeCheckout, getCheckoutStatus, retryPayment } from '../checkout/index.ts';
import { listInvoices } from '../invoicing/index.ts';
import type { Actor } from '../kernel/index.ts';
import { payEdit, withdrawEdit } from '../order-edits/index.ts';
import { getOrder, listOrders, listOrdersOfUser, updateOrderAddress } from '../orders/index.ts';
import { getPayment, listPaymentsForOrder } from '../payments/index.ts';
import { requestReturn } from '../returns/index.ts';
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
    expect(kept).toMatchObject({ label: 'Deleted', deletedBy: 'staff' });
    expect(order).toMatchObject({ deletedAt: null, deletedBy: null });
    expect(kept.timeline.at(-1)).toEqual({ at: kept.deletedAt, kind: 'note', title: 'Order deleted', detail: null, actor: 'staff' });
  });

  it('deleting an order voids each refund that was not sent to a provider once, and frees its amount', async () => {
    const order = await cancelled();
    await sql`update refunds set status = 'pending', processed_at = null, called_at = null, gateway_reference = null
      where payment_id in (select id from payments where order_id = ${order.id})`.execute(shop.core.db);
    await sql`update payments set status = 'captured', refunded_cents = 0 where order_id = ${order.id}`.execute(shop.core.db);
    await sql`update sandbox_charges set refunded_cents = 0
      where reference in (select gateway_reference from payments where order_id = ${order.id})`.execute(shop.core.db);
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
    expect(seen.staffNotes.map(({ text }) => text)).toEqual(['Order deleted; 1 pending refund voided']);
  });

  it('deleting an order is refused to support, and for an order that is not cancelled', async () => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await expect(deleteOrder(shop.core, staff, { orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_NOT_CANCELLED' });
    const support = await aStaffMember(shop.core, 'support');
    expect(() => deleteOrder(shop.core, support, { orderId: order.id })).toThrow('payments:refund');
  });

  it('a deleted order is NOT_FOUND to its buyer in every read and call, and its invoice is not listed; staff still read both', async () => {
    const buyer = await aCustomer(shop.core);
    const { guest, order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await sql`update orders set user_id = ${buyer.userId} where id = ${order.id}`.execute(shop.core.db);
    await cancelOrder(shop.core, staff, { orderId: order.id });
    const page = contract.invoices.list.input.parse({});
    const numbers = async (actor: Actor) => (await listInvoices(shop.core, actor, page)).items.map(({ number }) => number);
    const [paymentId, orderItemId] = [order.payments[0]?.id, order.items[0]?.id];
    if (!paymentId || !orderItemId) throw new Error('The order has no payment or no line');
    const orderId = order.id;
    const reason = 'the size does not fit';
    const calls = (actor: Actor): Promise<unknown>[] => [
      getOrder(shop.core, actor, { orderId }),
      listPaymentsForOrder(shop.core, actor, { orderId }),
      getPayment(shop.core, actor, { paymentId }),
      getCheckoutStatus(shop.core, actor, { orderId }),
      cancelOrder(shop.core, actor, { orderId }),
      withdrawEdit(shop.core, actor, { orderId }),
      payEdit(shop.core, actor, { orderId }),
      retryPayment(shop.core, actor, contract.checkout.retryPayment.input.parse({ orderId, payment: { token: 'tok_success' } }), {
        idempotencyKey: aKey(),
      }),
      requestReturn(shop.core, actor, { orderId, items: [{ orderItemId, quantity: 1 }], reason }),
      updateOrderAddress(shop.core, actor, { orderId, shippingAddress: anAddress }),
    ];
    expect(await numbers(buyer)).toEqual([order.invoice?.number]);
    await deleteOrder(shop.core, staff, { orderId });
    for (const actor of [buyer, guest])
      for (const outcome of await Promise.allSettled(calls(actor)))
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } });
    expect(await numbers(buyer)).toEqual([]);
    expect(await numbers(staff)).toContain(order.invoice?.number);
    expect(await getOrder(shop.core, staff, { orderId })).toMatchObject({ id: orderId, status: 'cancelled' });
  });

  it('a repeated checkout of a deleted order is NOT_FOUND, and places no other order', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    const [input, idempotencyKey] = [aCheckout(cart), aKey()];
    const order = await completeCheckout(shop.core, guest, input, { idempotencyKey });
    await cancelOrder(shop.core, staff, { orderId: order.id });
    await deleteOrder(shop.core, staff, { orderId: order.id });
    await expect(completeCheckout(shop.core, guest, input, { idempotencyKey })).rejects.toMatchObject({ code: 'NOT_FOUND' });
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
