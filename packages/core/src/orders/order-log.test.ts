import { contract, formatMoney } from '@cartwright/contracts';
import {
  aCheckout,
  aConsistentShop,
  aCustomer,
  aGuestCart,
  anAddress,
  aPaidOrder,
  aProduct,
  aStaffMember,
  checkOut,
  race,
  there,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Actor, DomainError } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { addOrderNote, getOrder, shipOrder, updateOrderAddress } from './index.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core, 'support');
const admin = await aStaffMember(shop.core);
const sold = async () => aPaidOrder(shop.core, await aProduct(shop.core));
const moved = { ...anAddress, line1: '10 Downing Street' };
const events = async (orderId: string, name: string) =>
  (
    await sql<{ n: number }>`select count(*)::int as n from outbox_events where aggregate_id = ${orderId} and name = ${name}`.execute(
      shop.core.db,
    )
  ).rows[0]?.n;

describe('order notes', () => {
  it('a note is visible to staff only unless it is marked as visible', async () => {
    const { guest, order } = await sold();
    await addOrderNote(shop.core, staff, { orderId: order.id, text: 'calls often', customerVisible: false });
    const noted = await addOrderNote(shop.core, staff, { orderId: order.id, text: 'We add a card.', customerVisible: true });
    expect(noted.staffNotes.map((n) => [n.text, n.author])).toEqual([
      ['calls often', 'staff'],
      ['We add a card.', 'staff'],
    ]);
    const seen = await getOrder(shop.core, guest, { orderId: order.id });
    expect(seen.staffNotes.map((n) => n.text)).toEqual(['We add a card.']);
    expect(seen.timeline.filter((t) => t.kind === 'note').map((t) => t.detail)).toEqual(['We add a card.']);
  });

  it('a note cannot be changed or deleted, not even in the database', async () => {
    const { order } = await sold();
    await addOrderNote(shop.core, staff, { orderId: order.id, text: 'as it was', customerVisible: false });
    await expect(sql`update order_log set text_sealed = 'other' where order_id = ${order.id}`.execute(shop.core.db)).rejects.toThrow(
      'append-only',
    );
  });

  it('the buyer does not see the note of staff beside a status change', async () => {
    const { guest, order } = await sold();
    const cancelled = await cancelOrder(shop.core, admin, { orderId: order.id, note: 'looks like fraud' });
    expect(cancelled.timeline.map((t) => t.detail)).toContain('looks like fraud');
    const seen = await getOrder(shop.core, guest, { orderId: order.id });
    expect(JSON.stringify(seen)).not.toContain('fraud');
  });

  it('the timeline tells staff why a payment failed and the buyer what to do, and keeps the reason of the issuer from the buyer', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 1_999 }), 1]]);
    const refusal: unknown = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_decline' })).catch((error: unknown) => error);
    const { orderId } = contract.orders.get.input.parse({ orderId: (refusal as DomainError).details?.['orderId'] });
    const failure = async (viewer: Actor) => {
      const { timeline, currency, payments } = await getOrder(shop.core, viewer, { orderId });
      return {
        detail: timeline.find((t) => t.title === 'Payment failed')?.detail,
        amount: formatMoney(there(payments[0]).amountCents, currency),
      };
    };
    const { detail, amount } = await failure(staff);
    expect(detail).toBe(`The charge of ${amount} by sandbox failed: card declined.`);
    const seen = await failure(guest);
    expect(seen.detail).toContain('Try again, or use another payment method.');
    expect(JSON.stringify(await getOrder(shop.core, guest, { orderId }))).not.toMatch(/card[ _]declined/);
  });

  it('only staff can write notes', async () => {
    const { guest, order } = await sold();
    expect(() => addOrderNote(shop.core, guest, { orderId: order.id, text: 'x', customerVisible: true })).toThrow('Sign in');
  });
});

describe('the address of an order', () => {
  it('the buyer can change the address of an order until an item is shipped, which is announced once', async () => {
    const { guest, order } = await sold();
    const changed = await updateOrderAddress(shop.core, guest, { orderId: order.id, shippingAddress: moved });
    expect(changed.shippingAddress?.line1).toBe('10 Downing Street');
    expect(changed.timeline.filter((t) => t.kind === 'address')).toMatchObject([{ title: 'Address changed', actor: 'guest' }]);
    await updateOrderAddress(shop.core, guest, { orderId: order.id, shippingAddress: moved });
    expect(await events(order.id, 'order.address_updated')).toBe(1);
    await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    await expect(updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress: anAddress })).rejects.toMatchObject({
      code: 'ORDER_NOT_EDITABLE',
      message: 'The address can only be changed before anything has shipped. This order is shipped.',
    });
  });

  it('the address of an order must stay in the country and region for which tax and shipping were calculated', async () => {
    const { order } = await sold();
    for (const elsewhere of [
      { ...moved, countryCode: 'FR' },
      { ...moved, region: 'SCT' },
    ])
      await expect(updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress: elsewhere })).rejects.toMatchObject({
        code: 'ADDRESS_CHANGES_TAX',
        details: { countryCode: 'GB' },
      });
  });

  it('a stranger cannot change the address of an order', async () => {
    const { order } = await sold();
    const stranger = await aCustomer(shop.core);
    await expect(updateOrderAddress(shop.core, stranger, { orderId: order.id, shippingAddress: moved })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('an address change that races with a shipment never changes the address of the parcel', async () => {
    const { order } = await sold();
    const { defects, won } = await race(2, (i) =>
      i === 0
        ? updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress: moved })
        : shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' }),
    );
    expect(defects).toEqual([]);
    const after = await getOrder(shop.core, staff, { orderId: order.id });
    expect(after.status).toBe('shipped');
    expect(after.shippingAddress?.line1 === moved.line1).toBe(won.length === 2);
  });
});
