/** The migration that adds the table of disputes and whole provider events keeps every row of an existing shop. */
import { expect, it } from 'vitest';
import { databaseBefore, idOf as id } from '../test/database-before.ts';
import { migrateDatabase } from './index.ts';

const { url, ask } = await databaseBefore('20261128110000-provider-records');

it('the migration keeps payments, refunds and events, adds the dispute of a disputed payment, and sets the subject of stored events', async () => {
  await ask(`
    set session_replication_role = replica;
    insert into payments (id, order_id, provider, method, token, status, gateway_phase, amount_cents, captured_cents,
    refund_claimed_cents, refunded_cents, currency, gateway_reference) values
      ('${id(1)}', '${id(91)}', 'stripe', 'credit_card', 'pm', 'disputed', 'decided', 5000, 5000, 0, 0, 'EUR', 'pi_1'),
      ('${id(2)}', '${id(92)}', 'stripe', 'credit_card', 'pm', 'partially_refunded', 'decided', 5000, 5000, 3000, 2000, 'EUR', 'pi_2');
    insert into refunds (id, payment_id, amount_cents, currency, reason, status, gateway_reference, requested_by, processed_at) values
      ('${id(11)}', '${id(2)}', 2000, 'EUR', 'scratched', 'processed', 're_1', 'staff', now()),
      ('${id(12)}', '${id(2)}', 1000, 'EUR', 'late', 'pending', null, 'staff', null),
      ('${id(13)}', '${id(2)}', 4000, 'EUR', 'refused', 'failed', null, 'staff', null);
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, outcome, handled_at, attempts,
    retry_at) values
      ('stripe', 'evt_refund', 'refund.updated', 'pi_2', null,
      '{"id":"evt_refund","outcome":{"status":"refund","refundId":"${id(12)}","outcome":{"status":"pending","reference":"re_2"}}}',
      'received', null, 1, now()),
      ('stripe', 'evt_dispute', 'charge.dispute.created', 'pi_1', null, '{"id":"evt_dispute","outcome":{"status":"dispute_opened"}}',
      'dead', now(), 10, null),
      ('stripe', 'evt_charge', 'payment_intent.succeeded', 'pi_3', '${id(3)}',
      '{"id":"evt_charge","outcome":{"status":"captured","reference":"pi_3","capturedCents":1,"currency":"EUR"}}', 'received', null,
      1, now()),
      ('stripe', 'evt_done', 'payment_intent.succeeded', 'pi_2', '${id(2)}', '{"id":"evt_done"}', 'applied', now(), 1, null);
    insert into gateway_catch_ups (provider, listed_until) values ('stripe', '2026-11-27');
    insert into sandbox_charges (reference, idempotency_key, amount_cents, refunded_cents, currency, status)
    values ('sbx_1', '${id(4)}', 5000, 2000, 'JPY', 'captured');
    insert into sandbox_refunds (reference, idempotency_key, charge_reference, amount_cents)
    values ('sbr_1', '${id(14)}', 'sbx_1', 2000);`);
  await migrateDatabase(url);
  expect(await ask('select payment_id, gateway_reference, amount_cents::int, currency, status from disputes')).toEqual([
    { payment_id: id(1), gateway_reference: null, amount_cents: 5000, currency: 'EUR', status: 'open' },
  ]);
  expect(await ask('select status, origin, gateway_reference from refunds order by id')).toEqual([
    { status: 'processed', origin: 'shop', gateway_reference: 're_1' },
    { status: 'pending', origin: 'shop', gateway_reference: null },
    { status: 'failed', origin: 'shop', gateway_reference: null },
  ]);
  expect(
    await ask(`select event_id, outcome, payload -> 'about' ->> 'subject' as subject, payload -> 'about' ->> 'refundId' as refund,
      payload -> 'about' -> 'outcome' ->> 'status' as charge from gateway_events order by event_id`),
  ).toEqual([
    { event_id: 'evt_charge', outcome: 'received', subject: 'charge', refund: null, charge: 'captured' },
    { event_id: 'evt_dispute', outcome: 'dead', subject: 'dispute', refund: null, charge: null },
    { event_id: 'evt_done', outcome: 'applied', subject: null, refund: null, charge: null },
    { event_id: 'evt_refund', outcome: 'received', subject: 'refund', refund: id(12), charge: null },
  ]);
  expect(await ask('select provider, records_listed_until from gateway_catch_ups')).toEqual([
    { provider: 'stripe', records_listed_until: null },
  ]);
  expect(await ask('select status, currency from sandbox_refunds')).toEqual([{ status: 'processed', currency: 'JPY' }]);
  // A refund reference of the provider is unique.
  await expect(
    ask(`set session_replication_role = replica; insert into refunds (id, payment_id, amount_cents, currency, reason,
      gateway_reference, requested_by)
      values ('${id(15)}', '${id(1)}', 1, 'EUR', 'again', 're_1', 'staff')`),
  ).rejects.toThrow('refunds_reference');
});
