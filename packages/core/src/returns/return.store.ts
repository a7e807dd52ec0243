/** Writes `order_returns`, `order_return_lines` and `order_return_refunds`. The only writer of `order_returns.status`. */
import type { OrderId, OrderItemId, OrderReturnId, RefundId, ReturnStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, now, rowsAs, type Actor, type Tx } from '../kernel/index.ts';
import type { LineUnits } from '../orders/index.ts';
import type { ReturnRow } from './return.locks.ts';
import { assertReturnTransition } from './return.state.ts';

/** A return to open. */
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
      ...(approvedBy && { status: 'approved' as const, decidedBy: actorName(approvedBy), decidedAt: now }),
    })
    .execute();
  await insertLines(tx, id, fresh.lines);
  return id;
};

/** The time until which units in transit are expected. */
const transitEnd = ({ config }: Pick<Tx, 'config'>) => sql<Date>`now() + make_interval(days => ${config.returnTransitDays})`;

/** Tx step on a locked order: units in transit, expected for `returnTransitDays`. */
export const insertTransit = async (tx: Tx, fresh: NewReturn): Promise<OrderReturnId> => {
  const id = tx.ids.next<OrderReturnId>();
  await tx.db
    .insertInto('order_returns')
    .values({
      ...columnsOf(tx, id, fresh),
      status: 'in_transit',
      decidedBy: actorName(fresh.requestedBy),
      decidedAt: now,
      dueAt: transitEnd(tx),
    })
    .execute();
  await insertLines(tx, id, fresh.lines);
  return id;
};

/** Tx step on a locked return: moves units that did not arrive with the others to a return of their own, in the same state. */
export const insertRest = async (tx: Tx, of: ReturnRow, fresh: NewReturn): Promise<void> => {
  const id = tx.ids.next<OrderReturnId>();
  const { reasonSealed } = columnsOf(tx, id, fresh);
  const copied = ['orderId', 'decidedBy', 'decidedAt', 'dueAt', 'writtenOffAt', 'writtenOffBy'] as const;
  await tx.db
    .insertInto('order_returns')
    .columns(['id', 'status', 'reasonSealed', 'requestedBy', ...copied])
    .expression(
      tx.db
        .selectFrom('order_returns')
        .select(({ val }) => [
          val(id).as('id'),
          val(of.status).as('status'),
          val(reasonSealed).as('reasonSealed'),
          val(actorName(fresh.requestedBy)).as('requestedBy'),
        ])
        .select(copied)
        .where('id', '=', of.id),
    )
    .execute();
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

/** A transition of a locked return, from the state that the lock read. */
const step = ({ db }: Pick<Tx, 'db'>, back: ReturnRow, to: ReturnStatus) => {
  assertReturnTransition(back.status, to);
  return db.updateTable('order_returns').set({ status: to }).where('id', '=', back.id).where('status', '=', back.status);
};

/** Records the decision of staff on a locked return. */
export const recordDecision = async (
  tx: Tx,
  back: ReturnRow,
  to: 'approved' | 'rejected',
  actor: Actor,
  note: string | null,
): Promise<void> => {
  await step(tx, back, to)
    .set({ decisionNote: note, decidedBy: actorName(actor), decidedAt: now })
    .execute();
};

/** Records that the order of a locked return was cancelled: its units are expected for `returnTransitDays`. */
export const recordTransit = async (tx: Tx, back: ReturnRow, actor: Actor): Promise<void> => {
  await step(tx, back, 'in_transit')
    .set(({ fn, val, ref }) => ({
      dueAt: transitEnd(tx),
      decidedBy: fn.coalesce(ref('decidedBy'), val(actorName(actor))),
      decidedAt: fn.coalesce(ref('decidedAt'), now),
    }))
    .execute();
};

/** Records that the units of a locked return will not arrive. */
export const recordWriteOff = async (tx: Tx, back: ReturnRow, actor: Actor): Promise<void> => {
  await step(tx, back, 'written_off')
    .set({ writtenOffAt: now, writtenOffBy: actorName(actor) })
    .execute();
};

/** Records that a locked return has arrived, with the amounts refunded to payments and returned to store credit. */
export const recordArrival = async (
  tx: Tx,
  back: ReturnRow,
  { refundCents, creditCents }: { readonly refundCents: number; readonly creditCents: number },
  actor: Actor,
): Promise<void> => {
  await step(tx, back, 'received')
    .set({ receivedAt: now, receivedBy: actorName(actor), refundCents, storeCreditCents: creditCents })
    .execute();
};

/** What arrived of a line of a return. */
export interface ArrivedLine {
  readonly orderItemId: OrderItemId;
  readonly received: number;
  readonly restocked: number;
  readonly refundCents: number;
}
/** Records how many units of each line arrived, how many of them were restocked, and the amount refunded for them. */
export const recordArrivedLines = async ({ db }: Pick<Tx, 'db'>, returnId: OrderReturnId, lines: readonly ArrivedLine[]): Promise<void> => {
  const arrived = rowsAs<'a', ArrivedLine>('a', lines, { orderItemId: 'uuid', received: 'int', restocked: 'int', refundCents: 'bigint' });
  await db
    .updateTable('order_return_lines as l')
    .from(arrived)
    .set(({ ref }) => ({
      receivedQuantity: ref('a.received'),
      restockedQuantity: ref('a.restocked'),
      refundCents: ref('a.refundCents'),
    }))
    .where('l.returnId', '=', returnId)
    .whereRef('l.orderItemId', '=', 'a.orderItemId')
    .execute();
};

/** Links at least one refund with the return that it belongs to. */
export const insertReturnRefunds = async (tx: Tx, returnId: OrderReturnId, refundIds: readonly RefundId[]): Promise<void> => {
  await tx.db
    .insertInto('order_return_refunds')
    .values(refundIds.map((refundId) => ({ refundId, returnId })))
    .execute();
};
