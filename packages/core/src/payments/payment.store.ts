/** Writes `payments`. The only writer of `payments.status` and `payments.gateway_phase`. */
import type { Currency, OrderEditId, OrderId, PaymentId, PaymentMethodInput, PaymentStatus } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type UpdateObject } from 'kysely';
import { actorName, columnNames, columnsAs, now, rowsAs, type Actor, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import type { WrittenPayment } from '../orders/index.ts';
import type { Capture } from './capture.policy.ts';
import { countsAgainstAddress, mayStart, recentDecline } from './payment.limits.ts';
import { paymentsToCall } from './payment.locks.ts';
import { paymentColumns, type PaymentRow } from './payment.row.ts';
import { assertPaymentTransition, statusAfterRefunds } from './payment.state.ts';

/** The key and the network address of a payment request. */
export interface PaymentRequest {
  readonly requestKey: string;
  /** The buyer's network address; null for requests that are not a buyer's. */
  readonly ip: string | null;
}

/** A payment attempt to write. */
export interface NewPayment {
  readonly order: { readonly id: OrderId; readonly dueCents: number; readonly currency: Currency; readonly orderEditId?: OrderEditId };
  readonly method: PaymentMethodInput;
  readonly request: PaymentRequest;
}

const newColumns = {
  id: 'uuid',
  orderId: 'uuid',
  orderEditId: 'uuid',
  provider: 'text',
  method: 'text',
  token: 'text',
  amountCents: 'bigint',
  currency: 'text',
  requestKey: 'text',
  returnUrl: 'text',
  ipIndex: 'text',
} as const;

/**
 * Inserts the intents to charge what is due for locked orders, or for their edits, as far as the limits of each order and network address
 * allow it: one statement for any number of orders. Returns the payment of each order, whose id is the idempotency key of the charge at
 * the provider; an order at a limit is missing.
 */
export const insertPayments = async (tx: Tx, payments: readonly NewPayment[]): Promise<Map<OrderId, WrittenPayment>> => {
  if (payments.length === 0) return new Map();
  const rows = payments.map(({ order, method: { returnUrl = null, provider, method, token }, request: { requestKey, ip } }) => ({
    id: tx.ids.next<PaymentId>(),
    orderId: order.id,
    orderEditId: order.orderEditId ?? null,
    provider,
    method,
    token,
    amountCents: order.dueCents,
    currency: order.currency,
    requestKey,
    returnUrl,
    ipIndex: ip === null ? null : tx.sealer.index('ip', ip),
  }));
  const { rows: inserted } = await sql<WrittenPayment & { readonly orderId: OrderId }>`
    insert into payments (${columnNames(newColumns)})
    select ${columnNames(newColumns)} from ${rowsAs('p', rows, newColumns)}
    where ${mayStart(tx, sql`p.order_id`, sql`p.ip_index`)}
    returning ${columnsAs<'payments'>('payments', ['orderId', 'id', 'provider', 'amountCents', 'createdAt'])}`.execute(tx.db);
  return new Map(inserted.map(({ orderId, ...payment }) => [orderId, payment]));
};

type Changes = UpdateObject<Database, 'payments'>;
const eb = expressionBuilder<Database, 'payments'>();

/** Writes a transition of a locked payment, from the state that the lock read. */
const step = async (tx: Tx, { id, status }: PaymentRow, to: PaymentStatus, more: Changes = {}): Promise<void> => {
  assertPaymentTransition(status, to);
  const { numUpdatedRows } = await tx.db
    .updateTable('payments')
    .set({ ...more, status: to })
    .where('id', '=', id)
    .where('status', '=', status)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw new Error(`Payment ${id} is no longer ${status} and cannot become ${to}`);
};

/** What every decision about a payment does to its row. */
const decided = { gatewayPhase: 'decided', actionSealed: null, answerProblem: null, decidedAt: now } as const;
/** The reference of the provider, which a payment keeps once it has one. */
const keptReference = (reference: string | null) => eb.fn.coalesce('gatewayReference', eb.val(reference));

/** What became of the payments whose calls were to begin. */
export interface StartedCalls {
  /** The payments that were started: the caller makes their first call. */
  readonly started: readonly PaymentRow[];
  /** Payments that their network address does not allow: `barred` by its declines, `full` of undecided attempts. */
  readonly refused: ReadonlyMap<PaymentId, 'barred' | 'full'>;
}

/** SQL: attempts that count against the network addresses of `waiting` payments. */
const usedByWaiting = sql`ip_index = any(array(select ip_index from waiting where ip_index is not null)) and ${countsAgainstAddress}`;

/**
 * Marks payments that were not called yet as called, as far as the limit of their network addresses allows; null for no limit.
 */
export const moveToCalling = async (
  { db }: Pick<Tx, 'db'>,
  paymentIds: readonly PaymentId[],
  limit: number | null,
  waitPolicy: LockWaitPolicy,
): Promise<StartedCalls> => {
  const { rows } = await sql<PaymentRow & { refusal: 'barred' | 'full' | null }>`
    with waiting as materialized (
      ${paymentsToCall(paymentIds, waitPolicy)}),
    used as materialized (
      select ip_index, count(*) filter (where ${recentDecline}) as declined, count(*) as taken from payments
      where ${limit === null ? sql.lit(false) : usedByWaiting} group by ip_index),
    verdict as (
      select w.id, case when ${limit}::int is null or w.ip_index is null then null
          when coalesce(u.declined, 0) >= ${limit}::int then 'barred'
          when coalesce(u.taken, 0) + row_number() over (partition by w.ip_index order by w.id) > ${limit}::int then 'full' end as refusal
      from waiting w left join used u using (ip_index)),
    moved as (
      update payments set gateway_phase = 'calling', called_at = now() from verdict v
      where payments.id = v.id and v.refusal is null returning payments.*)
    select ${paymentColumns}, null as refusal from moved p
    union all select ${paymentColumns}, v.refusal from payments p join verdict v on v.id = p.id and v.refusal is not null`.execute(db);
  return {
    started: rows.filter(({ refusal }) => refusal === null),
    refused: new Map(rows.flatMap(({ id, refusal }) => (refusal === null ? [] : [[id, refusal] as const]))),
  };
};

/** Cancels a charge that was never sent; no request can send it afterwards. False when it was already sent. */
export const closeBeforeCall = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('payments')
    .set({ ...decided, status: 'voided' })
    .where('id', '=', paymentId)
    .where('gatewayPhase', '=', 'created')
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
};

