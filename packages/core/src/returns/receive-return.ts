import type { Order, OrderId, RefundId, ReturnStatus, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { restockLines } from '../inventory/index.ts';
import {
  counted,
  DomainError,
  notFound,
  plainWords,
  requireScope,
  system,
  transact,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import {
  markOrderCancelled,
  nothingRefunded,
  readOrder,
  releasePurchases,
  releaseReturnUnits,
  takeBackUnits,
  type LineUnits,
  type OrderRow,
} from '../orders/index.ts';
import { readRefundedMoney, createRefundsUpTo, findRefundsOfRequest, processRefund, refundStoreCredit } from '../payments/index.ts';
import { readReturnLines, type ReturnLineRow } from '../read-models/return-lines.ts';
import { refundShare } from './refund-share.ts';
import { lockReturn, type ReturnRow } from './return.locks.ts';
import { returnFacts } from './return.events.ts';
import { insertRest, insertReturnRefunds, recordArrival, recordArrivedLines } from './return.store.ts';

type Input = z.output<ShopContract['returns']['receive']['input']>;
interface Arrival extends ReturnLineRow {
  readonly received: number;
  readonly restocked: number;
  readonly refundCents: number;
}

/**
 * Receives the arrived units of a return and restocks them as stated, if they were counted when they were sold. For an approved return the
 * buyer is refunded. Once nothing is left with the buyer, shipping is refunded as well, the order no longer counts against a purchase
 * limit, and one that was never delivered is cancelled as `returned`. A return in transit was refunded when its order was cancelled: its
 * units that have not arrived stay in transit. Throws `RETURN_NOT_RECEIVABLE` for a return in another state, and `FORBIDDEN` when a refund
 * is needed and the actor may not refund, or units are restocked and the actor may not change stock. The refund runs after the commit; an
 * unresponsive provider is retried later.
 */
export const receiveReturn = async (core: Core, actor: Actor, input: Input): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const { orderId, refundIds } = await transact(
    core,
    { once: { answers: false, again: (tx, before) => receivedBefore(tx, input, before) } },
    (tx) => receive(tx, actor, input),
  );
  for (const refundId of refundIds) await processRefund(core, refundId);
  return readOrder(core, orderId, actor);
};

const receivedBefore = async (tx: Tx, { returnId }: Input, { requestKey }: { readonly requestKey: string }) => ({
  orderId: (await lockReturn(tx, returnId)).order.id,
  refundIds: (await findRefundsOfRequest(tx, requestKey)).map(({ id }) => id),
});

const receivable: readonly ReturnStatus[] = ['approved', 'in_transit', 'written_off'];

interface Received {
  readonly orderId: OrderId;
  readonly refundIds: readonly RefundId[];
}

const receive = async (tx: Tx, actor: Actor, input: Input): Promise<Received> => {
  const { order, back } = await lockReturn(tx, input.returnId);
  if (!receivable.includes(back.status))
    throw new DomainError(
      'RETURN_NOT_RECEIVABLE',
      `Only a return that is approved, in transit or written off can be received. This one is ${plainWords(back.status)}.`,
      { details: { status: back.status } },
    );
  const arrivals = toArrivals(await readReturnLines(tx, back.id), input.items);
  if (arrivals.every((line) => line.received === 0))
    throw new DomainError(
      'RETURN_EMPTY',
      `The received quantities are all 0. ${back.status === 'approved' ? 'Reject the return' : 'Write the units off'} instead.`,
    );
  return back.status === 'approved' ? receiveApproved(tx, actor, order, back, arrivals) : receiveTransit(tx, actor, order, back, arrivals);
};

const receiveApproved = async (tx: Tx, actor: Actor, order: OrderRow, back: ReturnRow, arrivals: readonly Arrival[]): Promise<Received> => {
  const units = arrivals.reduce((sum, line) => sum + line.received, 0);
  const all = order.returnedCount + units === order.itemCount;
  const reason = reasonOf(order);
  const amountCents = amountFor(order, arrivals, all);
  const paid = await createRefundsUpTo(tx, order.id, amountCents, reason, actor);
  const money = await readRefundedMoney(tx, order, { ...paid, upToCents: amountCents });
  const after = await recordArrivals(tx, order, arrivals);
  await releaseReturnUnits(tx, missing(arrivals));
  await restock(tx, order, back, arrivals, actor);
  if (all && order.status === 'shipped')
    await markOrderCancelled(tx, after, 'returned', actor, { note: 'Everything came back', money, returnId: back.id });
  else if (all) await releasePurchases(tx, order.id);
  // The part that no payment can refund is returned to the store credit that paid it.
  await refundStoreCredit(tx, order, { upToCents: amountCents - paid.refundCents, reason, actor });
  await recordArrival(tx, back, money, actor);
  await recordArrivedLines(tx, back.id, arrivals);
  if (paid.refundIds.length > 0) await insertReturnRefunds(tx, back.id, paid.refundIds);
  tx.outbox.add('return.received', back.id, { ...returnFacts(order, back.id), ...money, currency: order.currency });
  return { orderId: order.id, refundIds: paid.refundIds };
};

/** Units of a cancelled order. The cancellation has refunded them, so there is nothing to refund here. */
const receiveTransit = async (tx: Tx, actor: Actor, order: OrderRow, back: ReturnRow, arrivals: readonly Arrival[]): Promise<Received> => {
  await recordArrivals(tx, order, arrivals);
  await restock(tx, order, back, arrivals, actor);
  const rest = missing(arrivals).filter((line) => line.quantity > 0);
  if (rest.length > 0)
    await insertRest(tx, back, {
      orderId: order.id,
      reason: 'These units did not arrive with the others.',
      lines: rest,
      requestedBy: receipt,
    });
  await recordArrival(tx, back, nothingRefunded, actor);
  const unpaid = arrivals.map((line) => ({ ...line, refundCents: 0 }));
  await recordArrivedLines(tx, back.id, unpaid);
  tx.outbox.add('return.received', back.id, { ...returnFacts(order, back.id), ...nothingRefunded, currency: order.currency });
  return { orderId: order.id, refundIds: [] };
};

const receipt = system('receipt');
const reasonOf = (order: OrderRow): string => `return for order ${order.orderNumber}`;

const recordArrivals = (tx: Tx, order: OrderRow, arrivals: readonly Arrival[]): Promise<OrderRow> =>
  takeBackUnits(
    tx,
    order,
    arrivals.map(({ orderItemId, received }) => ({ orderItemId, quantity: received })),
  );

const missing = (arrivals: readonly Arrival[]): LineUnits[] =>
  arrivals.map(({ orderItemId, wanted, received }) => ({ orderItemId, quantity: wanted - received }));

const restock = async (tx: Tx, order: OrderRow, back: ReturnRow, arrivals: readonly Arrival[], actor: Actor): Promise<void> => {
  if (arrivals.some((line) => line.restocked > 0)) requireScope(actor, 'inventory:write');
  await restockLines(
    tx,
    arrivals.map(({ orderItemId, variantId, restocked }) => ({ orderItemId, variantId, quantity: restocked })),
    { reason: reasonOf(order), changeId: back.id, actor },
  );
};

/** An order that ends is refunded in full; otherwise the buyer gets the price of the units, and shipping with the last of them. */
const amountFor = (order: OrderRow, arrivals: readonly Arrival[], all: boolean): number => {
  if (all && order.status === 'shipped') return order.totalCents;
  return arrivals.reduce((sum, line) => sum + line.refundCents, all ? order.shippingPaidCents : 0);
};

const toArrivals = (lines: readonly ReturnLineRow[], given: Input['items']): Arrival[] => {
  for (const { orderItemId } of given ?? [])
    if (!lines.some((line) => line.orderItemId === orderItemId)) throw notFound('This line of the return', orderItemId);
  return lines.map((line) => {
    const said = given?.find((item) => item.orderItemId === line.orderItemId);
    const received = given ? (said?.receivedQuantity ?? 0) : line.wanted;
    if (received > line.wanted)
      throw new DomainError(
        'QUANTITY_EXCEEDS_ORDER',
        `The return has only ${counted(line.wanted, 'unit')} of this line, fewer than the ${received} received.`,
        {
          details: { orderItemId: line.orderItemId, requested: received, left: line.wanted },
        },
      );
    const refundCents = refundShare(line, line.returnedBefore, received, line.taxIncluded);
    const usable = given ? (said?.restockQuantity ?? 0) : received;
    return { ...line, received, restocked: line.tracked ? usable : 0, refundCents };
  });
};
