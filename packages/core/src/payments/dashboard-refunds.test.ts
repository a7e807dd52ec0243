/** Refunds made in the provider's dashboard and refunds of this shop are each recorded once, in any order of their events. */
import { contract } from '@cartwright/contracts';
import {
  aCheckout,
  aGuestCart,
  anOrderOnStripe,
  aProduct,
  aShopOnStripe,
  checkOut,
  letPass,
  race,
  settlePayments,
  there,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { adjustStock, configureStock } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { reconcilePayments, refundPayment, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, post, postAll, read, discrepancies } = await aShopOnStripe({ settle: settlePayments });
const { dashboard } = stripe;
const anOrder = (token = 'pm_card_visa') => anOrderOnStripe({ shop, stripe }, token);

const refund = (paymentId: string, amountCents: number) =>
  refundPayment(shop.core, staff, contract.payments.refund.input.parse({ paymentId, amountCents, reason: 'scratched' }));
/** The refunded amount according to the documents: credit notes less reversed ones. */
const credited = async (order: { id: string }) => {
  const { rows } = await sql<{ cents: number; documents: number }>`
    select coalesce(sum(case when n.reverses_id is null then n.total_cents else -n.total_cents end), 0)::int as cents,
    count(*)::int as documents
    from credit_notes n join invoices v on v.id = n.invoice_id where v.order_id = ${order.id}`.execute(shop.core.db);
  return rows[0];
};
const stock = async (order: { id: string }) => {
  const { rows } = await sql<{ onHand: number; reserved: number }>`
    select s.on_hand as "onHand", s.reserved from stock_levels s join order_items i on i.variant_id = s.variant_id
    where i.order_id = ${order.id}`.execute(shop.core.db);
  return rows[0];
};
const namesOf = async (aggregateId: string) =>
  (
    await sql<{ name: string }>`select name from outbox_events where aggregate_id = ${aggregateId} order by id`.execute(shop.core.db)
  ).rows.map((row) => row.name);

describe('a refund that was made in the dashboard', () => {
  it('a refund from the dashboard is recorded with its credit note and origin, and does not change stock', async () => {
    const { order, intent, paymentId } = await anOrder();
    const before = await stock(order);
    const { events, object } = dashboard.refund(intent.id, { amount: 4_000 });
    expect(await postAll(events)).toEqual(['applied', 'applied']);
    const after = await read(order);
    expect(after).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'partially_refunded',
      payments: [
        {
          refundedCents: 4_000,
          refunds: [{ amountCents: 4_000, status: 'processed', origin: 'provider', reason: 'requested by customer' }],
        },
      ],
    });
    expect(after.timeline.filter((entry) => entry.kind === 'refund')).toMatchObject([{ title: 'Refunded', actor: 'provider' }]);
    expect(await credited(order)).toEqual({ cents: 4_000, documents: 1 });
    expect(await stock(order)).toEqual(before);
    const log = await sql<{ actor: string; after: object }>`select actor, "after" from audit_log where subject_id = ${paymentId}`.execute(
      shop.core.db,
    );
    expect(log.rows).toMatchObject([{ actor: 'provider:stripe', after: { amountCents: 4_000, reference: object.id } }]);
    expect(await namesOf(after.payments[0]?.refunds[0]?.id ?? '')).toEqual(['refund.processed']);
  });

  it('several refunds from the dashboard are recorded, and the last one refunds the whole payment', async () => {
    const { order, intent } = await anOrder();
    for (const amount of [1_000, 2_000]) await postAll(dashboard.refund(intent.id, { amount }).events);
    expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded', payments: [{ refundedCents: 3_000 }] });
    await postAll(dashboard.refund(intent.id).events);
    const after = await read(order);
    expect(after).toMatchObject({ paymentStatus: 'refunded', label: 'Refunded' });
    expect(after.payments[0]?.refunds.map((made) => made.amountCents)).toEqual([1_000, 2_000, 7_000]);
    expect(await credited(order)).toEqual({ cents: 10_000, documents: 3 });
  });

  it('twenty concurrent events of one refund from the dashboard record it once', async () => {
    const { order, intent } = await anOrder();
    const { object } = dashboard.refund(intent.id, { amount: 4_000 });
    const { won, defects } = await race(20, () => post(stripe.sign({ type: 'refund.updated', object })));
    expect(defects).toEqual([]);
    expect(won).toEqual(Array.from({ length: 20 }, () => 'applied'));
    expect((await read(order)).payments[0]?.refunds).toHaveLength(1);
    expect(await credited(order)).toEqual({ cents: 4_000, documents: 1 });
  });

  it('a pending refund from the dashboard is never sent by this shop, and is queried until it is decided', async () => {
    const { order, intent } = await anOrder();
    const { object, events } = dashboard.refund(intent.id, { amount: 4_000, status: 'pending' });
    await postAll(events);
    expect((await read(order)).payments[0]?.refunds).toMatchObject([{ status: 'pending', origin: 'provider' }]);
    await reconcilePayments(shop.core, 0);
    await reconcilePayments(shop.core, 0);
    expect(stripe.refundList.filter((made) => made.payment_intent === intent.id)).toHaveLength(1);
    dashboard.completeRefund(object.id);
    await reconcilePayments(shop.core, 0);
    expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded', payments: [{ refunds: [{ status: 'processed' }] }] });
  });

  it('units that arrive while an order is refunded are its own again when the refund fails later', async () => {
    const product = await aProduct(shop.core, { priceCents: 10_000, stock: 0 });
    const variantId = variantOf(product).id;
    await configureStock(shop.core, staff, { variantId, backorderLimit: 5 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_card_visa' });
    const order = await checkOut(shop.core, guest, { ...aCheckout(cart), payment });
    const waiting = async () => (await read(order)).items.map(({ backorderedQuantity }) => backorderedQuantity);
    const intent = there([...stripe.intents.values()].find((one) => one.metadata['order_id'] === order.id));
    const { object, events } = dashboard.refund(intent.id);
    await postAll(events);
    await adjustStock(shop.core, staff, { variantId, delta: 3, reason: 'delivery' });
    expect([await waiting(), await stock(order)]).toEqual([[2], { onHand: 3, reserved: 2 }]);
    await postAll(dashboard.failRefund(object.id).events);
    expect([await waiting(), await stock(order)]).toEqual([[0], { onHand: 1, reserved: 0 }]);
  });

  it('a refund from the dashboard that fails later can be made again, and its credit note is reversed', async () => {
    const { order, intent, paymentId } = await anOrder();
    const { object, events } = dashboard.refund(intent.id);
    await postAll(events);
    expect(await read(order)).toMatchObject({ paymentStatus: 'refunded' });
    expect(await postAll(dashboard.failRefund(object.id).events)).toEqual(['applied', 'applied', 'applied']);
    expect(await read(order)).toMatchObject({
      paymentStatus: 'captured',
      attention: ['refund_failed'],
      payments: [{ refundedCents: 0, refunds: [{ status: 'failed' }] }],
    });
    expect(await credited(order)).toEqual({ cents: 0, documents: 2 });
    expect(await refund(paymentId, 10_000)).toMatchObject({ status: 'processed', origin: 'shop' });
    expect(await credited(order)).toEqual({ cents: 10_000, documents: 3 });
    // An event from before the failure changes nothing.
    await post(stripe.sign({ type: 'refund.updated', object: { ...object, status: 'succeeded' } }));
    expect((await read(order)).payments[0]?.refunds.map((made) => made.status)).toEqual(['failed', 'processed']);
  });

  it('a refund from the dashboard waits while a refund of this shop has claimed its amount, and is applied once that one has failed', async () => {
    const { order, intent, paymentId } = await anOrder();
    // The shop has claimed 60.00, and the process died before it called Stripe.
    const id = '01900000-0000-7000-8000-0000000000a1';
    await sql`update payments set refund_claimed_cents = 6000 where id = ${paymentId}`.execute(shop.core.db);
    await sql`insert into refunds (id, payment_id, amount_cents, currency, reason, requested_by)
      values (${id}, ${paymentId}, 6000, 'USD', 'scratched', 'staff')`.execute(shop.core.db);
    const { events } = dashboard.refund(intent.id);
    expect(await postAll(events)).toEqual(['waiting', 'waiting']);
    expect(await read(order)).toMatchObject({ paymentStatus: 'captured' });
    await reconcilePayments(shop.core, 0);
    await letPass(shop.core, 1);
    expect(await retryGatewayEvents(shop.core)).toMatchObject({ applied: 2 });
    expect(await read(order)).toMatchObject({
      paymentStatus: 'refunded',
      payments: [
        {
          refunds: [
            { status: 'failed', origin: 'shop' },
            { status: 'processed', origin: 'provider' },
          ],
        },
      ],
    });
    expect(await credited(order)).toEqual({ cents: 10_000, documents: 1 });
  });

  it('concurrent refunds from the dashboard and of this shop never exceed the captured amount', async () => {
    const { order, intent, paymentId } = await anOrder();
    const { defects } = await race(2, async (n) =>
      n === 0 ? refund(paymentId, 6_000) : postAll(dashboard.refund(intent.id, { amount: 4_000 }).events),
    );
    expect(defects).toEqual([]);
    await letPass(shop.core, 1);
    await retryGatewayEvents(shop.core);
    expect(await read(order)).toMatchObject({ paymentStatus: 'refunded', payments: [{ refundedCents: 10_000 }] });
    expect(stripe.refunds.get(intent.id)).toBe(10_000);
  });
});

describe('a refund that this shop made', () => {
  it('a refund of this shop is recorded once when its event comes before the answer to the call', async () => {
    const { order, intent, paymentId } = await anOrder();
    stripe.loseAnswers(2);
    expect(await refund(paymentId, 4_000)).toMatchObject({ status: 'pending' });
    const made = stripe.refundList.find((one) => one.payment_intent === intent.id) ?? expect.fail('no refund');
    expect(await post(stripe.sign({ type: 'refund.created', object: made }))).toBe('applied');
    await reconcilePayments(shop.core, 0);
    expect((await read(order)).payments[0]?.refunds).toMatchObject([{ status: 'processed', origin: 'shop', amountCents: 4_000 }]);
    expect(stripe.refunds.get(intent.id)).toBe(4_000);
    expect(await credited(order)).toEqual({ cents: 4_000, documents: 1 });
  });

  it('a refund of this shop that fails later is recorded as failed, and its credit note is reversed once', async () => {
    const { order, intent, paymentId } = await anOrder();
    await refund(paymentId, 4_000);
    const made = stripe.refundList.find((one) => one.payment_intent === intent.id) ?? expect.fail('no refund');
    await postAll(dashboard.failRefund(made.id).events);
    expect(await read(order)).toMatchObject({ paymentStatus: 'captured', payments: [{ refunds: [{ status: 'failed' }] }] });
    expect(await credited(order)).toEqual({ cents: 0, documents: 2 });
  });

  it('a refund of this shop that was recorded as failed becomes processed when the provider says so', async () => {
    const { order, intent, paymentId } = await anOrder();
    stripe.loseAnswers(2);
    await refund(paymentId, 4_000);
    // The state after a provider that first denied the refund.
    await sql`update refunds set status = 'failed', failed_at = now() where payment_id = ${paymentId}`.execute(shop.core.db);
    await sql`update payments set refund_claimed_cents = 0 where id = ${paymentId}`.execute(shop.core.db);
    const made = stripe.refundList.find((one) => one.payment_intent === intent.id) ?? expect.fail('no refund');
    expect(await post(stripe.sign({ type: 'refund.created', object: made }))).toBe('applied');
    expect(await read(order)).toMatchObject({
      paymentStatus: 'partially_refunded',
      payments: [{ refunds: [{ status: 'processed', origin: 'shop' }] }],
    });
    expect(await credited(order)).toEqual({ cents: 4_000, documents: 1 });
  });

  it('a refund from the dashboard with the id of a refund of this shop is recorded as a second refund', async () => {
    const { order, intent, paymentId } = await anOrder();
    await refund(paymentId, 4_000);
    const own = stripe.refundList.find((one) => one.payment_intent === intent.id) ?? expect.fail('no refund');
    const second = dashboard.refund(intent.id, { amount: 4_000 });
    second.object.metadata['refund_id'] = own.metadata['refund_id'] ?? '';
    expect(await post(second.events[1] ?? expect.fail('no event'))).toBe('waiting');
    await letPass(shop.core, 16);
    await retryGatewayEvents(shop.core);
    const [found] = await discrepancies();
    const input = { kind: 'conflicting_event', id: found?.id ?? '', action: 'ask', note: 'money left twice' } as const;
    expect(await resolveDiscrepancy(shop.core, staff, input)).toEqual({ resolved: true });
    expect((await read(order)).payments[0]?.refunds.map((made) => [made.origin, made.status])).toEqual([
      ['shop', 'processed'],
      ['provider', 'processed'],
    ]);
  });

  it('a refund with an unknown id of this shop is kept for staff, who can import it', async () => {
    const { order, intent } = await anOrder();
    const made = dashboard.refund(intent.id, { amount: 4_000 }).object;
    made.metadata['refund_id'] = '01900000-0000-7000-8000-0000000000b2';
    expect(await post(stripe.sign({ type: 'refund.updated', object: made }))).toBe('waiting');
    await letPass(shop.core, 16);
    expect(await retryGatewayEvents(shop.core)).toMatchObject({ unresolved: 1 });
    const [found] = await discrepancies();
    expect(found).toMatchObject({ kind: 'conflicting_event', orderNumber: order.orderNumber, amountCents: 4_000 });
    const input = { kind: 'conflicting_event', id: found?.id ?? '', action: 'ask', note: 'restored from a backup' } as const;
    expect(await resolveDiscrepancy(shop.core, staff, input)).toEqual({ resolved: true });
    expect(await read(order)).toMatchObject({ payments: [{ refunds: [{ origin: 'provider', status: 'processed' }] }] });
  });
});
