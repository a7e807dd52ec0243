/** Edits with a higher total: proposed, paid, lapsed, withdrawn. */
import { contract, type Order } from '@cartwright/contracts';
import {
  anAddress,
  anAddressIn,
  anOrder,
  aProduct,
  aStaffMember,
  aConsistentShop,
  letPass,
  race,
  there,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { getProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { getOrder, shipOrder, updateOrderAddress } from '../orders/index.ts';
import { decideSandboxCharge, listDiscrepancies, reconcilePayments } from '../payments/index.ts';
import { receiveReturn, requestReturn } from '../returns/index.ts';
import { advanceEdits, editLink, editOrder, openEditLink, payEdit, previewOrderEdit, withdrawEdit } from './index.ts';

const shop = await aConsistentShop({ settle: (core) => reconcilePayments(core, 0) });
const staff = await aStaffMember(shop.core);
await sql`insert into tax_rates (country_code, name, rate_ppm) values ('GB', 'VAT', 190000), ('FR', 'TVA', 200000)`.execute(shop.core.db);

/** A paid order of one mug at 10.00, with tax added; stock is ten. */
const sold = async (token = 'tok_success') => {
  const mug = await aProduct(shop.core, { name: 'Mug', priceCents: 1000 });
  const { guest, order } = await anOrder(shop.core, [[mug, 1]], { token });
  return { guest, order, mug, variantId: variantOf(mug).id };
};
type Change = Partial<Parameters<typeof editOrder>[2]>;
const edit = (order: Order, change: Change) =>
  editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines: [], ...change });
const withQuantity = (variantId: string, quantity: number): Change =>
  contract.orders.previewEdit.input.pick({ lines: true }).parse({ lines: [{ variantId, quantity }] });
const read = (order: Order) => getOrder(shop.core, staff, { orderId: order.id });
const availableOf = async (id: string) => (await getProduct(shop.core, system('test'), { id })).available;
const referenceOf = (url: string | null | undefined) => (url ?? '').split('/').at(-1) ?? '';
const pageOf = async (order: Order) => referenceOf((await payEdit(shop.core, staff, { orderId: order.id })).action?.url);
const captured = (order: Order) => order.payments.filter((p) => p.capturedAt && !p.supersededAt).reduce((sum, p) => sum + p.amountCents, 0);
const refunded = (order: Order) => order.payments.reduce((sum, p) => sum + p.refundedCents, 0);
/** An order whose edit to three mugs waits on the provider's payment page. */
const aWaitingEdit = async () => {
  const before = await sold('tok_once');
  return { ...before, order: await edit(before.order, withQuantity(before.variantId, 3)) };
};

