/** Every row lock on payments and refunds. The order is always locked first. */
import type {
  Currency,
  OrderEditId,
  OrderId,
  OrderStatus,
  PaymentId,
  PaymentMethodInput,
  PaymentProvider,
  PaymentStatus,
  RefundId,
  RefundStatus,
} from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, columnsAs, notFound, type LockWaitPolicy, type Reader, type Tx } from '../kernel/index.ts';
import { orderOfPayment } from '../read-models/order-payment.ts';
import { captureFacts, isActivePayment, type CaptureFacts } from '../read-models/capture-facts.ts';

export interface PaymentRow {
  readonly id: PaymentId;
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly orderStatus: OrderStatus;
  /** The edit that it pays; null for the order itself. */
  readonly orderEditId: OrderEditId | null;
  readonly provider: PaymentProvider;
  readonly method: PaymentMethodInput['method'];
  readonly token: string;
  readonly status: PaymentStatus;
  readonly gatewayPhase: 'created' | 'calling' | 'unknown' | 'action' | 'decided';
  readonly amountCents: number;
  readonly capturedCents: number;
  readonly refundClaimedCents: number;
  readonly refundedCents: number;
  readonly currency: Currency;
  readonly gatewayReference: string | null;
  readonly returnUrl: string | null;
  /** Why the last answer of the provider was invalid; null once the payment is decided. */
  readonly answerProblem: string | null;
  /** Whether the buyer has switched to another payment method since. */
  readonly superseded: boolean;
}
const columns = columnsAs<'payments'>('p', [
  'id',
  'orderId',
  'orderEditId',
  'provider',
  'method',
  'token',
  'status',
  'gatewayPhase',
  'amountCents',
  'capturedCents',
  'refundClaimedCents',
  'refundedCents',
  'currency',
  'gatewayReference',
  'returnUrl',
  'answerProblem',
]);
/** SQL: the columns of a `PaymentRow`, of payments with the alias `p`. */
export const paymentColumns = sql`${columns}, p.superseded_at is not null as superseded, ${orderOfPayment}`;

/** The fields that every event about a payment contains. */
export const paymentFacts = ({ id, orderId, amountCents, currency, orderEditId }: PaymentRow) => ({
  paymentId: id,
  orderId,
  amountCents,
  currency,
  purpose: orderEditId === null ? ('order' as const) : ('difference' as const),
});

/** Reads a payment without a lock. Throws `NOT_FOUND`. */
export const getPaymentRow = async ({ db }: Pick<Reader, 'db'>, paymentId: string): Promise<PaymentRow> => {
  const { rows } = await sql<PaymentRow>`select ${paymentColumns} from payments p where p.id = ${paymentId}`.execute(db);
  if (!rows[0]) throw notFound('This payment');
  return rows[0];
};

/** Locks a payment whose order is locked. Throws `NOT_FOUND`. */
export const lockPayment = async (tx: Tx, paymentId: string): Promise<PaymentRow> => {
  const { rows } = await sql<PaymentRow>`select ${paymentColumns} from payments p where p.id = ${paymentId} for no key update of p`.execute(
    tx.db,
  );
  if (!rows[0]) throw notFound('This payment');
  return rows[0];
};

/** A payment and a charge that a provider names for it; null while it names none. */
export interface NamedCharge {
  readonly paymentId: PaymentId;
  readonly reference: string | null;
}
/** A payment with what decides about the capture of a charge that a provider names for it. */
export interface ChargeRow extends PaymentRow, CaptureFacts {
  /** The place of the charge in the list that was given, from 1. */
  readonly place: number;
}
const selectCharges = (charges: readonly NamedCharge[]): RawBuilder<ChargeRow> => sql<ChargeRow>`
  select ${paymentColumns}, c.place::int, ${captureFacts}
  from unnest(${charges.map((c) => c.paymentId)}::uuid[], ${charges.map((c) => c.reference)}::text[])
    with ordinality as c(payment_id, reference, place) join payments p on p.id = c.payment_id`;

/** Locks the payments of charges, as far as they are for some locked orders, in the order of their ids. */
export const lockCharges = async (tx: Tx, orderIds: readonly OrderId[], charges: readonly NamedCharge[]): Promise<ChargeRow[]> => {
  const { rows } = await sql<ChargeRow>`
    ${selectCharges(charges)} where p.order_id = any(${orderIds}::uuid[]) order by p.id for no key update of p`.execute(tx.db);
  return rows;
};

/** Reads the payments of charges without a lock. */
export const readCharges = async ({ db }: Pick<Reader, 'db'>, charges: readonly NamedCharge[]): Promise<ChargeRow[]> =>
  charges.length === 0 ? [] : (await selectCharges(charges).execute(db)).rows;

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

/** The attempt that an earlier request with the same key made, so that a repeat continues it. */
export const findPaymentByRequest = async ({ db }: Pick<Reader, 'db'>, requestKey: string): Promise<PaymentRow | null> => {
  const { rows } = await sql<PaymentRow>`select ${paymentColumns} from payments p where p.request_key = ${requestKey}`.execute(db);
  return rows[0] ?? null;
};

/** Whether an attempt was made with this payment method, as a repeat of its request must name. */
export const isMadeWith = (payment: Pick<PaymentRow, 'provider' | 'method' | 'token'>, wanted: PaymentMethodInput): boolean =>
  payment.provider === wanted.provider && payment.method === wanted.method && payment.token === wanted.token;

export interface RefundRow {
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly reason: string;
  readonly status: RefundStatus;
  /** Whether the refund was processed before it failed. */
  readonly processedBefore: boolean;
}
/** The refunds that a keyed call requested, oldest first. */
export const findRefundsOfRequest = ({ db }: Pick<Reader, 'db'>, requestKey: string): Promise<Pick<RefundRow, 'id' | 'amountCents'>[]> =>
  db
    .selectFrom('refunds')
    .select(['id', 'amountCents'])
    .where('requestKey', '=', requestKey)
    .orderBy('id')
    .$narrowType<{ id: RefundId }>()
    .execute();

/** The payment that a refund belongs to; null for an id that no refund has. */
export const findPaymentOfRefund = async ({ db }: Pick<Reader, 'db'>, refundId: RefundId): Promise<PaymentId | null> => {
  const row = await db
    .selectFrom('refunds')
    .select('paymentId')
    .where('id', '=', refundId)
    .$narrowType<{ paymentId: PaymentId }>()
    .executeTakeFirst();
  return row?.paymentId ?? null;
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
  if (!row) throw notFound('This refund');
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
