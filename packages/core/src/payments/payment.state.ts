/** The statuses of a payment: the allowed transitions, and the only functions that write `payments.status` and `payments.gateway_phase`. */
import type { PaymentId, PaymentStatus } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { actorName, transact, transitionsOf, type Actor, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { countsAgainstAddress } from './payment.limits.ts';
import { lockAddresses, paymentColumns, paymentsToCall, type PaymentRow } from './payment.locks.ts';

/**
 * A failed charge may still be captured, and so may a cancelled one whose answer arrives late. A refund may fail later,
 * and the status of its payment then follows from the other refunds.
 */
export const paymentTransitions = {
  pending: ['captured', 'failed', 'voided'],
  authorized: ['captured', 'failed', 'voided'],
  captured: ['partially_refunded', 'refunded', 'disputed'],
  partially_refunded: ['captured', 'partially_refunded', 'refunded', 'disputed'],
  refunded: ['captured', 'partially_refunded', 'disputed'],
  disputed: ['captured', 'partially_refunded', 'refunded'],
  failed: ['captured'],
  voided: ['captured'],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

const { assertTransition } = transitionsOf<PaymentStatus>('A payment', paymentTransitions);

/** Writes a transition of a locked payment, from the state that the lock read. */
const step = async (tx: Tx, payment: PaymentRow, to: PaymentStatus, more?: RawBuilder<unknown>): Promise<void> => {
  assertTransition(payment.status, to);
  const { numAffectedRows } = await sql`
    update payments set status = ${to}${more ? sql`, ${more}` : sql``} where id = ${payment.id} and status = ${payment.status}`.execute(
    tx.db,
  );
  if (numAffectedRows !== 1n) throw new Error(`Payment ${payment.id} is no longer ${payment.status} and cannot become ${to}`);
};

const decided = sql`gateway_phase = 'decided', action_sealed = null, answer_problem = null, decided_at = now()`;
const keepReference = (reference: string | null) => sql`gateway_reference = coalesce(gateway_reference, ${reference})`;

export interface StartedCalls {
  /** The payments that were started: the caller makes their first call. */
  readonly started: readonly PaymentRow[];
  /** Payments that their network address does not allow: `barred` by its declines, `full` of undecided attempts. */
  readonly refused: ReadonlyMap<PaymentId, 'barred' | 'full'>;
}

/**
 * Marks payments as called, after which `closeBeforeCall` has no effect: only the caller that changes a payment from
 * `created` makes the first call. In a batch, locked payments are skipped; a single one is waited for. From here until
 * it is decided, an attempt counts against the limit of its network address, so that concurrent attempts cannot all
 * pass.
 */
export const startCalls = (core: Core, paymentIds: readonly PaymentId[]): Promise<StartedCalls> => {
  const { declinesPerAddress } = core.config;
  if (declinesPerAddress >= noLimit) return moveToCalling(core, paymentIds, null);
  return transact(core, async (tx) => {
    await lockAddresses(tx, paymentIds);
    return moveToCalling(tx, paymentIds, declinesPerAddress);
  });
};
/** A limit that is never reached. */
const noLimit = 1_000_000;

const moveToCalling = async ({ db }: Pick<Reader, 'db'>, paymentIds: readonly PaymentId[], limit: number | null): Promise<StartedCalls> => {
  const { rows } = await sql<PaymentRow & { refusal: 'barred' | 'full' | null }>`
    with waiting as materialized (
      ${paymentsToCall(paymentIds)}),
    used as materialized (
      select ip_index, count(*) filter (where status = 'failed') as declined, count(*) as taken from payments
      where ${limit === null ? sql`false` : sql`ip_index = any(array(select ip_index from waiting where ip_index is not null)) and ${countsAgainstAddress}`} group by ip_index),
    verdict as (
      select w.id, case when ${limit}::int is null or w.ip_index is null then null when coalesce(u.declined, 0) >= ${limit}::int then 'barred'
          when coalesce(u.taken, 0) + row_number() over (partition by w.ip_index order by w.id) > ${limit}::int then 'full' end as refusal
      from waiting w left join used u using (ip_index)),
    moved as (
      update payments set gateway_phase = 'calling', called_at = now() from verdict v where payments.id = v.id and v.refusal is null returning payments.*)
    select ${paymentColumns}, null as refusal from moved p union all select ${paymentColumns}, v.refusal from payments p join verdict v on v.id = p.id and v.refusal is not null`.execute(
    db,
  );
  return {
    started: rows.filter(({ refusal }) => refusal === null),
    refused: new Map(rows.flatMap(({ id, refusal }) => (refusal === null ? [] : [[id, refusal] as const]))),
  };
};

/** Cancels a charge that was never sent; no request can send it afterwards. False when it was already sent. */
export const closeBeforeCall = async ({ db }: Pick<Core, 'db'>, paymentId: PaymentId): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update payments set status = 'voided', ${decided} where id = ${paymentId} and gateway_phase = 'created' and status = 'pending'`.execute(
    db,
  );
  return numAffectedRows === 1n;
};

/**
 * Records that the provider gave no clear answer: the charge may or may not exist. `problem` says why an answer cannot
 * be used; without one, an earlier problem stays.
 */
export const recordSilence = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId, problem: string | null): Promise<void> => {
  await sql`
    update payments set gateway_phase = case gateway_phase when 'calling' then 'unknown' else gateway_phase end, answer_problem = coalesce(${problem}, answer_problem)
    where id = ${paymentId} and status = 'pending' and gateway_phase <> 'created' and (gateway_phase = 'calling' or ${problem}::text is not null)`.execute(
    db,
  );
};

/** Records a valid answer that decides nothing. */
export const forgetProblem = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId): Promise<void> => {
  await sql`update payments set answer_problem = null where id = ${paymentId} and answer_problem is not null`.execute(db);
};

/** Records that the provider is still processing the charge. */
export const recordUndecided = async (tx: Tx, { id }: PaymentRow, reference: string | null): Promise<void> => {
  await sql`
    update payments set gateway_phase = 'unknown', action_sealed = null, answer_problem = null, ${keepReference(reference)} where id = ${id} and status = 'pending'`.execute(
    tx.db,
  );
};

/** Records that the provider waits for the buyer. */
export const recordAction = async (tx: Tx, { id }: PaymentRow, reference: string | null, actionSealed: string): Promise<void> => {
  await sql`
    update payments set gateway_phase = 'action', action_sealed = ${actionSealed}, answer_problem = null, ${keepReference(reference)} where id = ${id} and status = 'pending'`.execute(
    tx.db,
  );
};

export const recordVoid = (tx: Tx, payment: PaymentRow, reference: string | null): Promise<void> =>
  step(tx, payment, 'voided', sql`${decided}, ${keepReference(reference)}`);

/** Records the decision of staff that a charge without a usable answer was not captured. */
export const recordDismissed = (tx: Tx, payment: PaymentRow, actor: Actor, note: string): Promise<void> =>
  step(tx, payment, 'voided', sql`${decided}, failure_code = 'dismissed', failure_detail = ${`${actorName(actor)}: ${note}`}`);

export interface Decline {
  readonly reference: string | null;
  readonly code: string;
  /** The message for the buyer. */
  readonly message: string;
  /** The issuer's own message, for staff. */
  readonly detail: string;
}
export const recordDecline = (tx: Tx, payment: PaymentRow, { reference, code, message, detail }: Decline): Promise<void> =>
  step(
    tx,
    payment,
    'failed',
    sql`${decided}, ${keepReference(reference)}, failure_code = ${code}, failure_message = ${message}, failure_detail = ${detail}`,
  );

export interface Capture {
  readonly payment: PaymentRow;
  readonly outcome: { readonly capturedCents: number; readonly reference: string };
}

/** Records the captures of locked payments. Money that does not pay the order must not count as paid. */
export const recordCaptures = async (tx: Tx, captures: readonly Capture[], beside: boolean): Promise<void> => {
  for (const { payment } of captures) assertTransition(payment.status, 'captured');
  const { numAffectedRows } = await sql`
    update payments p set status = 'captured', ${decided}, captured_at = now(), captured_cents = c.cents, gateway_reference = c.reference,
      failure_code = null, failure_message = null, failure_detail = null,
      superseded_at = case when ${beside} then coalesce(p.superseded_at, now()) else p.superseded_at end
    from unnest(${captures.map((c) => c.payment.id)}::uuid[], ${captures.map((c) => c.payment.status)}::text[],
      ${captures.map((c) => c.outcome.capturedCents)}::bigint[], ${captures.map((c) => c.outcome.reference)}::text[]) as c(id, was, cents, reference)
    where p.id = c.id and p.status = c.was`.execute(tx.db);
  if (numAffectedRows !== BigInt(captures.length)) throw new Error('The payment was in another state than the lock had read');
};

/** The status of an undisputed payment, by its refunds. */
const afterRefunds = ({ capturedCents }: PaymentRow, refundedCents: number): PaymentStatus => {
  if (refundedCents === 0) return 'captured';
  return refundedCents === capturedCents ? 'refunded' : 'partially_refunded';
};

/** Records that money of a locked payment was refunded. A disputed payment stays disputed until the bank has decided. */
export const recordRefunded = async (tx: Tx, payment: PaymentRow, amountCents: number): Promise<void> => {
  const refundedCents = payment.refundedCents + amountCents;
  const sum = sql`refunded_cents = ${refundedCents}`;
  if (payment.status === 'disputed') await sql`update payments set ${sum} where id = ${payment.id}`.execute(tx.db);
  else await step(tx, payment, afterRefunds(payment, refundedCents), sum);
};

/** Records that a processed refund failed later and its money was returned. A disputed payment stays disputed until the bank has decided. */
export const recordRefundReturned = (tx: Tx, payment: PaymentRow, amountCents: number): Promise<void> =>
  recordRefunded(tx, payment, -amountCents);

export const openDispute = (tx: Tx, payment: PaymentRow): Promise<void> => step(tx, payment, 'disputed');

/** Ends a dispute that the shop has won: the status of the payment follows from its refunds again. */
export const liftDispute = (tx: Tx, payment: PaymentRow): Promise<void> => step(tx, payment, afterRefunds(payment, payment.refundedCents));
