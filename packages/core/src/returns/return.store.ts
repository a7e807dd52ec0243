/** Writes `order_returns`, `order_return_lines` and `order_return_refunds`. The only writer of `order_returns.status`. */
import type { OrderId, OrderItemId, OrderReturnId, RefundId, ReturnStatus } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import type { LineUnits } from '../orders/index.ts';
import type { ReturnRow } from './return.locks.ts';
import { assertReturnTransition } from './return.state.ts';

export interface NewReturn {
  readonly orderId: OrderId;
  readonly reason: string;
  readonly lines: readonly LineUnits[];
  /** Who requested it; the shop itself when an order was cancelled. */
  readonly requestedBy: Actor;
}

/** Tx step on a locked order: a return that waits for a decision; with `approvedBy` it is decided at once. */
export const insertReturn = async (tx: Tx, fresh: NewReturn, approvedBy: Actor | null = null): Promise<OrderReturnId> => {
  const id = tx.ids.next<OrderReturnId>();
  await tx.db
    .insertInto('order_returns')
    .values({
      ...columnsOf(tx, id, fresh),
      ...(approvedBy && { status: 'approved' as const, decidedBy: actorName(approvedBy), decidedAt: sql<Date>`now()` }),
    })
    .execute();
  await insertLines(tx, id, fresh.lines);
  return id;
};

/** Tx step on a locked order: units in transit, expected for `returnTransitDays`. */
export const insertTransit = async (tx: Tx, fresh: NewReturn): Promise<OrderReturnId> => {
  const id = tx.ids.next<OrderReturnId>();
  await tx.db
    .insertInto('order_returns')
    .values({
      ...columnsOf(tx, id, fresh),
      status: 'in_transit',
      decidedBy: actorName(fresh.requestedBy),
      decidedAt: sql<Date>`now()`,
      dueAt: sql<Date>`now() + make_interval(days => ${tx.config.returnTransitDays})`,
    })
    .execute();
  await insertLines(tx, id, fresh.lines);
  return id;
};

/** Tx step on a locked return: moves units that did not arrive with the others to a return of their own, in the same state. */
export const insertRest = async (tx: Tx, of: ReturnRow, fresh: NewReturn): Promise<void> => {
  const id = tx.ids.next<OrderReturnId>();
  const { reasonSealed } = columnsOf(tx, id, fresh);
  await sql`
    insert into order_returns (id, order_id, status, reason_sealed, requested_by, decided_by, decided_at, due_at, written_off_at, written_off_by)
    select ${id}, order_id, ${of.status}, ${reasonSealed}, ${actorName(fresh.requestedBy)}, decided_by, decided_at, due_at, written_off_at, written_off_by
    from order_returns where id = ${of.id}`.execute(tx.db);
  await insertLines(tx, id, fresh.lines);
};

const columnsOf = (tx: Tx, id: OrderReturnId, { orderId, reason, requestedBy }: NewReturn) => ({
  id,
  orderId,
  reasonSealed: tx.sealer.seal(['order_returns', 'reason_sealed', id], reason),
  requestedBy: actorName(requestedBy),
});

const insertLines = async (
  tx: Tx,
  returnId: OrderReturnId,
  lines: readonly { orderItemId: OrderItemId; quantity: number }[],
): Promise<void> => {
  await tx.db
    .insertInto('order_return_lines')
    .values(lines.map(({ orderItemId, quantity }) => ({ returnId, orderItemId, quantity })))
    .execute();
};

/** Writes a transition of a locked return, from the state that the lock read. */
const step = async (tx: Tx, back: ReturnRow, to: ReturnStatus, more: RawBuilder<unknown>): Promise<void> => {
  assertReturnTransition(back.status, to);
  await sql`update order_returns set status = ${to}, ${more} where id = ${back.id} and status = ${back.status}`.execute(tx.db);
};

/** Records the decision of staff on a locked return. */
export const recordDecision = (tx: Tx, back: ReturnRow, to: 'approved' | 'rejected', actor: Actor, note: string | null): Promise<void> =>
  step(tx, back, to, sql`decision_note = ${note}, decided_by = ${actorName(actor)}, decided_at = now()`);

/** Records that the order of a locked return was cancelled: its units are expected for `returnTransitDays`. */
export const recordTransit = (tx: Tx, back: ReturnRow, actor: Actor): Promise<void> =>
  step(
    tx,
    back,
    'in_transit',
    sql`due_at = now() + make_interval(days => ${tx.config.returnTransitDays}), decided_by = coalesce(decided_by, ${actorName(actor)}), decided_at = coalesce(decided_at, now())`,
  );

/** Records that the units of a locked return will not arrive. */
export const recordWriteOff = (tx: Tx, back: ReturnRow, actor: Actor): Promise<void> =>
  step(tx, back, 'written_off', sql`written_off_at = now(), written_off_by = ${actorName(actor)}`);

/** Records that a locked return has arrived, with the amounts refunded to payments and returned to store credit. */
export const recordArrival = (
  tx: Tx,
  back: ReturnRow,
  { refundCents, creditCents }: { readonly refundCents: number; readonly creditCents: number },
  actor: Actor,
): Promise<void> =>
  step(
    tx,
    back,
    'received',
    sql`received_at = now(), received_by = ${actorName(actor)}, refund_cents = ${refundCents}, store_credit_cents = ${creditCents}`,
  );

export interface ArrivedLine {
  readonly orderItemId: OrderItemId;
  readonly received: number;
  readonly restocked: number;
  readonly refundCents: number;
}
/** Records how many units of each line arrived, how many of them were restocked, and the amount refunded for them. */
export const recordArrivedLines = async (tx: Tx, returnId: OrderReturnId, lines: readonly ArrivedLine[]): Promise<void> => {
  await sql`
    with arrived as (select * from json_to_recordset(${JSON.stringify(lines)}::json) as a("orderItemId" uuid, received int, restocked int, "refundCents" bigint))
    update order_return_lines l set received_quantity = a.received, restocked_quantity = a.restocked, refund_cents = a."refundCents"
    from arrived a where l.return_id = ${returnId} and l.order_item_id = a."orderItemId"`.execute(tx.db);
};

/** Links at least one refund with the return that it belongs to. */
export const insertReturnRefunds = async (tx: Tx, returnId: OrderReturnId, refundIds: readonly RefundId[]): Promise<void> => {
  await tx.db
    .insertInto('order_return_refunds')
    .values(refundIds.map((refundId) => ({ refundId, returnId })))
    .execute();
};
