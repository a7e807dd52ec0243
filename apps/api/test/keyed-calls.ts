/** For each procedure with a permanent Idempotency-Key: a call that changes something, and a different call for the same key. */
import { contract, type Order } from '@cartwright/contracts';
import { system, type Core } from '@cartwright/core/kernel';
import { cancelOrder } from '@cartwright/core/order-cancellations';
import { editOrder } from '@cartwright/core/order-edits';
import { deliverOrder, shipOrder } from '@cartwright/core/orders';
import { requestReturn } from '@cartwright/core/returns';
import {
  aCheckout,
  aCustomer,
  aFlashSale,
  aGuestCart,
  aKey,
  anAddress,
  anOrder,
  aProduct,
  aPurchaseInput,
  there,
  unique,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { bearer } from './live-shop.ts';
import type { Protocol, ProtocolAnswer } from './protocols.ts';

export interface KeyedCall {
  readonly input: Readonly<Record<string, unknown>>;
  /** A different request for the same key. */
  readonly other: Readonly<Record<string, unknown>>;
  /** Token of a guest; null for no token. Default: called by an admin. */
  readonly cartToken?: string | null;
  /** Status of the first call and of each repeat. Default: 200. */
  readonly first?: number;
  readonly again?: number;
}
/** The shop that a call is prepared in. */
export interface KeyedShop {
  readonly core: Core;
  /** An access token of an admin. */
  readonly admin: string;
  send(procedure: string, call: Parameters<Protocol['send']>[2]): Promise<ProtocolAnswer>;
}

const staff = system('test');
const paid = async (at: KeyedShop, units = 3, priceCents = 2_000, token = 'tok_success') => {
  const product = await aProduct(at.core, { priceCents, stock: 20 });
  const { guest, order } = await anOrder(at.core, [[product, units]], { token });
  return { guest, order, product, variantId: variantOf(product).id, item: there(order.items[0]) };
};
const ship = (at: KeyedShop, order: Order) => shipOrder(at.core, staff, { orderId: order.id, carrier: 'Post', trackingNumber: 'T1' });
const returned = async (at: KeyedShop) => {
  const { order, item, ...rest } = await paid(at);
  await ship(at, order);
  const withReturn = await requestReturn(at.core, staff, {
    orderId: order.id,
    items: [{ orderItemId: item.id, quantity: 2 }],
    reason: 'broken',
  });
  return { ...rest, order, returnId: there(withReturn.returns[0]).id };
};
/** A return in transit: the order was cancelled after it was shipped. */
const inTransit = async (at: KeyedShop) => {
  const { order } = await paid(at);
  await ship(at, order);
  const cancelled = await cancelOrder(at.core, staff, { orderId: order.id });
  return there(cancelled.returns[0]).id;
};
const waitingEdit = async (at: KeyedShop) => {
  const sold = await paid(at, 1, 1_000, 'tok_once');
  const { lines } = contract.orders.previewEdit.input.pick({ lines: true }).parse({ lines: [{ variantId: sold.variantId, quantity: 3 }] });
  await editOrder(at.core, staff, { orderId: sold.order.id, expectedUpdatedAt: sold.order.updatedAt, lines });
  return sold;
};
const card = (token: string) => ({ provider: 'sandbox', method: 'credit_card', token });
const named = (name: string, fields: Record<string, unknown> = {}): KeyedCall => ({
  input: { name, ...fields },
  other: { name: `${name} 2`, ...fields },
});
/** By procedure; each function prepares what its call needs. */
export const keyedCalls: Readonly<Record<string, (at: KeyedShop) => Promise<KeyedCall> | KeyedCall>> = {
  'products.create': () => {
    const variants = [{ sku: `S-${unique()}`, options: {}, priceCents: 100, stock: 1 }];
    return named(`Thing ${unique()}`, { variants });
  },
  'products.duplicate': async (at) => {
    const { id } = await aProduct(at.core);
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
  'inventory.adjust': async (at) => {
    const { id: variantId } = variantOf(await aProduct(at.core, { stock: 10 }));
    return { input: { variantId, delta: 5, reason: 'delivery' }, other: { variantId, delta: 6, reason: 'delivery' } };
  },
  'inventory.transfer': async (at) => {
    const { id: variantId } = variantOf(await aProduct(at.core, { stock: 10 }));
    const { rows } = await sql<{ id: string }>`select id from stock_locations where is_default`.execute(at.core.db);
    const toLocationId = at.core.ids.next();
    await sql`insert into stock_locations (id, code, name) values (${toLocationId}, ${`L${unique()}`.toUpperCase()}, 'Back')`.execute(
      at.core.db,
    );
    const move = { variantId, fromLocationId: rows[0]?.id, toLocationId, reason: 'nearer' };
    return { input: { ...move, quantity: 3 }, other: { ...move, quantity: 4 } };
  },
  'inventory.createLocation': () => {
    const code = `loc-${unique()}`;
    return { input: { code, name: 'One' }, other: { code, name: 'Two' } };
  },
  'checkout.complete': async (at) => {
    const { guest, cart } = await aGuestCart(at.core, [[await aProduct(at.core), 1]]);
    const input = aCheckout(cart);
    return { input, other: { ...input, email: 'other@example.com' }, cartToken: guest.cartToken };
  },
  'checkout.retryPayment': async (at) => {
    const { guest, cart } = await aGuestCart(at.core, [[await aProduct(at.core), 1]]);
    const headers = { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() };
    const declined = await at.send('checkout.complete', { input: aCheckout(cart, { token: 'tok_decline' }), headers });
    const orderId = declined.problem?.details?.['orderId'];
    return {
      input: { orderId, payment: card('tok_decline') },
      other: { orderId, payment: card('tok_success') },
      cartToken: guest.cartToken,
      first: 402,
      again: 402,
    };
  },
  'orders.cancel': async (at) => {
    const { order } = await paid(at);
    return { input: { orderId: order.id }, other: { orderId: order.id, note: 'another reason' } };
  },
  'orders.ship': async (at) => {
    const { order, item } = await paid(at);
    const parcel = { orderId: order.id, carrier: 'Post', trackingNumber: 'T1' };
    const items = (quantity: number) => [{ orderItemId: item.id, quantity }];
    return { input: { ...parcel, items: items(1) }, other: { ...parcel, items: items(2) } };
  },
  'orders.addNote': async (at) => {
    const { order } = await paid(at);
    return { input: { orderId: order.id, text: 'Call first' }, other: { orderId: order.id, text: 'Call later' } };
  },
  'orders.updateAddress': async (at) => {
    const { order } = await paid(at);
    const to = (line1: string) => ({ orderId: order.id, shippingAddress: { ...anAddress, line1 } });
    return { input: to('1 New Street'), other: to('2 New Street') };
  },
  'orders.delete': async (at) => {
    const [{ order }, { order: another }] = [await paid(at), await paid(at)];
    for (const { id: orderId } of [order, another])
      await at.send('orders.cancel', { input: { orderId }, headers: { ...bearer(at.admin), 'idempotency-key': aKey() } });
    return { input: { orderId: order.id }, other: { orderId: another.id } };
  },
  'orders.edit': async (at) => {
    const { order, variantId } = await paid(at);
    const to = (quantity: number) => ({ orderId: order.id, expectedUpdatedAt: order.updatedAt, lines: [{ variantId, quantity }] });
    return { input: to(2), other: to(1) };
  },
  'orders.withdrawEdit': async (at) => {
    const [{ order }, { order: another }] = [await waitingEdit(at), await waitingEdit(at)];
    return { input: { orderId: order.id }, other: { orderId: another.id } };
  },
  'orders.payEdit': async (at) => {
    const { order } = await waitingEdit(at);
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
  'returns.request': async (at) => {
    const { order, item } = await paid(at);
    await ship(at, order);
    await deliverOrder(at.core, staff, { orderId: order.id });
    const back = (quantity: number) => ({ orderId: order.id, items: [{ orderItemId: item.id, quantity }], reason: 'too small' });
    return { input: back(1), other: back(2) };
  },
  'returns.decide': async (at) => {
    const { returnId } = await returned(at);
    return { input: { returnId, approve: false }, other: { returnId, approve: false, note: 'no' } };
  },
  'returns.receive': async (at) => {
    const { returnId, order } = await returned(at);
    const arrived = (receivedQuantity: number) => ({
      returnId,
      items: [{ orderItemId: there(order.items[0]).id, receivedQuantity, restockQuantity: 1 }],
    });
    return { input: arrived(2), other: arrived(1) };
  },
  'returns.writeOff': async (at) => ({ input: { returnId: await inTransit(at) }, other: { returnId: await inTransit(at) } }),
  'payments.refund': async (at) => {
    const { order } = await paid(at);
    const back = (amountCents: number) => ({ paymentId: there(order.payments[0]).id, amountCents, reason: 'scratched' });
    return { input: back(700), other: back(800) };
  },
  'payments.refundOrder': async (at) => {
    const { order } = await paid(at);
    const back = (amountCents: number) => ({ orderId: order.id, amountCents, reason: 'scratched' });
    return { input: back(700), other: back(800) };
  },
  'storeCredit.issueGiftCard': () => ({
    input: { amountCents: 5_000, currency: 'USD' },
    other: { amountCents: 6_000, currency: 'USD' },
    again: 410,
  }),
  'storeCredit.grant': async (at) => {
    const { userId } = await aCustomer(at.core);
    const grant = (amountCents: number) => ({ userId, currency: 'USD', amountCents, reason: 'sorry' });
    return { input: grant(500), other: grant(600) };
  },
  'storeCredit.adjust': async (at) => {
    const { userId } = await aCustomer(at.core);
    const input = { userId, currency: 'USD', amountCents: 5_000, reason: 'sorry' };
    const granted = await at.send('storeCredit.grant', { input, headers: { ...bearer(at.admin), 'idempotency-key': aKey() } });
    const creditId = (granted.data as { id: string }).id;
    const by = (amountCents: number) => ({ creditId, amountCents, reason: 'counted again' });
    return { input: by(-100), other: by(-200) };
  },
  'flashSales.create': async (at) => {
    const { id: variantId } = variantOf(await aProduct(at.core, { stock: 50 }));
    const sale = (units: number) => ({
      name: `Drop ${variantId}`,
      startsAt: '2190-01-01T00:00:00Z',
      endsAt: '2190-01-02T00:00:00Z',
      items: [{ variantId, units, salePriceCents: 500 }],
    });
    return { input: sale(10), other: sale(11) };
  },
  'flashSales.adjustUnits': async (at) => {
    const { item } = await aFlashSale(at.core, { stock: 50 });
    return { input: { itemId: item.id, delta: 3 }, other: { itemId: item.id, delta: 4 } };
  },
  'flashSales.buy': async (at) => {
    const { item } = await aFlashSale(at.core);
    const input = aPurchaseInput(item, { token: 'tok_success' });
    return { input, other: { ...input, quantity: 2 }, cartToken: null };
  },
};
