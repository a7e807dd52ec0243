import { createHmac } from 'node:crypto';
import {
  aConsistentShop,
  aCheckout,
  aGuestCart,
  aPaidOrder,
  aProduct,
  aStaffMember,
  checkOut,
  createUnsteadyGateway,
  letPass,
  race,
  there,
  unique,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { expireOrders } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import {
  handleGatewayWebhook,
  listDiscrepancies,
  reconcilePayments,
  resolveDiscrepancy,
  retryGatewayEvents,
  sandboxWebhookSecret,
} from './index.ts';

const staff = system('test');
const gateway = createUnsteadyGateway();
const shop = await aConsistentShop({ overrides: { gateways: new Map([['sandbox', gateway]]) } });
gateway.connect(shop.core);

const discrepancies = async () => (await listDiscrepancies(shop.core, staff)).items;
const resolve = (
  kind: 'unknown_charge' | 'dead_event' | 'undecided_charge' | 'refund_missing',
  id: string,
  action: 'ask' | 'refund' | 'dismiss',
) => resolveDiscrepancy(shop.core, staff, { kind, id, action, note: 'checked with the provider' });
/** The provider reports a charge without a payment of this shop. */
const aStrayCharge = async () => {
  const reference = `sbx_stray_${unique()}`;
  await sql`insert into sandbox_charges (reference, idempotency_key, amount_cents, currency, status)
    values (${reference}, ${reference}, 700, 'USD', 'captured')`.execute(shop.core.db);
  const id = `evt_${reference}`;
  const body = Buffer.from(
    JSON.stringify({
      id,
      type: 'charge.captured',
      data: { reference, paymentId: null, status: 'captured', amountCents: 700, currency: 'USD' },
    }),
  );
  const t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', sandboxWebhookSecret(shop.core.sealer)).update(`${t}.`).update(body).digest('hex');
  expect(await handleGatewayWebhook(shop.core, 'sandbox', { rawBody: body, headers: { 'sandbox-signature': `t=${t},v1=${v1}` } })).toBe(
    'waiting',
  );
  await letPass(shop.core, 16);
  expect(await retryGatewayEvents(shop.core)).toMatchObject({ unresolved: 1 });
  return { id, reference };
};

describe('discrepancies between the shop and its providers', () => {
  it('a healthy shop has no discrepancies, and only staff may list and resolve them', async () => {
    const { guest } = await aPaidOrder(shop.core, await aProduct(shop.core));
    expect(await discrepancies()).toEqual([]);
    await expect(listDiscrepancies(shop.core, guest)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const support = await aStaffMember(shop.core, 'support');
    expect((await listDiscrepancies(shop.core, support)).items).toEqual([]);
    const input = { kind: 'unknown_charge', id: 'evt', action: 'dismiss', note: 'x' } as const;
    await expect(resolveDiscrepancy(shop.core, support, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(resolveDiscrepancy(shop.core, staff, input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('an unknown charge is listed, and refunded in full once', async () => {
    const { id, reference } = await aStrayCharge();
    expect(await discrepancies()).toMatchObject([{ kind: 'unknown_charge', id, reference, provider: 'sandbox', orderId: null }]);
    expect(await resolve('unknown_charge', id, 'ask')).toEqual({ resolved: false });
    gateway.silent = true;
    await expect(resolve('unknown_charge', id, 'refund')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    gateway.silent = false;
    expect(await resolve('unknown_charge', id, 'refund')).toEqual({ resolved: true });
    const given = await sql`select refunded_cents as cents from sandbox_charges where reference = ${reference}`.execute(shop.core.db);
    expect(given.rows).toEqual([{ cents: 700 }]);
    expect(await discrepancies()).toEqual([]);
    await sql`delete from sandbox_charges where reference = ${reference}`.execute(shop.core.db);
  });

  it('more than the 200 listed discrepancies are counted, filtered by order and can be resolved', async () => {
    const ids = Array.from({ length: 201 }, (_, n) => `evt_${unique()}_${n}`);
    for (const [n, id] of ids.entries())
      await shop.core.database.kysely
        .insertInto('gateway_events')
        .values({
          provider: 'stripe',
          eventId: id,
          type: 'charge.captured',
          payload: {},
          outcome: 'dead',
          receivedAt: new Date(Date.now() - 60_000 + n),
          handledAt: new Date(),
        })
        .execute();
    const { items, totalCount } = await listDiscrepancies(shop.core, staff);
    expect([items.length, totalCount]).toEqual([200, 201]);
    const last = there(ids.at(-1));
    expect(items.map(({ id }) => id)).not.toContain(last);
    expect(await resolve('dead_event', last, 'dismiss')).toEqual({ resolved: true });
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    expect(await listDiscrepancies(shop.core, staff, { orderId: order.id })).toEqual({ items: [], totalCount: 0 });
    await sql`update payments set superseded_at = now() where order_id = ${order.id}`.execute(shop.core.db);
    expect(await listDiscrepancies(shop.core, staff, { orderId: order.id })).toMatchObject({
      items: [{ kind: 'refund_missing', orderId: order.id }],
      totalCount: 1,
    });
    await sql`update payments set superseded_at = null where order_id = ${order.id}`.execute(shop.core.db);
    await sql`delete from gateway_events where event_id = any(${ids})`.execute(shop.core.db);
  });

  it('when two providers use the same event id, only the event of the named one is resolved', async () => {
    const { id, reference } = await aStrayCharge();
    await shop.core.database.kysely
      .insertInto('gateway_events')
      .values({ provider: 'stripe', eventId: id, type: 'charge.captured', payload: {}, outcome: 'orphaned', handledAt: new Date() })
      .execute();
    await expect(resolve('unknown_charge', id, 'dismiss')).rejects.toMatchObject({ code: 'PROVIDER_REQUIRED' });
    const dismiss = (provider: 'sandbox' | 'stripe') =>
      resolveDiscrepancy(shop.core, staff, { kind: 'unknown_charge', id, provider, action: 'dismiss', note: 'checked with the provider' });
    expect(await dismiss('stripe')).toEqual({ resolved: true });
    expect(await discrepancies()).toMatchObject([{ kind: 'unknown_charge', id, provider: 'sandbox' }]);
    expect(await dismiss('sandbox')).toEqual({ resolved: true });
    expect(await discrepancies()).toEqual([]);
    await sql`delete from sandbox_charges where reference = ${reference}`.execute(shop.core.db);
  });

  it('an event can be dismissed with a stored reason', async () => {
    const { id, reference } = await aStrayCharge();
    expect(await resolve('unknown_charge', id, 'dismiss')).toEqual({ resolved: true });
    const row = await shop.core.db
      .selectFrom('gateway_events')
      .select(['resolvedBy', 'resolution'])
      .where('eventId', '=', id)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ resolvedBy: 'system:test', resolution: 'checked with the provider' });
    await sql`delete from sandbox_charges where reference = ${reference}`.execute(shop.core.db);
  });

  it('an undecided charge is settled by asking the provider again', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    gateway.silent = true;
    const order = await checkOut(shop.core, guest, aCheckout(cart));
    await letPass(shop.core, 16);
    const [found] = await discrepancies();
    expect(found).toMatchObject({ kind: 'undecided_charge', orderNumber: order.orderNumber, amountCents: order.totalCents });
    expect(await resolve('undecided_charge', found?.id ?? '', 'ask')).toEqual({ resolved: false });
    gateway.silent = false;
    expect(await resolve('undecided_charge', found?.id ?? '', 'ask')).toEqual({ resolved: true });
    expect(await getOrder(shop.core, staff, { orderId: order.id })).toMatchObject({ status: 'confirmed' });
  });

  it('the refund of a cancelled order that the provider refused is made once by ten concurrent resolutions', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    gateway.silent = true;
    const order = await checkOut(shop.core, guest, aCheckout(cart));
    await letPass(shop.core, 46);
    await expireOrders(shop.core);
    gateway.silent = false;
    await reconcilePayments(shop.core, 600);
    // The refund was claimed in the same transaction; the provider now refuses it.
    await sql`update sandbox_charges set status = 'voided' where idempotency_key = ${order.payments[0]?.id}`.execute(shop.core.db);
    await reconcilePayments(shop.core, 0);
    const [found] = await discrepancies();
    expect(found).toMatchObject({
      kind: 'refund_missing',
      orderNumber: order.orderNumber,
      detail: 'The order is cancelled, and the payment is not refunded in full.',
    });
    await sql`update sandbox_charges set status = 'captured' where idempotency_key = ${order.payments[0]?.id}`.execute(shop.core.db);
    const { won, defects } = await race(10, () => resolve('refund_missing', found?.id ?? '', 'refund'));
    expect(defects).toEqual([]);
    expect(won).toContainEqual({ resolved: true });
    expect(await getOrder(shop.core, staff, { orderId: order.id })).toMatchObject({ label: 'Refunded' });
  });
});
