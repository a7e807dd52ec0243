/** Repeats every procedure that takes an Idempotency-Key after its stored answer was deleted. */
import { contract, type Order } from '@cartwright/contracts';
import { system } from '@cartwright/core/kernel';
import { editOrder } from '@cartwright/core/order-edits';
import { cancelOrder } from '@cartwright/core/order-cancellations';
import { deliverOrder, shipOrder } from '@cartwright/core/orders';
import { requestReturn } from '@cartwright/core/returns';
import {
  aCheckout,
  aCustomer,
  aFlashSale,
  aPurchaseInput,
  aGuestCart,
  aKey,
  anAddress,
  anOrder,
  aProduct,
  there,
  unique,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { countRows, protocols, type ProtocolAnswer } from '../test/protocols.ts';
import { aLiveShopWithAdmin, bearer } from '../test/live-shop.ts';
import { entries } from './entries.ts';

const { live, admin } = await aLiveShopWithAdmin();

interface Scenario {
  readonly input: Readonly<Record<string, unknown>>;
  /** A different request for the same key. */
  readonly other: Readonly<Record<string, unknown>>;
  /** Token of a guest; null for no token. Default: called by an admin. */
  readonly cartToken?: string | null;
  /** Status of the first call and of each repeat. Default: 200. */
  readonly first?: number;
  readonly again?: number;
}
const core = () => live.shop.core;
const staff = system('test');
const paid = async (units = 3, priceCents = 2_000, token = 'tok_success') => {
  const product = await aProduct(core(), { priceCents, stock: 20 });
  const { guest, order } = await anOrder(core(), [[product, units]], { token });
  return { guest, order, product, variantId: variantOf(product).id, item: there(order.items[0]) };
};
const ship = (order: Order) => shipOrder(core(), staff, { orderId: order.id, carrier: 'Post', trackingNumber: 'T1' });
const returned = async () => {
  const { order, item, ...rest } = await paid();
  await ship(order);
  const withReturn = await requestReturn(core(), staff, {
    orderId: order.id,
    items: [{ orderItemId: item.id, quantity: 2 }],
    reason: 'broken',
  });
  return { ...rest, order, returnId: there(withReturn.returns[0]).id };
};
/** A return in transit: the order was cancelled after it was shipped. */
const inTransit = async () => {
  const { order } = await paid();
  await ship(order);
  const cancelled = await cancelOrder(core(), staff, { orderId: order.id });
  return there(cancelled.returns[0]).id;
};
const waitingEdit = async () => {
  const sold = await paid(1, 1_000, 'tok_once');
  const { lines } = contract.orders.previewEdit.input.pick({ lines: true }).parse({ lines: [{ variantId: sold.variantId, quantity: 3 }] });
  await editOrder(core(), staff, { orderId: sold.order.id, expectedUpdatedAt: sold.order.updatedAt, lines });
  return sold;
};
const card = (token: string) => ({ provider: 'sandbox', method: 'credit_card', token });
const named = (name: string, fields: Record<string, unknown> = {}): Scenario => ({
  input: { name, ...fields },
  other: { name: `${name} 2`, ...fields },
});

const scenarios: Readonly<Record<string, () => Promise<Scenario> | Scenario>> = {
  'products.create': () => {
    const variants = [{ sku: `S-${unique()}`, options: {}, priceCents: 100, stock: 1 }];
    return named(`Thing ${unique()}`, { variants });
  },
  'products.duplicate': async () => {
    const { id } = await aProduct(core());
    return { input: { id }, other: { id, name: 'Another' } };
  },
  'categories.create': () => named(`Category ${unique()}`),
  'collections.create': () => named(`Collection ${unique()}`, { rule: { tags: ['x'] } }),
  'imports.begin': () => ({ input: { fileName: 'a.csv' }, other: { fileName: 'b.csv' } }),
  'pricing.createRules': () => {
    const rule = { name: `Rule ${unique()}`, effect: 'percent_off', percentBasisPoints: 500 };
    return { input: { rules: [rule] }, other: { rules: [{ ...rule, percentBasisPoints: 600 }] }, again: 410 };
  },
  'promoCodes.create': () => {
    const code = `C${unique()}`.toUpperCase();
    return { input: { code, percentBasisPoints: 500 }, other: { code, percentBasisPoints: 600 } };
  },
  'promoCodes.generate': () => ({ input: { count: 5, percentBasisPoints: 500 }, other: { count: 6, percentBasisPoints: 500 } }),
  'priceLists.create': () => named(`List ${unique()}`, { currency: 'USD' }),
  'shipping.create': () => named(`Post ${unique()}`, { currency: 'USD', bands: [{ priceCents: 500 }] }),
  'inventory.adjust': async () => {
    const { id: variantId } = variantOf(await aProduct(core(), { stock: 10 }));
    return { input: { variantId, delta: 5, reason: 'delivery' }, other: { variantId, delta: 6, reason: 'delivery' } };
  },
  'inventory.transfer': async () => {
    const { id: variantId } = variantOf(await aProduct(core(), { stock: 10 }));
    const { rows } = await sql<{ id: string }>`select id from stock_locations where is_default`.execute(core().db);
    const toLocationId = core().ids.next();
    await sql`insert into stock_locations (id, code, name) values (${toLocationId}, ${`L${unique()}`.toUpperCase()}, 'Back')`.execute(
      core().db,
    );
    const move = { variantId, fromLocationId: rows[0]?.id, toLocationId, reason: 'nearer' };
    return { input: { ...move, quantity: 3 }, other: { ...move, quantity: 4 } };
  },
  'inventory.createLocation': () => {
    const code = `loc-${unique()}`;
    return { input: { code, name: 'One' }, other: { code, name: 'Two' } };
  },
  'checkout.complete': async () => {
    const { guest, cart } = await aGuestCart(core(), [[await aProduct(core()), 1]]);
    const input = aCheckout(cart);
    return { input, other: { ...input, email: 'other@example.com' }, cartToken: guest.cartToken };
  },
  'checkout.retryPayment': async () => {
    const { guest, cart } = await aGuestCart(core(), [[await aProduct(core()), 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    const declined = await send('checkout.complete', { input: aCheckout(cart, { token: 'tok_decline' }), headers });
    const orderId = declined.problem?.details?.['orderId'];
    return {
      input: { orderId, payment: card('tok_decline') },
      other: { orderId, payment: card('tok_success') },
      cartToken: guest.cartToken,
      first: 402,
      again: 402,
    };
  },
  'orders.cancel': async () => {
    const { order } = await paid();
    return { input: { orderId: order.id }, other: { orderId: order.id, note: 'another reason' } };
  },
  'orders.ship': async () => {
    const { order, item } = await paid();
    const parcel = { orderId: order.id, carrier: 'Post', trackingNumber: 'T1' };
    const items = (quantity: number) => [{ orderItemId: item.id, quantity }];
    return { input: { ...parcel, items: items(1) }, other: { ...parcel, items: items(2) } };
  },
  'orders.addNote': async () => {
    const { order } = await paid();
    return { input: { orderId: order.id, text: 'Call first' }, other: { orderId: order.id, text: 'Call later' } };
  },
  'orders.updateAddress': async () => {
    const { order } = await paid();
    const to = (line1: string) => ({ orderId: order.id, shippingAddress: { ...anAddress, line1 } });
    return { input: to('1 New Street'), other: to('2 New Street') };
  },
  'orders.delete': async () => {
    const [{ order }, { order: another }] = [await paid(), await paid()];
    for (const { id: orderId } of [order, another])
      await send('orders.cancel', { input: { orderId }, headers: { ...bearer(admin), 'idempotency-key': aKey() } });
    return { input: { orderId: order.id }, other: { orderId: another.id } };
  },
  'orders.edit': async () => {
    const { order, variantId } = await paid();
    const to = (quantity: number) => ({ orderId: order.id, expectedUpdatedAt: order.updatedAt, lines: [{ variantId, quantity }] });
    return { input: to(2), other: to(1) };
  },
  'orders.withdrawEdit': async () => {
    const [{ order }, { order: another }] = [await waitingEdit(), await waitingEdit()];
    return { input: { orderId: order.id }, other: { orderId: another.id } };
  },
  'orders.payEdit': async () => {
    const { order } = await waitingEdit();
    return {
      input: { orderId: order.id, payment: card('tok_decline') },
      other: { orderId: order.id, payment: card('tok_success') },
      first: 402,
      again: 402,
    };
  },
  'orderViews.create': () => ({
    input: { name: `View ${unique()}`, filters: { status: 'confirmed' } },
    other: { name: `View ${unique()}`, filters: {} },
  }),
  'returns.request': async () => {
    const { order, item } = await paid();
    await ship(order);
    await deliverOrder(core(), staff, { orderId: order.id });
    const back = (quantity: number) => ({ orderId: order.id, items: [{ orderItemId: item.id, quantity }], reason: 'too small' });
    return { input: back(1), other: back(2) };
  },
  'returns.decide': async () => {
    const { returnId } = await returned();
    return { input: { returnId, approve: false }, other: { returnId, approve: false, note: 'no' } };
  },
  'returns.receive': async () => {
    const { returnId, order } = await returned();
    const arrived = (receivedQuantity: number) => ({
      returnId,
      items: [{ orderItemId: there(order.items[0]).id, receivedQuantity, restockQuantity: 1 }],
    });
    return { input: arrived(2), other: arrived(1) };
  },
  'returns.writeOff': async () => ({ input: { returnId: await inTransit() }, other: { returnId: await inTransit() } }),
  'payments.refund': async () => {
    const { order } = await paid();
    const back = (amountCents: number) => ({ paymentId: there(order.payments[0]).id, amountCents, reason: 'scratched' });
    return { input: back(700), other: back(800) };
  },
  'payments.refundOrder': async () => {
    const { order } = await paid();
    const back = (amountCents: number) => ({ orderId: order.id, amountCents, reason: 'scratched' });
    return { input: back(700), other: back(800) };
  },
  'storeCredit.issueGiftCard': () => ({
    input: { amountCents: 5_000, currency: 'USD' },
    other: { amountCents: 6_000, currency: 'USD' },
    again: 410,
  }),
  'storeCredit.grant': async () => {
    const { userId } = await aCustomer(core());
    const grant = (amountCents: number) => ({ userId, currency: 'USD', amountCents, reason: 'sorry' });
    return { input: grant(500), other: grant(600) };
  },
  'storeCredit.adjust': async () => {
    const { userId } = await aCustomer(core());
    const input = { userId, currency: 'USD', amountCents: 5_000, reason: 'sorry' };
    const granted = await send('storeCredit.grant', { input, headers: { ...bearer(admin), 'idempotency-key': aKey() } });
    const creditId = (granted.data as { id: string }).id;
    const by = (amountCents: number) => ({ creditId, amountCents, reason: 'counted again' });
    return { input: by(-100), other: by(-200) };
  },
  'flashSales.create': async () => {
    const { id: variantId } = variantOf(await aProduct(core(), { stock: 50 }));
    const sale = (units: number) => ({
      name: `Drop ${variantId}`,
      startsAt: '2190-01-01T00:00:00Z',
      endsAt: '2190-01-02T00:00:00Z',
      items: [{ variantId, units, salePriceCents: 500 }],
    });
    return { input: sale(10), other: sale(11) };
  },
  'flashSales.adjustUnits': async () => {
    const { item } = await aFlashSale(core(), { stock: 50 });
    return { input: { itemId: item.id, delta: 3 }, other: { itemId: item.id, delta: 4 } };
  },
  'flashSales.buy': async () => {
    const { item } = await aFlashSale(core());
    const input = aPurchaseInput(item, { token: 'tok_success' });
    return { input, other: { ...input, quantity: 2 }, cartToken: null };
  },
};

const [, trpc] = protocols;
const send = (procedure: string, call: Parameters<(typeof protocols)[number]['send']>[2]): Promise<ProtocolAnswer> =>
  there(trpc).send(live, procedure, call);

const keyed = [...entries].filter(([, entry]) => entry.kind === 'mutation' && entry.idempotency !== undefined);
const permanent = keyed.filter(([, entry]) => entry.kind === 'mutation' && entry.uniqueBy === 'key').map(([name]) => name);

/** What a second effect would change: row counts of every table, and sums of counters that change without a new row. */
const stateOf = async () => {
  const { idempotency_keys: _, permanent_keys: _kept, ...rows } = await countRows(live);
  const { rows: sums } = await sql`
    select (select sum(on_hand) from stock_levels) as "onHand", (select sum(reserved) from stock_levels) as reserved, (select sum(balance_cents) from store_credits) as credit,
      (select sum(refund_claimed_cents) from payments) as refunds, (select sum(shipped_count) from orders) as shipped, (select sum(returned_count) from orders) as returned,
      (select sum(units_allocated) from flash_sale_items) as allocated`.execute(core().db);
  return { rows, sums: sums[0] };
};
const forget = (key: string) => sql`delete from idempotency_keys where key = ${key}`.execute(core().db);

describe('a key whose answer was deleted', () => {
  it('every procedure that takes an Idempotency-Key declares what keeps it unique', () => {
    expect(keyed.filter(([, entry]) => entry.kind === 'mutation' && entry.uniqueBy === undefined).map(([name]) => name)).toEqual([]);
  });

  it('every procedure with a permanent key has a scenario here', () => {
    expect(Object.keys(scenarios).toSorted()).toEqual(permanent.toSorted());
  });

  it.each(Object.keys(scenarios))(
    '%s has no second effect after its answer was deleted, one after the other or fifty at once',
    async (procedure) => {
      const { input, other, cartToken, first = 200, again = first } = await there(scenarios[procedure])();
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
    const { order } = await paid();
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
    const { order } = await paid();
    const input = { paymentId: there(order.payments[0]).id, amountCents: 700, reason: 'scratched' };
    await send('payments.refund', { input, headers: { ...bearer(admin), 'idempotency-key': aKey() } });
    const copy = sql`
      insert into refunds (id, payment_id, amount_cents, reason, requested_by, request_key)
      select gen_random_uuid(), payment_id, amount_cents, reason, requested_by, request_key from refunds where payment_id = ${input.paymentId}`;
    await expect(copy.execute(core().db)).rejects.toMatchObject({ constraint: 'refunds_request_key_unique' });
  });
});

describe('a checkout', () => {
  it('a checkout of another cart under the key of an order is refused, even after the answer was deleted', async () => {
    const { guest, cart } = await aGuestCart(core(), [[await aProduct(core()), 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    expect((await send('checkout.complete', { input: aCheckout(cart), headers })).status).toBe(200);
    const created = await send('carts.create', { input: {}, headers: { 'x-cart-token': guest.cartToken ?? '' } });
    const { cart: second } = created.data as { cart: { id: string } };
    const { id: variantId } = variantOf(await aProduct(core()));
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
