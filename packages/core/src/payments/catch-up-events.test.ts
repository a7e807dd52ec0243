/** The shop could not be reached for two days, and no webhook arrived: the providers' own lists tell what happened. */
import { contract, type OrderId } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aProduct, checkOut, aShopOnStripe, letPass, race } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { getOrder } from '../orders/index.ts';
import { catchUpGatewayEvents, decideSandboxCharge, getSandboxCharge, refundPayment } from './index.ts';

const staff = system('test');
const { shop, stripe, post } = await aShopOnStripe();
afterEach(async () => {
  stripe.hideEvents(false);
  expect(await catchUpGatewayEvents(shop.core)).toBe(0);
});
const anOrder = async (provider: 'stripe' | 'sandbox', token: string) => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 10_000 }), 1]]);
  const payment = contract.checkout.complete.input.shape.payment.parse({ provider, token });
  const order = await checkOut(shop.core, guest, { ...aCheckout(cart), payment });
  return { order, paymentId: order.payments[0]?.id ?? expect.fail('no payment') };
};
const aStripeOrder = async (token: string) => {
  const made = await anOrder('stripe', token);
  return {
    ...made,
    intent: [...stripe.intents.values()].find((i) => i.metadata['order_id'] === made.order.id) ?? expect.fail('no intent'),
  };
};
const read = (orderId: OrderId) => getOrder(shop.core, staff, { orderId });
const invariant = async (id: string) =>
  (await checkInvariants(shop.core, staff)).results.find((r) => r.id === id)?.violations ?? expect.fail(`no ${id}`);

describe('two days without a webhook', () => {
  it('are caught up in one run: charges, refunds and disputes end as they did at the provider', async () => {
    const paid = await Promise.all(Array.from({ length: 3 }, () => aStripeOrder('pm_processing')));
    const declined = await aStripeOrder('pm_processing');
    const refunded = await aStripeOrder('pm_card_visa');
    const disputed = await aStripeOrder('pm_card_visa');
    const won = await aStripeOrder('pm_card_visa');
    stripe.delayRefunds(true);
    const input = contract.payments.refund.input.parse({ paymentId: refunded.paymentId, amountCents: 4_000, reason: 'scratched' });
    expect(await refundPayment(shop.core, staff, input)).toMatchObject({ status: 'pending' });
    stripe.delayRefunds(false);
    await letPass(shop.core, 2 * 24 * 60);
    await sql`update orders set expires_at = now() + interval '1 hour' where status = 'pending'`.execute(shop.core.db);

    for (const { intent } of paid) {
      stripe.decide(intent.id, 'succeeded');
      stripe.event('payment_intent.succeeded', intent.id);
    }
    stripe.decide(declined.intent.id, 'requires_payment_method');
    stripe.event('payment_intent.payment_failed', declined.intent.id);
    const made = stripe.refundList.find((one) => one.payment_intent === refunded.intent.id) ?? expect.fail('no refund');
    made.status = 'succeeded';
    stripe.sign({ type: 'refund.updated', object: made });
    const open = stripe.dashboard.dispute(disputed.intent.id);
    stripe.dashboard.closeDispute(stripe.dashboard.dispute(won.intent.id).object.id, 'won');
    expect(await invariant('I18')).toBe(4);

    expect(await catchUpGatewayEvents(shop.core)).toBe(11);
    for (const { order } of paid) expect(await read(order.id)).toMatchObject({ status: 'confirmed', paymentStatus: 'captured' });
    expect(await read(declined.order.id)).toMatchObject({ status: 'pending', paymentStatus: 'failed' });
    expect(await read(refunded.order.id)).toMatchObject({ paymentStatus: 'partially_refunded' });
    expect(await read(disputed.order.id)).toMatchObject({ paymentStatus: 'disputed' });
    expect(await read(won.order.id)).toMatchObject({ paymentStatus: 'captured' });
    expect([await invariant('I18'), await invariant('I20')]).toEqual([0, 0]);
    for (const event of stripe.dashboard.closeDispute(open.object.id, 'lost').events) expect(await post(event)).toBe('applied');
  });

  it('are read page by page; what had arrived is left alone, and two workers at it take nothing twice', async () => {
    const { order, intent, paymentId } = await aStripeOrder('pm_processing');
    stripe.decide(intent.id, 'succeeded');
    for (let n = 0; n < 150; n += 1) {
      const event = stripe.event('payment_intent.processing', intent.id);
      if (n % 2) await post(event);
    }
    stripe.event('payment_intent.succeeded', intent.id);
    const { won, defects } = await race(2, () => catchUpGatewayEvents(shop.core));
    expect(defects).toEqual([]);
    expect(Math.max(...won)).toBe(76);
    expect(await read(order.id)).toMatchObject({ status: 'confirmed' });
    const told = sql`select 1 from outbox_events where aggregate_id = ${paymentId} and name = 'payment.captured'`;
    expect((await told.execute(shop.core.db)).rows).toHaveLength(1);
  });

  it('go on after a provider that does not list its events: the next turn finds them', async () => {
    const { order, intent } = await aStripeOrder('pm_processing');
    stripe.decide(intent.id, 'succeeded');
    stripe.event('payment_intent.succeeded', intent.id);
    stripe.hideEvents(true);
    expect(await catchUpGatewayEvents(shop.core)).toBe(0);
    expect(await read(order.id)).toMatchObject({ status: 'pending' });
    stripe.hideEvents(false);
    expect(await catchUpGatewayEvents(shop.core)).toBe(1);
    expect(await read(order.id)).toMatchObject({ status: 'confirmed' });
  });

  it('of an account that others used before begin with the first payment of the shop', async () => {
    const old = new Date(Date.now() - 40 * 24 * 3_600_000);
    stripe.sign({ type: 'payment_intent.succeeded', object: { id: 'pi_of_others', status: 'succeeded', metadata: {} } }, old);
    await shop.core.database.kysely.deleteFrom('gateway_catch_ups').execute();
    expect(await catchUpGatewayEvents(shop.core)).toBe(0);
  });
});

it('the sandbox lists its events as well', async () => {
  const { order, paymentId } = await anOrder('sandbox', 'tok_3ds');
  const { rows } = await sql<{ reference: string }>`select reference from sandbox_charges where idempotency_key = ${paymentId}`.execute(
    shop.core.db,
  );
  const { reference } = await getSandboxCharge(shop.core, rows[0]?.reference ?? 'none');
  await decideSandboxCharge(shop.core, reference, true);
  // As if the shop had been away when the sandbox told it.
  const record = { reference: `sbd_${reference}`, amountCents: 10_000, currency: 'USD' };
  await sql`insert into sandbox_disputes (reference, charge_reference, amount_cents, currency, status, funds_withdrawn)
    values (${record.reference}, ${reference}, ${record.amountCents}, ${record.currency}, 'open', true)`.execute(shop.core.db);
  const body = {
    id: `evt_lost_${reference}`,
    type: 'dispute.opened',
    data: { reference, paymentId, status: 'dispute', amountCents: record.amountCents, currency: 'USD', objectReference: record.reference },
  };
  await sql`insert into sandbox_events (id, body) values (${body.id}, ${JSON.stringify(body)})`.execute(shop.core.db);
  expect(await catchUpGatewayEvents(shop.core)).toBe(1);
  expect(await read(order.id)).toMatchObject({ status: 'confirmed', paymentStatus: 'disputed' });
});
