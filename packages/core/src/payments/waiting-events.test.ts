/** An event that comes before its subject is kept and applied later, so that the order in which events come does not matter. */
import { aShopOnStripe, anOrderOnStripe, letPass, shapeFaults, settlePayments } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { reconcilePayments, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, post, read, discrepancies } = await aShopOnStripe({ settle: settlePayments });
const { dashboard } = stripe;
const anOrder = (token = 'pm_processing') => anOrderOnStripe({ shop, stripe }, token);
type Made = Awaited<ReturnType<typeof anOrder>>;
type Event = { readonly body: Buffer; readonly signature: string };

/** What to compare once every event has come: states, amounts, documents and outbox events, not ids or times. */
const endState = async ({ order, paymentId }: Made) => {
  const { status, paymentStatus, payments } = await read(order);
  const documents = await sql<{ cents: number }>`
    select coalesce(sum(case when n.reverses_id is null then n.total_cents else -n.total_cents end), 0)::int as cents
    from credit_notes n join invoices v on v.id = n.invoice_id where v.order_id = ${order.id}`.execute(shop.core.db);
  const announced = await sql<{ name: string }>`
    select name from outbox_events
    where aggregate_id = ${paymentId} or aggregate_id in (select id from refunds where payment_id = ${paymentId}) order by name`.execute(
    shop.core.db,
  );
  return {
    status,
    paymentStatus,
    refundedCents: payments[0]?.refundedCents,
    refunds: payments[0]?.refunds.map((refund) => `${refund.amountCents} ${refund.status} ${refund.origin}`).toSorted(),
    disputes: payments[0]?.disputes.map((dispute) => `${dispute.amountCents} ${dispute.status}`).toSorted(),
    creditedCents: documents.rows[0]?.cents,
    announced: announced.rows.map((row) => row.name),
  };
};

const permutationsOf = <T>(items: readonly T[]): T[][] =>
  items.length < 2 ? [[...items]] : items.flatMap((item, n) => permutationsOf(items.toSpliced(n, 1)).map((rest) => [item, ...rest]));

/** One event for each thing that happened, in the order in which it did. */
const first = <T extends { readonly events: readonly Event[] }>({ events }: T): Event => events[0] ?? expect.fail('no event');
const capture = ({ intent }: Made): Event => {
  stripe.decide(intent.id, 'succeeded');
  return stripe.event('payment_intent.succeeded', intent.id);
};
const failedRefundAndWonDispute = (made: Made): Event[] => {
  const captured = capture(made);
  const refund = dashboard.refund(made.intent.id, { amount: 4_000 });
  const failed = dashboard.failRefund(refund.object.id);
  const dispute = dashboard.dispute(made.intent.id);
  return [captured, first(refund), first(failed), first(dispute), first(dashboard.closeDispute(dispute.object.id, 'won'))];
};
const twoRefundsAndLostDispute = (made: Made): Event[] => {
  const captured = capture(made);
  const refunds = [dashboard.refund(made.intent.id, { amount: 1_000 }), dashboard.refund(made.intent.id, { amount: 2_000 })];
  const dispute = dashboard.dispute(made.intent.id, { amount: 7_000 });
  return [captured, ...refunds.map(first), first(dashboard.closeDispute(dispute.object.id, 'lost'))];
};
const inAnyOrder = async (happen: (made: Made) => Event[], count: number) => {
  const ends = new Set<string>();
  const orders = permutationsOf(Array.from({ length: count }, (_, n) => n));
  // A few at a time: each sequence of events is delivered to an order of its own.
  for (let from = 0; from < orders.length; from += 6)
    await Promise.all(
      orders.slice(from, from + 6).map(async (positions) => {
        const made = await anOrder();
        const events = happen(made);
        expect(events).toHaveLength(count);
        for (const position of positions) expect(await post(events[position] ?? expect.fail('no event'))).toBe('applied');
        ends.add(JSON.stringify(await endState(made)));
      }),
    );
  return [...ends].map((end) => JSON.parse(end) as Awaited<ReturnType<typeof endState>>);
};

describe('events in any order', () => {
  it('events in any of 120 orders end in the same state: captured, partly refunded, refund failed, disputed and won', async () => {
    expect(await inAnyOrder(failedRefundAndWonDispute, 5)).toEqual([
      {
        status: 'confirmed',
        paymentStatus: 'captured',
        refundedCents: 0,
        refunds: ['4000 failed provider'],
        disputes: ['10000 won'],
        creditedCents: 0,
        announced: ['payment.captured', 'payment.dispute_closed', 'payment.disputed', 'refund.failed'],
      },
    ]);
  }, 600_000);

  it('events in any of 24 orders end in the same state: captured, refunded twice, disputed and lost', async () => {
    expect(await inAnyOrder(twoRefundsAndLostDispute, 4)).toEqual([
      {
        status: 'confirmed',
        paymentStatus: 'disputed',
        refundedCents: 3_000,
        refunds: ['1000 processed provider', '2000 processed provider'],
        disputes: ['7000 lost'],
        creditedCents: 3_000,
        announced: ['payment.captured', 'payment.dispute_closed', 'payment.disputed', 'refund.processed', 'refund.processed'],
      },
    ]);
  }, 300_000);

  it('events end in the same state when each arrives as it happens', async () => {
    const made = await anOrder();
    await post(capture(made));
    const refund = dashboard.refund(made.intent.id, { amount: 4_000 });
    await post(first(refund));
    await post(first(dashboard.failRefund(refund.object.id)));
    const dispute = dashboard.dispute(made.intent.id);
    await post(first(dispute));
    await post(first(dashboard.closeDispute(dispute.object.id, 'won')));
    expect(await endState(made)).toMatchObject({
      paymentStatus: 'captured',
      refundedCents: 0,
      refunds: ['4000 failed provider'],
      disputes: ['10000 won'],
      creditedCents: 0,
    });
  });
});