describe('an edit with a higher total', () => {
  it("an edit with a higher total is charged to the order's payment method, applied with the payment and invoiced separately", async () => {
    const { order, mug, variantId } = await sold();
    const preview = await previewOrderEdit(shop.core, staff, { orderId: order.id, lines: [], ...withQuantity(variantId, 3) });
    expect(preview.differenceCents).toBe(2380);
    const edited = await edit(order, { ...withQuantity(variantId, 3), reason: 'two more for the office' });
    expect(edited).toMatchObject({ totalCents: 3570, itemCount: 3, status: 'confirmed', label: 'Paid' });
    expect(edited.edits).toMatchObject([{ status: 'applied', differenceCents: 2380, totalCents: 3570, reason: 'two more for the office' }]);
    expect(edited.payments.map((p) => [p.purpose, p.amountCents, p.status])).toEqual([
      ['difference', 2380, 'captured'],
      ['order', 1190, 'captured'],
    ]);
    expect(edited.differenceInvoices.map((invoice) => invoice.totalCents)).toEqual([2380]);
    expect(edited.timeline.map((t) => t.title)).toEqual(expect.arrayContaining(['Difference paid', 'Order edited']));
    expect(await availableOf(mug.id)).toBe(7);
  });

  it('an edit whose payment method cannot be charged again waits for the buyer with its units held, and is applied once it is paid', async () => {
    const { order, mug } = await aWaitingEdit();
    expect(order).toMatchObject({ totalCents: 1190, itemCount: 1, paymentStatus: 'captured', label: 'Paid', attention: [] });
    expect(order.edits).toMatchObject([{ status: 'awaiting_payment', lines: [{ quantityBefore: 1, quantity: 3 }] }]);
    expect(await availableOf(mug.id)).toBe(7);
    await decideSandboxCharge(shop.core, await pageOf(order), true);
    expect(await read(order)).toMatchObject({ totalCents: 3570, itemCount: 3, edits: [{ status: 'applied' }] });
    expect(await availableOf(mug.id)).toBe(7);
  });

  it('an edit whose saved payment method is declined opens one page of the provider', async () => {
    const { order, variantId } = await sold();
    await sql`update payments set token = 'tok_decline' where order_id = ${order.id}`.execute(shop.core.db);
    const proposed = await edit(order, withQuantity(variantId, 2));
    expect(proposed.edits).toMatchObject([{ status: 'awaiting_payment' }]);
    expect(proposed.payments.map((p) => [p.purpose, p.status, p.needsAction])).toEqual([
      ['difference', 'pending', true],
      ['difference', 'failed', false],
      ['order', 'captured', false],
    ]);
    await decideSandboxCharge(shop.core, await pageOf(order), false);
    expect(await advanceEdits(shop.core)).toEqual({ lapsed: 0, resumed: 0 });
    const page = await pageOf(order);
    await decideSandboxCharge(shop.core, page, true);
    expect((await read(order)).edits).toMatchObject([{ status: 'applied' }]);
  });

  it('the link in the mail opens a new payment page for an edit after the first one failed, and shows the applied edit once it is paid', async () => {
    const { order } = await aWaitingEdit();
    const token = referenceOf(editLink(shop.core, there(order.edits[0]?.id)));
    const first = await openEditLink(shop.core, token);
    await decideSandboxCharge(shop.core, referenceOf(first.action?.url), false);
    const second = await openEditLink(shop.core, token);
    expect(second.action?.url).not.toBe(first.action?.url);
    await decideSandboxCharge(shop.core, referenceOf(second.action?.url), true);
    expect(await openEditLink(shop.core, token)).toMatchObject({ status: 'applied', action: null, orderNumber: order.orderNumber });
    await expect(openEditLink(shop.core, `${token}0`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the buyer pays an edit with another payment method, and nobody else can', async () => {
    const { order, guest } = await aWaitingEdit();
    const another = contract.orders.payEdit.input.parse({ orderId: order.id, payment: { token: 'tok_success' } });
    const stranger = await sold();
    await expect(payEdit(shop.core, stranger.guest, another)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const refused = contract.orders.payEdit.input.parse({ orderId: order.id, payment: { token: 'tok_decline' } });
    await expect(payEdit(shop.core, guest, refused)).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
      details: { orderId: order.id, orderNumber: order.orderNumber, expiresAt: order.edits[0]?.expiresAt },
    });
    expect(await payEdit(shop.core, guest, another)).toMatchObject({ status: 'applied', action: null });
    expect(captured(await read(order))).toBe(3570);
  });

  it('an edit that is not paid in time lapses: its units are released and the order stays unchanged', async () => {
    const { order, mug } = await aWaitingEdit();
    const page = await pageOf(order);
    await letPass(shop.core, 72 * 60 - 5);
    expect((await advanceEdits(shop.core)).lapsed).toBe(0);
    await letPass(shop.core, 10);
    expect((await advanceEdits(shop.core)).lapsed).toBeGreaterThan(0);
    const after = await read(order);
    expect(after).toMatchObject({ totalCents: 1190, itemCount: 1, edits: [{ status: 'lapsed' }], label: 'Paid' });
    expect(after.timeline.at(-1)?.title).toBe('Change not paid, the order stays as it was');
    expect(await availableOf(mug.id)).toBe(9);
    await decideSandboxCharge(shop.core, page, true);
    expect(captured(await read(order))).toBe(1190);
    expect((await edit(after, withQuantity(variantOf(mug).id, 2))).edits).toHaveLength(2);
  });

  it('a pending edit blocks shipping, other edits and address changes of its order until it is withdrawn', async () => {
    const { order, guest, mug, variantId } = await aWaitingEdit();
    const refusal = { code: 'ORDER_EDIT_PENDING', details: { editId: order.edits[0]?.id } };
    await expect(shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' })).rejects.toMatchObject(refusal);
    await expect(edit(order, withQuantity(variantId, 1))).rejects.toMatchObject(refusal);
    await expect(
      updateOrderAddress(shop.core, guest, { orderId: order.id, shippingAddress: { ...anAddress, line1: '2' } }),
    ).rejects.toMatchObject(refusal);
    const back = await withdrawEdit(shop.core, guest, { orderId: order.id });
    expect(back).toMatchObject({ totalCents: 1190, edits: [{ status: 'withdrawn' }] });
    expect(await availableOf(mug.id)).toBe(9);
    await expect(withdrawEdit(shop.core, staff, { orderId: order.id })).rejects.toMatchObject({ code: 'NO_PENDING_EDIT' });
    expect((await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' })).status).toBe('shipped');
  });

  it('an edit that adds more units than are available is refused and holds none', async () => {
    const { order, mug, variantId } = await sold('tok_once');
    await expect(edit(order, withQuantity(variantId, 11))).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { available: 9 } });
    expect((await read(order)).edits).toEqual([]);
    expect(await availableOf(mug.id)).toBe(9);
  });

  it('an edit to another country recalculates tax and shipping', async () => {
    const { order } = await sold('tok_once');
    const shippingAddress = anAddressIn('FR', { city: 'Lille' });
    const preview = await previewOrderEdit(shop.core, staff, { orderId: order.id, lines: [], shippingAddress });
    expect(preview).toMatchObject({ differenceCents: 10, totals: { taxCents: 200, totalCents: 1200 } });
    const proposed = await edit(order, { shippingAddress });
    expect(proposed.shippingAddress?.countryCode).toBe('GB');
    await decideSandboxCharge(shop.core, await pageOf(order), true);
    const moved = await read(order);
    expect(moved).toMatchObject({ totalCents: 1200, shippingAddress, edits: [{ status: 'applied', changesAddress: true }] });
    expect(moved.timeline.map((t) => t.kind)).toContain('address');
  });

  it('cancelling an order refunds its applied edit and withdraws its pending one', async () => {
    const paid = await sold();
    await edit(paid.order, withQuantity(paid.variantId, 3));
    const cancelled = await cancelOrder(shop.core, staff, { orderId: paid.order.id });
    expect([refunded(cancelled), captured(cancelled), cancelled.label]).toEqual([3570, 3570, 'Refunded']);
    expect(await availableOf(paid.mug.id)).toBe(10);
    const open = await aWaitingEdit();
    const cancelledOpen = await cancelOrder(shop.core, staff, { orderId: open.order.id });
    expect([refunded(cancelledOpen), cancelledOpen.edits[0]?.status]).toEqual([1190, 'withdrawn']);
    expect(await availableOf(open.mug.id)).toBe(10);
  });

  it('an order with a paid edit can be returned in parts, each refunded at its share, from the newest payment first', async () => {
    const { order, variantId } = await sold();
    await edit(order, withQuantity(variantId, 3));
    const shipped = await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    const returnUnits = async (quantity: number) => {
      const items = [{ orderItemId: there(shipped.items[0]?.id), quantity }];
      const asked = await requestReturn(shop.core, staff, { orderId: order.id, items, reason: 'too many' });
      return receiveReturn(shop.core, staff, { returnId: there(asked.returns.at(-1)?.id) });
    };
    const once = await returnUnits(1);
    expect(once.payments.map((p) => p.refundedCents)).toEqual([1190, 0]);
    expect(once).toMatchObject({ paymentStatus: 'partially_refunded', label: 'Partly returned' });
    const all = await returnUnits(2);
    expect(all.payments.map((p) => p.refundedCents)).toEqual([2380, 1190]);
    expect(all).toMatchObject({ paymentStatus: 'refunded', label: 'Refunded' });
  });

  it('a cheaper edit after a paid one refunds the difference, without any discrepancy', async () => {
    const { order, variantId } = await sold();
    const more = await edit(order, withQuantity(variantId, 4));
    const less = await edit(more, withQuantity(variantId, 2));
    expect([captured(less), refunded(less), less.totalCents]).toEqual([4760, 2380, 2380]);
    expect(await listDiscrepancies(shop.core, staff)).toEqual({ items: [], totalCount: 0 });
  });
});

describe('concurrent payments of edits', () => {
  const outcomes = async (order: Order) => {
    const { edits, status, payments } = await read(order);
    const kept = payments
      .filter((p) => p.purpose === 'difference')
      .reduce((sum, p) => sum + (p.capturedAt ? p.amountCents : 0) - p.refundedCents, 0);
    return { edit: edits[0]?.status, status, kept };
  };

  it('an edit that is paid and withdrawn at the same moment is either applied and paid or withdrawn and refunded', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { order } = await aWaitingEdit();
      const page = await pageOf(order);
      const { defects } = await race<unknown>(2, (i) =>
        i === 0 ? decideSandboxCharge(shop.core, page, true) : withdrawEdit(shop.core, staff, { orderId: order.id }),
      );
      expect(defects).toEqual([]);
      await reconcilePayments(shop.core, 0);
      const { edit: end, kept } = await outcomes(order);
      expect([end, kept]).toEqual(end === 'applied' ? ['applied', 2380] : ['withdrawn', 0]);
    }
  });

  it('a cancellation locks the stock of an order and of its edit in one order, so that it cannot deadlock with buyers', async () => {
    const products = [await aProduct(shop.core, { priceCents: 1000 }), await aProduct(shop.core, { priceCents: 1000 })];
    const [low = '', high = ''] = products.map((product) => variantOf(product).id).toSorted();
    const ordered = there(products.find((product) => variantOf(product).id === low));
    const { order } = await anOrder(shop.core, [[ordered, 1]], { token: 'tok_once' });
    await edit(order, withQuantity(high, 2));
    const buyer = await shop.core.database.pool.connect();
    const lock = (id: string) => buyer.query('select 1 from stock_levels where variant_id = $1 for no key update nowait', [id]);
    try {
      await buyer.query('begin');
      await lock(low);
      const cancelling = cancelOrder(shop.core, staff, { orderId: order.id });
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await waiting.execute(shop.core.db)).rows.length, { timeout: 20_000 }).toBeGreaterThan(0);
      await lock(high);
      await buyer.query('commit');
      expect((await cancelling).status).toBe('cancelled');
    } finally {
      buyer.release();
    }
  });

  it('an order that is cancelled while its edit is paid refunds all of the money', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { order, mug } = await aWaitingEdit();
      const page = await pageOf(order);
      const { defects } = await race<unknown>(2, (i) =>
        i === 0 ? decideSandboxCharge(shop.core, page, true) : cancelOrder(shop.core, staff, { orderId: order.id }),
      );
      expect(defects).toEqual([]);
      await reconcilePayments(shop.core, 0);
      expect(await outcomes(order)).toMatchObject({ status: 'cancelled', kept: 0 });
      expect(await availableOf(mug.id)).toBe(10);
    }
  });

  it('an order that is edited and shipped at the same moment ships exactly the paid units', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { order, variantId } = await sold();
      const { defects, won } = await race<unknown>(2, (i) =>
        i === 0
          ? edit(order, withQuantity(variantId, 2))
          : shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' }),
      );
      expect(defects).toEqual([]);
      expect(won.length).toBeGreaterThan(0);
      const after = await read(order);
      expect(captured(after)).toBe(after.totalCents);
    }
  });
});
