import { contract, type Order } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGuestCart,
  anOrder,
  aPaidOrder,
  aProduct,
  aStaffMember,
  checkOut,
  aConsistentShop,
  race,
  there,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addCartItem, createCart } from '../carts/index.ts';
import { getProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { getOrder, shipOrder } from '../orders/index.ts';
import { createPriceList, deletePriceList, setPrices } from '../pricing/index.ts';
import { receiveReturn, requestReturn } from '../returns/index.ts';
import { editOrder, previewOrderEdit } from './index.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core);
await sql`insert into tax_rates (country_code, name, rate_ppm) values ('GB', 'VAT', 190000) on conflict do nothing`.execute(shop.core.db);
await sql`insert into promo_codes (id, code, percent_basis_points, usage_limit) values (gen_random_uuid(), 'ONCE', 1000, 1)`.execute(
  shop.core.db,
);

/** A paid order of three mugs at 3.33 and two pots at 19.99, with tax added. */
const sold = async () => {
  const [mug, pot] = [
    await aProduct(shop.core, { name: 'Mug', priceCents: 333 }),
    await aProduct(shop.core, { name: 'Pot', priceCents: 1999 }),
  ];
  const { order } = await anOrder(shop.core, [
    [mug, 3],
    [pot, 2],
  ]);
  return { order, mug, pot, mugId: variantOf(mug).id, potId: variantOf(pot).id };
};
type Lines = Parameters<typeof editOrder>[2]['lines'];
const edit = (order: Order, lines: Lines, reason?: string) =>
  editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines, ...(reason && { reason }) });
const refunded = (order: Order) => order.payments.reduce((sum, p) => sum + p.refundedCents, 0);
const availableOf = async (id: string) => (await getProduct(shop.core, system('test'), { id })).available;

