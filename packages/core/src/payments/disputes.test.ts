/** Disputes and inquiries follow the bank: they block refunds while money is at stake and end as the bank decides. */
import { contract } from '@cartwright/contracts';
import { aShopOnStripe, anOrderOnStripe, settlePayments } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { refundPayment } from './index.ts';

const staff = system('test');
const { shop, stripe, postAll, read } = await aShopOnStripe({ settle: settlePayments });
const { dashboard } = stripe;
const anOrder = (token = 'pm_card_visa') => anOrderOnStripe({ shop, stripe }, token);

const refund = (paymentId: string, amountCents: number) =>
  refundPayment(shop.core, staff, contract.payments.refund.input.parse({ paymentId, amountCents, reason: 'scratched' }));
const namesOf = async (aggregateId: string) =>
  (
    await sql<{ name: string }>`select name from outbox_events where aggregate_id = ${aggregateId} order by id`.execute(shop.core.db)
  ).rows.map((row) => row.name);

describe('disputes', () => {
  it('an inquiry moves no money and blocks no refund; an escalated one blocks refunds until it is won', async () => {
    const { order, intent, paymentId } = await anOrder();
    const { object, events } = dashboard.dispute(intent.id, { inquiry: true });
    expect(await postAll(events)).toEqual(['applied']);
    expect(await read(order)).toMatchObject({ paymentStatus: 'captured', payments: [{ disputes: [{ status: 'inquiry' }] }] });
    expect(await refund(paymentId, 1_000)).toMatchObject({ status: 'processed' });
    await postAll(dashboard.escalate(object.id).events);
    expect(await read(order)).toMatchObject({ paymentStatus: 'disputed', payments: [{ disputes: [{ status: 'open' }] }] });
    await expect(refund(paymentId, 1_000)).rejects.toMatchObject({ code: 'PAYMENT_DISPUTED' });
    await postAll(dashboard.closeDispute(object.id, 'won').events);
    expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded', payments: [{ disputes: [{ status: 'won' }] }] });
    expect((await namesOf(paymentId)).filter((name) => name.includes('disput'))).toEqual(['payment.disputed', 'payment.dispute_closed']);
  });

  it('an inquiry that is closed changes nothing', async () => {
    const { order, intent, paymentId } = await anOrder();
    const { object, events } = dashboard.dispute(intent.id, { inquiry: true });
    await postAll([...events, ...dashboard.closeDispute(object.id, 'warning_closed').events]);
    expect(await read(order)).toMatchObject({ paymentStatus: 'captured', payments: [{ disputes: [{ status: 'inquiry_closed' }] }] });
    expect((await namesOf(paymentId)).filter((name) => name.includes('disput'))).toEqual([]);
  });

  it('a dispute records whether the bank has the money: withdrawn, and returned once it is won', async () => {
    const { order, intent, paymentId } = await anOrder();
    const withdrawn = async () =>
      (await sql<{ it: boolean }>`select funds_withdrawn as it from disputes where payment_id = ${paymentId}`.execute(shop.core.db)).rows;
    const { object, events } = dashboard.dispute(intent.id);
    await postAll(events);
    expect(await withdrawn()).toEqual([{ it: true }]);
    const closed = dashboard.closeDispute(object.id, 'won').events;
    await postAll(closed.toReversed());
    expect(await withdrawn()).toEqual([{ it: false }]);
    expect(await read(order)).toMatchObject({ paymentStatus: 'captured' });
  });

  it('a lost dispute stays lost when another dispute of the same payment is won', async () => {
    const { order, intent } = await anOrder();
    const [first, second] = [dashboard.dispute(intent.id, { amount: 4_000 }), dashboard.dispute(intent.id, { amount: 6_000 })];
    await postAll([...first.events, ...second.events]);
    await postAll([...dashboard.closeDispute(first.object.id, 'lost').events, ...dashboard.closeDispute(second.object.id, 'won').events]);
    expect(await read(order)).toMatchObject({ paymentStatus: 'disputed' });
  });
});
