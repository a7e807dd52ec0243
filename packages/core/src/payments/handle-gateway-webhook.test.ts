import { createHmac } from 'node:crypto';
import { aShopOnStripe, anOrderOnStripe, letPass, race, settlePayments } from '@cartwright/testing';
import { contract } from '@cartwright/contracts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { getOrder } from '../orders/index.ts';
import { listDiscrepancies, reconcilePayments, refundPayment, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, keys, post } = await aShopOnStripe({ settle: settlePayments });

const anOrder = (token?: string) => anOrderOnStripe({ shop, stripe }, token);
const read = (orderId: string) => getOrder(shop.core, staff, contract.orders.get.input.parse({ orderId }));
const inbox = async () => (await shop.core.db.selectFrom('gateway_events').select('eventId').execute()).length;
const signed = (body: Buffer, { secret = keys.webhookSecret, scheme = 'v1', at = Math.floor(Date.now() / 1000) } = {}) =>
  `t=${at},${scheme}=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`;

describe('a provider event', () => {
  it('an event that arrives three times at once and a hundred times later takes effect once', async () => {
    const { order, intent, paymentId } = await anOrder();
    stripe.decide(intent.id, 'succeeded');
    const event = stripe.event('payment_intent.succeeded', intent.id);
    const { won, defects } = await race(3, () => post(event));
    expect(defects).toEqual([]);
    expect(won.toSorted()).toEqual(['applied', 'repeated', 'repeated']);
    for (let i = 0; i < 100; i += 1) expect(await post(event)).toBe('repeated');
    expect(await read(order.id)).toMatchObject({ status: 'confirmed' });
    const events = await sql`select 1 from outbox_events where aggregate_id = ${paymentId} and name = 'payment.captured'`.execute(
      shop.core.db,
    );
    expect(events.rows).toHaveLength(1);
  });

  it('an event is refused when its signature is missing, forged, or made with another secret, body or scheme', async () => {
    const { intent } = await anOrder();
    const { body, signature } = stripe.event('payment_intent.succeeded', intent.id);
    const other = stripe.event('payment_intent.canceled', intent.id);
    const before = await inbox();
    const forged = [undefined, '', 'nonsense', other.signature, signed(body, { secret: 'whsec_another' }), signed(body, { scheme: 'v0' })];
    for (const attempt of [...forged, signature.replace(/v1=..../, 'v1=0000')])
      await expect(post({ body, signature: attempt })).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
    expect(await inbox()).toBe(before);
  });

  it('an event signed six minutes early or late is refused', async () => {
    const { intent } = await anOrder();
    const { body } = stripe.event('payment_intent.succeeded', intent.id);
    const now = Math.floor(Date.now() / 1000);
    const before = await inbox();
    await expect(post({ body, signature: signed(body, { at: now - 360 }) })).rejects.toMatchObject({ code: 'STALE_SIGNATURE' });
    await expect(post({ body, signature: signed(body, { at: now + 360 }) })).rejects.toMatchObject({ code: 'STALE_SIGNATURE' });
    expect(await inbox()).toBe(before);
  });

  it('the signature of an event covers the received bytes, not their meaning', async () => {
    const { intent } = await anOrder();
    const { body, signature } = stripe.event('payment_intent.processing', intent.id);
    const text = body.toString();
    const same = [text.replaceAll(',', ', '), text.replace('"type"', '"\\u0074ype"'), text.replace('{', '{"livemode":true,')];
    for (const rewritten of same)
      await expect(post({ body: Buffer.from(rewritten), signature })).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
    const spaced = Buffer.from(text.replaceAll(',', ',\n  '));
    expect(await post({ body: spaced, signature: signed(spaced) })).toBe('applied');
  });

  it('an event of the live mode or of another account has no effect in a test shop', async () => {
    const { intent } = await anOrder();
    const others = { ...intent, id: 'pi_of_others', metadata: {}, status: 'succeeded', amount_received: intent.amount };
    expect(await post(stripe.sign({ type: 'payment_intent.succeeded', object: others, livemode: true }))).toBe('ignored');
    expect(await post(stripe.sign({ type: 'payment_intent.succeeded', object: others, account: 'acct_other' }))).toBe('ignored');
  });

  it('an event that arrives after a newer one changes nothing', async () => {
    const { order, intent } = await anOrder();
    const failed = { ...intent, status: 'requires_payment_method', last_payment_error: { code: 'card_declined', message: 'no' } };
    stripe.decide(intent.id, 'succeeded');
    await post(stripe.event('payment_intent.succeeded', intent.id));
    await post(stripe.sign({ type: 'payment_intent.payment_failed', object: failed }));
    await post(stripe.sign({ type: 'payment_intent.processing', object: { ...intent, status: 'processing' } }));
    expect(await read(order.id)).toMatchObject({ status: 'confirmed', paymentStatus: 'captured' });
  });

  it('an event without an object is kept for staff, and one without an amount or metadata is applied', async () => {
    const { intent } = await anOrder('pm_card_visa');
    for (const object of [null, 'pi_1', {}, { id: 7 }])
      expect(await post(stripe.sign({ type: 'charge.dispute.created', object }))).toBe('unread');
    const { items } = await listDiscrepancies(shop.core, staff);
    expect(items.map((item) => item.kind)).toEqual(Array.from({ length: 4 }, () => 'dead_event'));
    for (const { id } of items)
      await resolveDiscrepancy(shop.core, staff, { kind: 'dead_event', id, action: 'dismiss', note: 'looked up at the provider' });
    const dispute = { id: 'dp_1', payment_intent: intent.id, amount: 'all', currency: null, metadata: 'none' };
    expect(await post(stripe.sign({ type: 'charge.dispute.updated', object: dispute }))).toBe('applied');
    expect(await post(stripe.sign({ type: 'invoice.paid', object: null }))).toBe('ignored');
  });

  it('staff can resolve an unreadable event by asking the provider again', async () => {
    const { order, intent } = await anOrder();
    stripe.decide(intent.id, 'succeeded');
    expect(await post(stripe.sign({ type: 'payment_intent.succeeded', object: { ...intent, amount_received: 'all' } }))).toBe('unread');
    expect(await read(order.id)).toMatchObject({ status: 'pending' });
    const { items } = await listDiscrepancies(shop.core, staff);
    const input = { kind: 'dead_event', id: items[0]?.id ?? '', action: 'ask', note: 'ask again' } as const;
    expect(await resolveDiscrepancy(shop.core, staff, input)).toEqual({ resolved: true });
    expect(await read(order.id)).toMatchObject({ status: 'confirmed' });
  });
});