/**
 * Records that the provider gave no clear answer: the charge may or may not exist. `problem` says why an answer cannot
 * be used; without one, an earlier problem stays.
 */
export const recordSilence = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId, problem: string | null): Promise<void> => {
  await db
    .updateTable('payments')
    .set((eb) => ({
      gatewayPhase: eb
        .case('gatewayPhase')
        .when('calling')
        .then('unknown' as const)
        .else(eb.ref('gatewayPhase'))
        .end(),
      answerProblem: eb.fn.coalesce(eb.val(problem), 'answerProblem'),
    }))
    .where('id', '=', paymentId)
    .where('status', '=', 'pending')
    .where('gatewayPhase', '<>', 'created')
    .$if(problem === null, (calling) => calling.where('gatewayPhase', '=', 'calling'))
    .execute();
};

/** Records a valid answer that decides nothing. */
export const forgetProblem = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId): Promise<void> => {
  await db
    .updateTable('payments')
    .set({ answerProblem: null })
    .where('id', '=', paymentId)
    .where('answerProblem', 'is not', null)
    .execute();
};

/** Records where an undecided charge stands at the provider. */
const recordPhase = async (
  { db }: Tx,
  { id }: PaymentRow,
  reference: string | null,
  { gatewayPhase, actionSealed }: { readonly gatewayPhase: 'unknown' | 'action'; readonly actionSealed: string | null },
): Promise<void> => {
  await db
    .updateTable('payments')
    .set({ gatewayPhase, actionSealed, answerProblem: null, gatewayReference: keptReference(reference) })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .execute();
};

/** Records that the provider is still processing the charge. */
export const recordUndecided = (tx: Tx, payment: PaymentRow, reference: string | null): Promise<void> =>
  recordPhase(tx, payment, reference, { gatewayPhase: 'unknown', actionSealed: null });

/** Records that the provider waits for the buyer. */
export const recordAction = (tx: Tx, payment: PaymentRow, reference: string | null, actionSealed: string): Promise<void> =>
  recordPhase(tx, payment, reference, { gatewayPhase: 'action', actionSealed });

/** Tx step on a locked payment: it was cancelled at the provider before its capture. */
export const recordVoid = (tx: Tx, payment: PaymentRow, reference: string | null): Promise<void> =>
  step(tx, payment, 'voided', { ...decided, gatewayReference: keptReference(reference) });

/** Records the decision of staff that a charge without a usable answer was not captured. */
export const recordDismissed = (tx: Tx, payment: PaymentRow, actor: Actor, note: string): Promise<void> =>
  step(tx, payment, 'voided', { ...decided, failureCode: 'dismissed', failureDetail: `${actorName(actor)}: ${note}` });

