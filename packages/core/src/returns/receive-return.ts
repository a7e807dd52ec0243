import type { Order, OrderId, OrderItemId, OrderReturnId, RefundId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { restockLines } from '../inventory/index.ts';
import { DomainError, notFound, requireScope, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { markOrderCancelled, readOrder, releasePurchases, releaseReturnUnits, takeBackUnits, type OrderRow } from '../orders/index.ts';
import { createRefundsUpTo, findRefundsOfRequest, processRefund, returnCredit } from '../payments/index.ts';
import { refundShare, type PaidLine } from './refund-share.ts';
import { lockReturn, returnFacts } from './return.locks.ts';
import { recordArrival } from './return.state.ts';

type Input = z.output<ShopContract['returns']['receive']['input']>;
interface ReturnLine extends PaidLine {
  readonly orderItemId: OrderItemId;
  readonly variantId: VariantId;
  readonly wanted: number;
  readonly returnedBefore: number;
  readonly taxIncluded: boolean;
}
interface Arrival extends ReturnLine {
  readonly received: number;
  readonly restocked: number;
  readonly refundCents: number;
}

/**
 * Takes in what has arrived of an approved return: units go back on the shelf as told, the money for them goes
 * back to the buyer. Once nothing is left with the buyer, shipping is refunded as well, the order no longer
 * counts against a purchase limit, and one that was never delivered is cancelled as `returned`. Throws
 * `INVALID_STATE` unless it is approved. The money moves after the commit; a silent provider is asked again later.
 */
export const receiveReturn = async (core: Core, actor: Actor, input: Input): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const { orderId, refundIds } = await transactOnce(
    core,
    { answers: false, again: (tx, before) => receivedBefore(tx, input, before) },
    (tx) => takeIn(tx, actor, input),
  );
  for (const refundId of refundIds) await processRefund(core, refundId);
  return readOrder(core, orderId, actor);
};

const receivedBefore = async (tx: Tx, { returnId }: Input, { requestKey }: { readonly requestKey: string }) => ({
  orderId: (await lockReturn(tx, returnId)).order.id,
  refundIds: (await findRefundsOfRequest(tx, requestKey)).map(({ id }) => id),
});

const takeIn = async (tx: Tx, actor: Actor, input: Input): Promise<{ orderId: OrderId; refundIds: RefundId[] }> => {
  const { order, back } = await lockReturn(tx, input.returnId);
  if (back.status !== 'approved')
    throw new DomainError('INVALID_STATE', `Only an approved return can be taken in; this one is ${back.status}.`, {
      details: { status: back.status },
    });
  const arrivals = toArrivals(await readLines(tx, back.id), input.items);
  const units = arrivals.reduce((sum, line) => sum + line.received, 0);
  if (units === 0) throw new DomainError('INVALID_STATE', 'Nothing has arrived. Refuse the return instead.');
  const all = order.returnedCount + units === order.itemCount;
  const reason = `return for order ${order.orderNumber}`;
  const amountCents = amountFor(order, arrivals, all);
  const paid = await createRefundsUpTo(tx, order.id, amountCents, reason, actor);
  const after = await takeBackUnits(
    tx,
    order,
    arrivals.map((line) => ({ orderItemId: line.orderItemId, quantity: line.received })),
  );
  await releaseReturnUnits(
    tx,
    arrivals.map((line) => ({ orderItemId: line.orderItemId, quantity: line.wanted - line.received })),
  );
  if (arrivals.some((line) => line.restocked > 0)) requireScope(actor, 'inventory:write');
  await restockLines(
    tx,
    arrivals.map((line) => ({ orderItemId: line.orderItemId, variantId: line.variantId, quantity: line.restocked })),
    { reason, changeId: back.id, actor },
  );
  if (all && order.status === 'shipped') await markOrderCancelled(tx, after, 'returned', actor, 'Everything came back');
  else if (all) await releasePurchases(tx, order.id);
  // What no payment can take back goes to the credit that paid the rest.
  const creditCents = await returnCredit(tx, order, { upToCents: amountCents - paid.refundCents, reason, actor });
  const refundCents = paid.refundCents + creditCents;
  await recordArrival(tx, back, { refundCents, creditCents }, actor);
  await recordLines(tx, back.id, arrivals, paid.refundIds);
  tx.outbox.add('return.received', back.id, { ...returnFacts(order, back.id), refundCents, currency: order.currency });
  return { orderId: order.id, refundIds: paid.refundIds };
};

/** An order that dies keeps none of its money; otherwise the buyer gets what the units cost, and shipping with the last of them. */
const amountFor = (order: OrderRow, arrivals: readonly Arrival[], all: boolean): number => {
  if (all && order.status === 'shipped') return order.totalCents;
  return arrivals.reduce((sum, line) => sum + line.refundCents, all ? order.shippingPaidCents : 0);
};

const readLines = async (tx: Tx, returnId: OrderReturnId): Promise<ReturnLine[]> => {
  const { rows } = await sql<ReturnLine>`
    select l.order_item_id as "orderItemId", i.variant_id as "variantId", l.quantity as wanted, i.quantity, i.returned_quantity as "returnedBefore",
      i.line_total_cents as "lineTotalCents", i.discount_cents as "discountCents", i.tax_cents as "taxCents", o.tax_included as "taxIncluded"
    from order_return_lines l join order_items i on i.id = l.order_item_id join orders o on o.id = i.order_id where l.return_id = ${returnId} order by i.position`.execute(
    tx.db,
  );
  return rows;
};

const toArrivals = (lines: readonly ReturnLine[], told: Input['items']): Arrival[] => {
  for (const { orderItemId } of told ?? [])
    if (!lines.some((line) => line.orderItemId === orderItemId)) throw notFound('This line of the return');
  return lines.map((line) => {
    const said = told?.find((item) => item.orderItemId === line.orderItemId);
    const received = told ? (said?.receivedQuantity ?? 0) : line.wanted;
    if (received > line.wanted)
      throw new DomainError('QUANTITY_EXCEEDS_ORDER', `Only ${line.wanted} of this line were to come back.`, {
        details: { orderItemId: line.orderItemId, requested: received, left: line.wanted },
      });
    const refundCents = refundShare(line, line.returnedBefore, received, line.taxIncluded);
    return { ...line, received, restocked: told ? (said?.restockQuantity ?? 0) : received, refundCents };
  });
};

const recordLines = async (
  tx: Tx,
  returnId: OrderReturnId,
  arrivals: readonly Arrival[],
  refundIds: readonly RefundId[],
): Promise<void> => {
  await sql`
    with arrived as (select * from json_to_recordset(${JSON.stringify(arrivals)}::json) as a("orderItemId" uuid, received int, restocked int, "refundCents" bigint))
    update order_return_lines l set received_quantity = a.received, restocked_quantity = a.restocked, refund_cents = a."refundCents"
    from arrived a where l.return_id = ${returnId} and l.order_item_id = a."orderItemId"`.execute(tx.db);
  if (refundIds.length > 0)
    await tx.db
      .insertInto('order_return_refunds')
      .values(refundIds.map((refundId) => ({ refund_id: refundId, return_id: returnId })))
      .execute();
};