describe('an event that cannot be handled', () => {
  /** A payment whose capture the database refuses, as a defect of the shop would cause it. */
  const aFailingEvent = async () => {
    const made = await anOrder();
    stripe.decide(made.intent.id, 'succeeded');
    const name = `poison_${made.paymentId.replaceAll('-', '')}`;
    await sql
      .raw(`alter table payments add constraint ${name} check (id <> '${made.paymentId}' or captured_cents = 0)`)
      .execute(shop.core.db);
    const fix = () => sql.raw(`alter table payments drop constraint ${name}`).execute(shop.core.db);
    return { ...made, event: stripe.event('payment_intent.succeeded', made.intent.id), fix };
  };
  const row = (reference: string) =>
    shop.core.db
      .selectFrom('gateway_events')
      .select(['outcome', 'attempts', 'lastError'])
      .where('gatewayReference', '=', reference)
      .where('type', '=', 'payment_intent.succeeded')
      .executeTakeFirstOrThrow();

  it('a failing event is acknowledged and kept, does not delay others, and is applied once its cause is fixed', async () => {
    const { order, intent, event, fix } = await aFailingEvent();
    expect(await post(event)).toBe('postponed');
    expect(await post(event)).toBe('repeated');
    const next = await anOrder();
    stripe.decide(next.intent.id, 'succeeded');
    expect(await post(stripe.event('payment_intent.succeeded', next.intent.id))).toBe('applied');
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 0, dead: 0, unresolved: 0 });
    await fix();
    await letPass(shop.core, 1);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 1, dead: 0, unresolved: 0 });
    expect(await read(order.id)).toMatchObject({ status: 'confirmed' });
    expect(await row(intent.id)).toMatchObject({ outcome: 'applied', attempts: 2, lastError: null });
  });

  it('an event is dead after ten attempts and breaks an invariant', async () => {
    const { intent, event, paymentId, fix } = await aFailingEvent();
    await post(event);
    for (let i = 0; i < 8; i += 1) {
      await letPass(shop.core, 61);
      expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 0, dead: 0, unresolved: 0 });
    }
    await letPass(shop.core, 61);
    expect(await retryGatewayEvents(shop.core)).toEqual({ applied: 0, dead: 1, unresolved: 0 });
    const dead = await row(intent.id);
    expect(dead).toMatchObject({ outcome: 'dead', attempts: 10 });
    expect(dead.lastError).toContain('poison_');
    const broken = (await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0).map((r) => r.id);
    expect(broken).toContain('I29');
    // The steps of staff: fix the cause and resolve the event.
    await fix();
    await sql`update gateway_events set resolved_at = now(), resolved_by = 'test' where gateway_reference = ${intent.id}`.execute(
      shop.core.db,
    );
    await sql`update orders set expires_at = now() + interval '30 minutes'
      where id in (select order_id from payments where id = ${paymentId})`.execute(shop.core.db);
    await reconcilePayments(shop.core, 0);
  });
});

