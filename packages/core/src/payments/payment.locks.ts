/** Every row lock on payments and refunds. The order is always locked first. */
import type { Currency, OrderEditId, OrderId, PaymentId, RefundId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, notFound, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { isActivePayment } from '../read-models/capture-facts.ts';
import { paymentColumns, selectCharges, type ChargeRow, type NamedCharge, type PaymentRow } from './payment.row.ts';
import type { RefundRow } from './refund.queries.ts';

/** Locks a payment whose order is locked. Throws `NOT_FOUND`. */
export const lockPayment = async (tx: Tx, paymentId: string): Promise<PaymentRow> => {
  const { rows } = await sql<PaymentRow>`select ${paymentColumns} from payments p where p.id = ${paymentId} for no key update of p`.execute(
    tx.db,
  );
  if (!rows[0]) throw notFound('This payment', paymentId);
  return rows[0];
};

/** Locks the payments of charges, as far as they are for some locked orders, in the order of their ids. */
export const lockCharges = async (tx: Tx, orderIds: readonly OrderId[], charges: readonly NamedCharge[]): Promise<ChargeRow[]> => {
  const { rows } = await sql<ChargeRow>`
    ${selectCharges(charges)} where p.order_id = any(${orderIds}::uuid[]) order by p.id for no key update of p`.execute(tx.db);
  return rows;
};

/** Locks every attempt of some locked orders, in the order of their ids. */
export const lockPaymentsOfOrders = async (tx: Tx, orderIds: readonly OrderId[]): Promise<PaymentRow[]> => {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments p where p.order_id = any(${orderIds}::uuid[]) order by p.id for no key update of p`.execute(
    tx.db,
  );
  return rows;
};

/** Locks the active payment of a locked order, or of its edit: undecided or paid, and not superseded. An edit has its own payment. */
export const lockActivePayment = async (tx: Tx, orderId: OrderId, editId: OrderEditId | null = null): Promise<PaymentRow | null> => {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments p
    where p.order_id = ${orderId} and p.order_edit_id is not distinct from ${editId}::uuid and ${isActivePayment('p')}
    for no key update of p`.execute(tx.db);
  return rows[0] ?? null;
};

/** Locks the payments of an order that can be refunded, newest first: captured, not superseded and not disputed. */
export const lockPaidPayments = async (tx: Tx, orderId: OrderId): Promise<PaymentRow[]> => {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments p
    where p.order_id = ${orderId} and p.superseded_at is null and p.status in ('captured', 'partially_refunded')
    order by p.created_at desc, p.id desc for no key update of p`.execute(tx.db);
  return rows;
};

/** Locks a refund whose order and payment are locked. Throws `NOT_FOUND`. */
export const lockRefund = async (tx: Tx, refundId: string): Promise<RefundRow> => {
  const row = await tx.db
    .selectFrom('refunds')
    .select((eb) => [
      'id',
      'paymentId',
      'amountCents',
      'currency',
      'reason',
      'status',
      eb('processedAt', 'is not', null).$castTo<boolean>().as('processedBefore'),
    ])
    .where('id', '=', refundId)
    .forNoKeyUpdate()
    .$narrowType<{ id: RefundId; paymentId: PaymentId; currency: Currency }>()
    .executeTakeFirst();
  if (!row) throw notFound('This refund', refundId);
  return row;
};

/**
 * Tx step: attempts of one network address are counted one batch after the other. The addresses are locked in order, so
 * that two batches cannot deadlock.
 */
export const lockAddresses = async (tx: Tx, paymentIds: readonly PaymentId[]): Promise<void> => {
  await sql`
    select pg_advisory_xact_lock(k) from (select distinct hashtextextended('declines:' || ip_index, 0) as k from payments
      where id = ${anyId(paymentIds)} and ip_index is not null and gateway_phase = 'created' order by k) keys`.execute(tx.db);
};

/** SQL: locks payments that were not called yet, for the statement that marks them as called. */
export const paymentsToCall = (paymentIds: readonly PaymentId[], { skipLocked }: LockWaitPolicy): RawBuilder<unknown> =>
  sql`select id, ip_index from payments where id = ${anyId(paymentIds)} and gateway_phase = 'created'
      order by id for no key update${sql.raw(skipLocked ? ' skip locked' : '')}`;