describe('an event that comes before its subject', () => {
  it('an event about a charge that is not captured yet waits, and is applied with the capture', async () => {
    const made = await anOrder();
    const dispute = stripe.sign({ type: 'charge.dispute.created', object: { id: 'dp_early', payment_intent: made.intent.id } });
    expect(await post(dispute)).toBe('waiting');
    expect(await post(dispute)).toBe('repeated');
    expect(await read(made.order)).toMatchObject({ status: 'pending' });
    stripe.decide(made.intent.id, 'succeeded');
    dashboard.dispute(made.intent.id);
    await letPass(shop.core, 1);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 1, dead: 0, unresolved: 0 });
    expect(await read(made.order)).toMatchObject({ status: 'confirmed', paymentStatus: 'disputed' });
  });

  it('an event that waits in vain is listed with its reason after 15 minutes, and staff can retry it', async () => {
    const made = await anOrder();
    expect(await post(stripe.sign({ type: 'refund.created', object: { id: 're_early', payment_intent: made.intent.id } }))).toBe('waiting');
    for (let minute = 0; minute < 14; minute += 7) {
      await letPass(shop.core, 7);
      expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 0, dead: 0, unresolved: 0 });
    }
    expect(await discrepancies()).toEqual([]);
    await letPass(shop.core, 2);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 0, dead: 0, unresolved: 1 });
    const found = (await discrepancies()).find((item) => item.kind === 'conflicting_event') ?? expect.fail('not listed');
    expect(found).toMatchObject({ orderNumber: made.order.orderNumber, detail: expect.stringContaining('has not captured charge') });
    stripe.decide(made.intent.id, 'succeeded');
    const input = { kind: 'conflicting_event', id: found.id, action: 'ask', note: 'captured by now' } as const;
    expect(await resolveDiscrepancy(shop.core, staff, input)).toEqual({ resolved: true });
    expect(await read(made.order)).toMatchObject({ paymentStatus: 'captured' });
  });

  it('an event about a payment whose row is not committed yet waits, and then pays the order', async () => {
    const { order, intent, paymentId } = await anOrder();
    const id = '01900000-0000-7000-8000-0000000000c3';
    const late = {
      ...structuredClone(intent),
      id: `pi_late_${paymentId}`,
      status: 'succeeded' as const,
      amount_received: intent.amount,
      metadata: { payment_id: id, order_id: order.id },
    };
    stripe.intents.set(late.id, late);
    expect(await post(stripe.event('payment_intent.succeeded', late.id))).toBe('waiting');
    // The first attempt is cancelled, and the transaction of the second one commits.
    dashboard.cancel(intent.id);
    await reconcilePayments(shop.core, 0);
    await sql`insert into payments (id, order_id, provider, method, token, amount_cents, currency, gateway_phase, called_at)
      values (${id}, ${order.id}, 'stripe', 'credit_card', 'pm_card_visa', ${intent.amount}, 'USD', 'calling', now())`.execute(
      shop.core.db,
    );
    await letPass(shop.core, 1);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 1, dead: 0, unresolved: 0 });
    expect(await read(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'captured' });
  });

  it("an event is kept while the provider's answers are unreadable, and listed when that lasts", async () => {
    const made = await anOrder('pm_card_visa');
    const [event] = dashboard.refund(made.intent.id, { amount: 4_000 }).events;
    stripe.distort(shapeFaults['HTML in place of JSON']);
    expect(await post(event ?? expect.fail('no event'))).toBe('postponed');
    await letPass(shop.core, 16);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 0, dead: 0, unresolved: 0 });
    expect(await discrepancies()).toMatchObject([{ kind: 'dead_event', reference: made.intent.id, orderNumber: made.order.orderNumber }]);
    stripe.distort(null);
    await letPass(shop.core, 2);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 1, dead: 0, unresolved: 0 });
    expect(await read(made.order)).toMatchObject({ paymentStatus: 'partially_refunded' });
    expect(await discrepancies()).toEqual([]);
  });

  it('a waiting event that is not retried breaks an invariant and is listed', async () => {
    const made = await anOrder();
    expect(await post(stripe.sign({ type: 'refund.created', object: { id: 're_silent', payment_intent: made.intent.id } }))).toBe(
      'waiting',
    );
    await letPass(shop.core, 30);
    const broken = (await checkInvariants(shop.core, staff)).results.filter((result) => result.violations > 0).map((result) => result.id);
    expect(broken).toContain('I29');
    expect((await discrepancies()).map((item) => item.kind)).toContain('dead_event');
    await retryGatewayEvents(shop.core);
    for (const { kind, id } of await discrepancies())
      if (kind === 'conflicting_event') await resolveDiscrepancy(shop.core, staff, { kind, id, action: 'dismiss', note: 'a mistake' });
  });
});