describe('a refund at the provider', () => {
  const refund = (paymentId: string, amountCents: number) =>
    refundPayment(shop.core, staff, contract.payments.refund.input.parse({ paymentId, amountCents, reason: 'scratched' }));

  it('a refund whose answer was lost is looked up before it is sent again', async () => {
    const { intent, paymentId } = await anOrder('pm_card_visa');
    stripe.loseAnswers(2);
    expect(await refund(paymentId, 4_000)).toMatchObject({ status: 'pending' });
    await reconcilePayments(shop.core, 0);
    expect(stripe.refunds.get(intent.id)).toBe(4_000);
    expect(stripe.refundList.filter((made) => made.payment_intent === intent.id)).toHaveLength(1);
  });

  it('a refund stays pending while the provider says so, and is decided by its event', async () => {
    const { intent, paymentId, order } = await anOrder('pm_card_visa');
    stripe.delayRefunds(true);
    expect(await refund(paymentId, 4_000)).toMatchObject({ status: 'pending' });
    stripe.delayRefunds(false);
    await reconcilePayments(shop.core, 0);
    expect(await read(order.id)).toMatchObject({ paymentStatus: 'captured' });
    const made = stripe.refundList.find((one) => one.payment_intent === intent.id) ?? expect.fail('no refund');
    made.status = 'succeeded';
    expect(await post(stripe.sign({ type: 'refund.updated', object: made }))).toBe('applied');
    expect(await read(order.id)).toMatchObject({ paymentStatus: 'partially_refunded', payments: [{ refundedCents: 4_000 }] });
  });

  it('two concurrent refunds never exceed the captured amount', async () => {
    const { paymentId } = await anOrder('pm_card_visa');
    const { won, refused, defects } = await race(2, () => refund(paymentId, 6_000));
    expect(defects).toEqual([]);
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ REFUND_EXCEEDS_CAPTURED: 1 });
  });

  it('a refund is blocked while a dispute is open, and allowed once the shop has won it', async () => {
    const { intent, order, paymentId } = await anOrder('pm_card_visa');
    const { object, events } = stripe.dashboard.dispute(intent.id);
    for (const event of events) expect(await post(event)).toBe('applied');
    expect(await read(order.id)).toMatchObject({ paymentStatus: 'disputed', label: 'Disputed' });
    await expect(refund(paymentId, 1_000)).rejects.toMatchObject({ code: 'PAYMENT_DISPUTED' });
    for (const event of stripe.dashboard.closeDispute(object.id, 'won').events) expect(await post(event)).toBe('applied');
    expect(await refund(paymentId, 1_000)).toMatchObject({ status: 'processed' });
    expect(await read(order.id)).toMatchObject({ paymentStatus: 'partially_refunded' });
  });
});