describe('editing an order', () => {
  it('an edit that removes units refunds the difference to the cent and returns the units to stock', async () => {
    const { order, pot, mugId, potId } = await sold();
    const preview = await previewOrderEdit(shop.core, staff, { orderId: order.id, lines: [{ variantId: potId, quantity: 1 }] });
    expect(preview.totals).toMatchObject({ subtotalCents: 2998, taxCents: 190 + 380, totalCents: 2998 + 570 });
    expect(preview.differenceCents).toBe(preview.totals.totalCents - order.totalCents);
    expect(preview.lines.map((l) => [l.variantId, l.quantityBefore, l.quantity])).toEqual([
      [mugId, 3, 3],
      [potId, 2, 1],
    ]);
    const edited = await edit(order, [{ variantId: potId, quantity: 1 }], 'one was broken');
    expect(edited.totals).toEqual(preview.totals);
    expect(refunded(edited)).toBe(-preview.differenceCents);
    expect(edited).toMatchObject({ status: 'confirmed', itemCount: 4, paymentStatus: 'partially_refunded' });
    expect(edited.timeline.filter((t) => t.kind === 'edit').map((t) => t.detail)).toEqual(['2 → 1 × Pot: one was broken']);
    expect(await availableOf(pot.id)).toBe(9);
    const notes = await sql<{ cents: number }>`
      select n.total_cents as cents from credit_notes n join invoices v on v.id = n.invoice_id where v.order_id = ${order.id}`.execute(
      shop.core.db,
    );
    expect(notes.rows).toEqual([{ cents: -preview.differenceCents }]);
  });

  it('an edit that replaces items returns removed units to stock and sells added ones at the current price', async () => {
    const { order, mug, pot, potId, mugId } = await sold();
    const lid = await aProduct(shop.core, { name: 'Lid', priceCents: 500, stock: 4 });
    const edited = await edit(order, [
      { variantId: potId, quantity: 0 },
      { variantId: mugId, quantity: 5 },
      { variantId: variantOf(lid).id, quantity: 2 },
    ]);
    expect(edited.items.map((i) => [i.productName, i.quantity, i.unitPriceCents])).toEqual([
      ['Mug', 5, 333],
      ['Lid', 2, 500],
    ]);
    expect(await Promise.all([mug, pot, lid].map((p) => availableOf(p.id)))).toEqual([5, 10, 2]);
    const again = await edit(edited, [
      { variantId: potId, quantity: 1 },
      { variantId: mugId, quantity: 0 },
      { variantId: variantOf(lid).id, quantity: 1 },
    ]);
    expect(again.items.map((i) => [i.productName, i.quantity])).toEqual([
      ['Pot', 1],
      ['Lid', 1],
    ]);
    await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    const all = again.items.map((i) => ({ orderItemId: i.id, quantity: i.quantity }));
    const asked = await requestReturn(shop.core, staff, { orderId: order.id, items: all, reason: 'everything' });
    const back = await receiveReturn(shop.core, staff, { returnId: there(asked.returns[0]?.id) });
    expect(refunded(back)).toBe(order.totalCents);
    expect(await Promise.all([mug, pot, lid].map((p) => availableOf(p.id)))).toEqual([10, 10, 4]);
  });

  it('an edit prices added items for the customer group of the buyer’s account, as the cart did', async () => {
    const { mug, mugId, potId } = await sold();
    const customer = { ...(await aCustomer(shop.core)), customerGroup: 'trade' };
    await sql`update users set customer_group = 'trade' where id = ${customer.userId}`.execute(shop.core.db);
    const trade = contract.priceLists.create.input.parse({ name: 'Trade', currency: 'USD', customerGroup: 'trade' });
    const list = await createPriceList(shop.core, system('test'), trade);
    await setPrices(shop.core, system('test'), { id: list.id, prices: [{ variantId: potId, minQuantity: 1, priceCents: 1500 }] });
    const { cart } = await createCart(shop.core, customer, {});
    await addCartItem(shop.core, customer, { cartId: cart.id, variantId: mugId, quantity: 1 });
    const order = await checkOut(shop.core, customer, aCheckout(cart));
    const lines = [{ variantId: potId, quantity: 1 }];
    const preview = await previewOrderEdit(shop.core, staff, { orderId: order.id, lines });
    expect(preview.lines.map((line) => [line.productName, line.unitPriceCents])).toEqual([
      [mug.name, 333],
      ['Pot', 1500],
    ]);
    await deletePriceList(shop.core, system('test'), { id: list.id });
  });

  it('an edit recalculates the promo code, also when its last use was this order', async () => {
    const product = await aProduct(shop.core, { priceCents: 1000 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 3]]);
    await sql`update carts set promo_code = 'ONCE' where id = ${cart.id}`.execute(shop.core.db);
    const order = await checkOut(shop.core, guest, aCheckout(cart));
    expect(order.totals.discountCents).toBe(300);
    const edited = await edit(order, [{ variantId: variantOf(product).id, quantity: 1 }]);
    expect(edited.totals).toMatchObject({ subtotalCents: 1000, discountCents: 100, taxCents: 171, totalCents: 1071 });
  });

  it('an edit that would change nothing or remove every item is refused', async () => {
    const { order, mugId, potId } = await sold();
    const nothing = [mugId, potId].map((variantId) => ({ variantId, quantity: 0 }));
    await expect(edit(order, nothing)).rejects.toMatchObject({ code: 'ORDER_EDIT_REMOVES_ALL' });
    await expect(edit(order, [{ variantId: mugId, quantity: 3 }])).rejects.toMatchObject({ code: 'ORDER_EDIT_EMPTY' });
    expect((await getOrder(shop.core, staff, { orderId: order.id })).totals).toEqual(order.totals);
  });

  it('an edit changes nothing when stock is too short for one of the added items', async () => {
    const { order, mug, mugId, potId } = await sold();
    const short = edit(order, [
      { variantId: potId, quantity: 0 },
      { variantId: mugId, quantity: 11 },
    ]);
    await expect(short).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { requested: 8, available: 7 } });
    expect(await availableOf(mug.id)).toBe(7);
  });

  it('an edit with an outdated version of the order is refused, so that one of many concurrent edits succeeds', async () => {
    const { order, mugId } = await sold();
    const { won, refused, defects } = await race(10, (i) => edit(order, [{ variantId: mugId, quantity: 1 + (i % 2) }]));
    expect(defects).toEqual([]);
    expect([won.length, refused]).toEqual([1, { VERSION_MISMATCH: 9 }]);
  });

  it('an edit and a concurrent shipment or cancellation never leave an order half changed', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { order, mugId } = await sold();
      const others = [
        () => shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' }),
        () => cancelOrder(shop.core, staff, { orderId: order.id }),
      ];
      const other = there(others[round % 2]);
      const { won, defects } = await race(2, (i) => (i === 0 ? edit(order, [{ variantId: mugId, quantity: 1 }]) : other()));
      expect(defects).toEqual([]);
      expect(won.length).toBeGreaterThan(0);
    }
  });

  it('only a paid order that is not shipped or cancelled can be edited', async () => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core), 2);
    const shipped = await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    const late = edit(shipped, [{ variantId: there(order.items[0]?.variantId), quantity: 1 }]);
    await expect(late).rejects.toMatchObject({
      code: 'ORDER_NOT_EDITABLE',
      message: 'Only a paid order with no shipped items can be edited. This one is shipped.',
      details: { status: 'shipped' },
    });
    const asked = previewOrderEdit(shop.core, staff, {
      orderId: order.id,
      lines: [{ variantId: there(order.items[0]?.variantId), quantity: 1 }],
    });
    await expect(asked).rejects.toMatchObject({ code: 'ORDER_NOT_EDITABLE', details: { status: 'shipped' } });
  });

  it('an order that an edit makes free is shipped and edited like any other, and is cancelled as one that costs nothing', async () => {
    const [mug, gift] = [await aProduct(shop.core, { priceCents: 1000 }), await aProduct(shop.core, { name: 'Gift', priceCents: 0 })];
    const { order } = await aPaidOrder(shop.core, mug, 1);
    const exchange = [
      { variantId: variantOf(gift).id, quantity: 1 },
      { variantId: variantOf(mug).id, quantity: 0 },
    ];
    const free = await edit(order, exchange);
    expect([free.totalCents, free.paymentStatus, free.label]).toEqual([0, 'refunded', 'Paid']);
    const more = await edit(free, [{ variantId: variantOf(gift).id, quantity: 2 }]);
    const shipped = await shipOrder(shop.core, staff, { orderId: more.id, carrier: 'DHL', trackingNumber: '1' });
    expect([shipped.status, shipped.label, shipped.shippedCount]).toEqual(['shipped', 'Shipped', 2]);

    const { order: other } = await aPaidOrder(shop.core, mug, 1);
    const cancelled = await cancelOrder(shop.core, staff, { orderId: (await edit(other, exchange)).id });
    expect([cancelled.status, cancelled.label, await availableOf(gift.id)]).toEqual(['cancelled', 'Cancelled', 8]);
  });
});
