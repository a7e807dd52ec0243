/** Repeats every procedure that takes an Idempotency-Key after its stored answer was deleted. */
import { aCheckout, aGuestCart, aKey, anOrder, aProduct, there, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { keyedCalls } from '../test/keyed-calls.ts';
import { aLiveShopWithAdmin, bearer } from '../test/live-shop.ts';
import { countRows, protocols, type ProtocolAnswer } from '../test/protocols.ts';
import { entries } from './entries.ts';

const { live, admin } = await aLiveShopWithAdmin();
const aPaidOrder = async () =>
  anOrder(live.shop.core, [[await aProduct(live.shop.core, { priceCents: 2_000, stock: 20 }), 3]], { token: 'tok_success' });

const [, trpc] = protocols;
const send = (procedure: string, call: Parameters<(typeof protocols)[number]['send']>[2]): Promise<ProtocolAnswer> =>
  there(trpc).send(live, procedure, call);

const keyed = [...entries].filter(([, entry]) => entry.kind === 'mutation' && entry.idempotency !== undefined);
const permanent = keyed.filter(([, entry]) => entry.kind === 'mutation' && entry.uniqueBy === 'key').map(([name]) => name);

/** What a second effect would change: row counts of every table, and sums of counters that change without a new row. */
const stateOf = async () => {
  const { idempotency_keys: _, permanent_keys: _kept, ...rows } = await countRows(live);
  const { rows: sums } = await sql`
    select (select sum(on_hand) from stock_levels) as "onHand", (select sum(reserved) from stock_levels) as reserved,
    (select sum(balance_cents) from store_credits) as credit,
      (select sum(refund_claimed_cents) from payments) as refunds, (select sum(shipped_count) from orders) as shipped,
      (select sum(returned_count) from orders) as returned,
      (select sum(units_allocated) from flash_sale_items) as allocated`.execute(live.shop.core.db);
  return { rows, sums: sums[0] };
};
const forget = (key: string) => sql`delete from idempotency_keys where key = ${key}`.execute(live.shop.core.db);

describe('a key whose answer was deleted', () => {
  it('every procedure that takes an Idempotency-Key declares what keeps it unique', () => {
    expect(keyed.filter(([, entry]) => entry.kind === 'mutation' && entry.uniqueBy === undefined).map(([name]) => name)).toEqual([]);
  });

  it('every procedure with a permanent key has a scenario here', () => {
    expect(Object.keys(keyedCalls).toSorted()).toEqual(permanent.toSorted());
  });

  it.each(Object.keys(keyedCalls))(
    '%s has no second effect after its answer was deleted, one after the other or fifty at once',
    async (procedure) => {
      const {
        input,
        other,
        cartToken,
        first = 200,
        again = first,
      } = await there(keyedCalls[procedure])({ core: live.shop.core, admin, send });
      const key = aKey();
      const who = cartToken === undefined ? bearer(admin) : cartToken === null ? {} : { 'x-cart-token': cartToken };
      const call = (body: typeof input) => send(procedure, { input: body, headers: { ...who, 'idempotency-key': key } });

      const answer = await call(input);
      expect([answer.status, answer.problem?.detail]).toEqual([first, answer.problem?.detail]);
      const before = await stateOf();
      await forget(key);
      const repeat = await call(input);
      expect([repeat.status, repeat.problem?.detail]).toEqual([again, repeat.problem?.detail]);
      expect(await stateOf()).toEqual(before);

      await forget(key);
      const many = await Promise.all(Array.from({ length: 50 }, () => call(input)));
      const outcomes = many.map(({ status, problem }) => (problem?.code === 'IDEMPOTENCY_IN_PROGRESS' ? 'running' : status));
      expect(outcomes.filter((status) => status !== 'running' && status !== again)).toEqual([]);
      expect(outcomes).toContain(again);
      expect(await stateOf()).toEqual(before);

      await forget(key);
      expect((await call(other)).problem?.code).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(await stateOf()).toEqual(before);
    },
  );
});

describe('a refund', () => {
  it('a repeated refund answers with every field of the refund that its key made', async () => {
    const { order } = await aPaidOrder();
    const input = { paymentId: there(order.payments[0]).id, amountCents: 700, reason: 'scratched' };
    const key = aKey();
    const refund = () => send('payments.refund', { input, headers: { ...bearer(admin), 'idempotency-key': key } });
    const made = await refund();
    await forget(key);
    const repeat = await refund();
    expect(repeat.data).toEqual(made.data);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  });

  it('the database itself refuses a second refund of one key and payment', async () => {
    const { order } = await aPaidOrder();
    const input = { paymentId: there(order.payments[0]).id, amountCents: 700, reason: 'scratched' };
    await send('payments.refund', { input, headers: { ...bearer(admin), 'idempotency-key': aKey() } });
    const copy = sql`
      insert into refunds (id, payment_id, amount_cents, reason, requested_by, request_key)
      select gen_random_uuid(), payment_id, amount_cents, reason, requested_by, request_key from refunds
      where payment_id = ${input.paymentId}`;
    await expect(copy.execute(live.shop.core.db)).rejects.toMatchObject({ constraint: 'refunds_request_key_unique' });
  });
});

describe('a checkout', () => {
  it('a checkout of another cart under the key of an order is refused, even after the answer was deleted', async () => {
    const { guest, cart } = await aGuestCart(live.shop.core, [[await aProduct(live.shop.core), 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    expect((await send('checkout.complete', { input: aCheckout(cart), headers })).status).toBe(200);
    const created = await send('carts.create', { input: {}, headers: { 'x-cart-token': guest.cartToken ?? '' } });
    const { cart: second } = created.data as { cart: { id: string } };
    const { id: variantId } = variantOf(await aProduct(live.shop.core));
    await send('carts.addItem', {
      input: { cartId: second.id, variantId, quantity: 1 },
      headers: { 'x-cart-token': guest.cartToken ?? '' },
    });
    await forget(headers['idempotency-key']);
    const before = await stateOf();
    const again = await send('checkout.complete', { input: { ...aCheckout(cart), cartId: second.id }, headers });
    expect(again.problem?.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await stateOf()).toEqual(before);
  });
});