/** Why a charge was declined. */
export interface Decline {
  readonly reference: string | null;
  readonly code: string;
  /** The message for the buyer. */
  readonly message: string;
  /** The issuer's own message, for staff. */
  readonly detail: string;
}
/** Tx step on a locked payment: the provider declined it. `message` is for the buyer, `code` and `detail` for staff. */
export const recordDecline = (tx: Tx, payment: PaymentRow, { reference, code, message, detail }: Decline): Promise<void> =>
  step(tx, payment, 'failed', {
    ...decided,
    gatewayReference: keptReference(reference),
    failureCode: code,
    failureMessage: message,
    failureDetail: detail,
  });

/** A capture of a payment. */
export interface PaymentCapture {
  readonly payment: PaymentRow;
  readonly capture: Capture;
}

/** Records the captures of locked payments. Money that does not pay the order must not count as paid: its payment is `superseded`. */
export const recordCaptures = async (tx: Tx, captures: readonly PaymentCapture[], superseded: boolean): Promise<void> => {
  for (const { payment } of captures) assertPaymentTransition(payment.status, 'captured');
  const { numAffectedRows } = await sql`
    update payments p set status = 'captured', gateway_phase = 'decided', action_sealed = null, answer_problem = null, decided_at = now(),
      captured_at = now(), captured_cents = c.cents, gateway_reference = c.reference,
      failure_code = null, failure_message = null, failure_detail = null,
      superseded_at = case when ${superseded} then coalesce(p.superseded_at, now()) else p.superseded_at end
    from unnest(${captures.map((c) => c.payment.id)}::uuid[], ${captures.map((c) => c.payment.status)}::text[],
      ${captures.map((c) => c.capture.capturedCents)}::bigint[],
      ${captures.map((c) => c.capture.reference)}::text[]) as c(id, was, cents, reference)
    where p.id = c.id and p.status = c.was`.execute(tx.db);
  if (numAffectedRows !== BigInt(captures.length)) throw new Error('The payment was in another state than the lock had read');
};

/** Records that money of a locked payment was refunded. A disputed payment stays disputed until the bank has decided. */
export const recordRefunded = async (tx: Tx, payment: PaymentRow, amountCents: number): Promise<void> => {
  const refundedCents = payment.refundedCents + amountCents;
  if (payment.status !== 'disputed') return step(tx, payment, statusAfterRefunds(payment, refundedCents), { refundedCents });
  await tx.db.updateTable('payments').set({ refundedCents }).where('id', '=', payment.id).execute();
};

/**
 * Records that a processed refund failed later and its money was returned. A disputed payment stays disputed until the bank has
 * decided.
 */
export const recordRefundReturned = (tx: Tx, payment: PaymentRow, amountCents: number): Promise<void> =>
  recordRefunded(tx, payment, -amountCents);

/** Tx step on a locked payment: it is under dispute. */
export const openDispute = (tx: Tx, payment: PaymentRow): Promise<void> => step(tx, payment, 'disputed');

/** Ends a dispute that the shop has won: the status of the payment follows from its refunds again. */
export const liftDispute = (tx: Tx, payment: PaymentRow): Promise<void> =>
  step(tx, payment, statusAfterRefunds(payment, payment.refundedCents));

/** Marks an attempt of a locked order as superseded by another payment method; a later capture of it is refunded. */
export const supersedePayment = async (tx: Tx, paymentId: PaymentId): Promise<void> => {
  await tx.db
    .updateTable('payments')
    .set({ supersededAt: now })
    .where('id', '=', paymentId)
    .where('status', '=', 'pending')
    .where('supersededAt', 'is', null)
    .execute();
};

/** Claims an amount of a payment for a refund; false when less than that is left to refund. */
export const claimRefundRoom = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId, amountCents: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('payments')
    .set((eb) => ({ refundClaimedCents: eb('refundClaimedCents', '+', amountCents) }))
    .where('id', '=', paymentId)
    .where('capturedCents', '>', 0)
    .where((eb) => eb(eb('refundClaimedCents', '+', amountCents), '<=', eb.ref('capturedCents')))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
};

/** Changes the claim of a refund on its locked payment by an amount, which is negative when a claim is released. */
export const changeRefundClaim = async (tx: Tx, paymentId: PaymentId, byCents: number): Promise<void> => {
  await tx.db
    .updateTable('payments')
    .set((eb) => ({ refundClaimedCents: eb('refundClaimedCents', '+', byCents) }))
    .where('id', '=', paymentId)
    .execute();
};
