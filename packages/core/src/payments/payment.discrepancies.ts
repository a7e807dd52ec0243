/** Money that a provider charged or refunded differently from the request. The only functions that write `payment_discrepancies`. */
import { formatMoney, type Currency, type PaymentId, type PaymentProvider, type RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, notFound, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { closeConflictsOnRecord } from './gateway-event.store.ts';
import { asUuid } from './identify-payment.ts';
import type { PaymentRow } from './payment.locks.ts';

export interface Money {
  readonly amountCents: number;
  readonly currency: Currency;
}
export interface Statement {
  readonly paymentId: PaymentId;
  /** Null for a charge. */
  readonly refundId: RefundId | null;
  /** Reference of the charge or refund at the provider. */
  readonly reference: string;
  readonly asked: Money;
  readonly said: Money;
}
export type Resolution = 'settled' | 'returned' | 'adopted' | 'dismissed';

export interface DiscrepancyRow {
  readonly id: string;
  readonly kind: 'wrong_charge' | 'wrong_refund';
  readonly paymentId: PaymentId;
  readonly refundId: RefundId | null;
  readonly reference: string;
  readonly askedCents: number;
  readonly saidCents: number;
  readonly saidCurrency: Currency;
  readonly returnCalled: boolean;
  /** How many refunds the provider has refused or reversed so far. */
  readonly returnsFailed: number;
  /** Reference of the refund that returned it. */
  readonly returnReference: string | null;
  readonly resolved: boolean;
}
export const discrepancyColumns = sql`id, kind, payment_id as "paymentId", refund_id as "refundId", reference, asked_cents as "askedCents", said_cents as "saidCents",
  said_currency as "saidCurrency", return_called_at is not null as "returnCalled", returns_failed as "returnsFailed", return_reference as "returnReference", resolved_at is not null as resolved`;

/** Tx step: records a discrepancy once, however often the provider repeats it; a resolved one stays resolved. */
export const recordDiscrepancy = async (tx: Tx, { paymentId, refundId, reference, asked, said }: Statement): Promise<void> => {
  await sql`
    insert into payment_discrepancies as d (id, kind, payment_id, refund_id, reference, asked_cents, asked_currency, said_cents, said_currency)
    values (${tx.ids.next()}, ${refundId === null ? 'wrong_charge' : 'wrong_refund'}, ${paymentId}, ${refundId}, ${reference}, ${asked.amountCents}, ${asked.currency}, ${said.amountCents}, ${said.currency})
    on conflict (payment_id, coalesce(refund_id, payment_id), reference, said_cents, said_currency)
    do update set seen_count = d.seen_count + 1, last_seen_at = now()`.execute(tx.db);
  if (refundId === null) await closeConflictsOnRecord(tx, { paymentId, reference, ...said });
  tx.log.error(
    { paymentId, refundId, reference, asked, said },
    `a provider was asked for ${formatMoney(asked.amountCents, asked.currency)} but reports ${formatMoney(said.amountCents, said.currency)}; staff must resolve the discrepancy`,
  );
};

/** Whether a discrepancy with this amount and charge is already recorded. */
export const isOnRecord = async (
  { db }: Pick<Core, 'db'>,
  provider: PaymentProvider,
  {
    reference,
    amountCents,
    currency,
  }: { readonly reference: string | null; readonly amountCents: number | null; readonly currency: string | null },
): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from payment_discrepancies d join payments p on p.id = d.payment_id
    where p.provider = ${provider} and d.kind = 'wrong_charge' and d.reference = ${reference} and d.said_cents = ${amountCents} and d.said_currency = ${currency}`.execute(
    db,
  );
  return rows.length > 0;
};

/** The key of a discrepancy's running or next refund: after a failed refund the next one gets a new key. */
export const returnKeyOf = ({ id, returnsFailed }: Pick<DiscrepancyRow, 'id' | 'returnsFailed'>): string =>
  returnsFailed === 0 ? id : `${id}-${returnsFailed}`;

/** The discrepancy whose refund has this key; null for any other refund id. */
const discrepancyOfKey = (key: string | null): string | null => asUuid(/^(.{36})(?:-\d+)?$/.exec(key ?? '')?.[1] ?? null);

/**
 * The wrong charges that were refunded under some refund ids: such a refund, which no order counts, has the key of the
 * discrepancy's refund in place of a refund's id. Failed refunds are included.
 */
export const findReturned = async (
  { db }: Pick<Core | Tx, 'db'>,
  refundIds: readonly (string | null)[],
): Promise<Map<string, DiscrepancyRow>> => {
  const idOf = new Map(refundIds.flatMap((key) => (key === null ? [] : [[key, discrepancyOfKey(key)] as const])));
  const ids = [...idOf.values()].filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const { rows } = await sql<DiscrepancyRow>`
    select ${discrepancyColumns} from payment_discrepancies where id = any(${ids}::uuid[]) and (return_called_at is not null or returns_failed > 0)`.execute(
    db,
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    [...idOf].flatMap(([key, id]) => {
      const row = found.get(id?.toLowerCase() ?? '');
      return row ? [[key, row] as const] : [];
    }),
  );
};

/** Whether a refund of a wrong charge of this payment was requested and not refused: the charge can then pay nothing. */
export const isGivenBack = async ({ db }: Pick<Tx, 'db'>, paymentId: PaymentId, reference: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from payment_discrepancies where payment_id = ${paymentId} and refund_id is null and reference = ${reference}
      and return_called_at is not null limit 1`.execute(db);
  return rows.length > 0;
};

/** Whether a charge is, or was, listed as a wrong charge. */
export const isWrongCharge = async ({ db }: Pick<Core, 'db'>, provider: PaymentProvider, reference: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from payment_discrepancies d join payments p on p.id = d.payment_id
    where p.provider = ${provider} and d.kind = 'wrong_charge' and d.reference = ${reference} limit 1`.execute(db);
  return rows.length > 0;
};

/** Whether a charge without a payment of this shop was decided by staff, or is listed as a wrong charge. */
export const isDealtWith = async ({ db }: Pick<Core, 'db'>, provider: PaymentProvider, reference: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from payment_discrepancies d join payments p on p.id = d.payment_id
    where p.provider = ${provider} and d.kind = 'wrong_charge' and d.reference = ${reference}
    union all select 1 from gateway_events where provider = ${provider} and gateway_reference = ${reference} and outcome in ('orphaned', 'conflicting')
      and resolved_at is not null limit 1`.execute(db);
  return rows.length > 0;
};

/** Reads a discrepancy without a lock. Throws `NOT_FOUND`. */
export const getDiscrepancy = async ({ db }: Pick<Core, 'db'>, id: string): Promise<DiscrepancyRow> => {
  const { rows } =
    await sql<DiscrepancyRow>`select ${discrepancyColumns} from payment_discrepancies where id = ${asUuid(id)}::uuid`.execute(db);
  if (!rows[0]) throw notFound('This discrepancy');
  return rows[0];
};

/** Tx step on a locked discrepancy: records that a refund is requested, under the key of `returnKeyOf`. */
export const startReturn = async (tx: Tx, { id }: DiscrepancyRow): Promise<void> => {
  await sql`update payment_discrepancies set return_called_at = coalesce(return_called_at, now()) where id = ${id}`.execute(tx.db);
};

/**
 * Tx step: records that the provider refused the refund, so the charge is as before. Changes nothing when that refund
 * was already ended: another one may be running.
 */
export const endReturn = async (tx: Tx, { id, returnsFailed }: Pick<DiscrepancyRow, 'id' | 'returnsFailed'>): Promise<void> => {
  await sql`
    update payment_discrepancies set return_called_at = null, returns_failed = returns_failed + 1
    where id = ${id} and returns_failed = ${returnsFailed} and resolved_at is null`.execute(tx.db);
};

export interface End {
  readonly resolution: Resolution;
  readonly actor: Actor;
  readonly note: string | null;
  readonly returnReference?: string;
}
/** Tx step: closes a discrepancy. */
export const closeDiscrepancy = async (tx: Tx, id: string, { resolution, actor, note, returnReference }: End): Promise<void> => {
  const returned = returnReference ?? null;
  await sql`
    update payment_discrepancies set resolution = ${resolution}, resolved_at = now(), resolved_by = ${actorName(actor)}, note = ${note},
      return_reference = ${returned}, return_called_at = case when ${returned}::text is null then return_called_at else coalesce(return_called_at, now()) end
    where id = ${id} and resolved_at is null`.execute(tx.db);
};

/** Tx step: closes the discrepancies of a charge or refund that now matches the request. */
export const settleDiscrepancies = async (
  tx: Tx,
  { paymentId, refundId, reference }: Pick<Statement, 'paymentId' | 'refundId' | 'reference'>,
  actor: Actor,
): Promise<void> => {
  await sql`
    update payment_discrepancies set resolution = 'settled', resolved_at = now(), resolved_by = ${actorName(actor)}
    where payment_id = ${paymentId} and refund_id is not distinct from ${refundId}::uuid and reference = ${reference} and resolved_at is null
      and return_called_at is null`.execute(tx.db);
};

/**
 * The refundable amount of a wrong charge: the excess if the payment uses the same charge, otherwise all of it. Zero
 * when nothing can be refunded in the currency of the charge.
 */
export const returnableCents = (
  { reference, saidCents, saidCurrency }: Pick<DiscrepancyRow, 'reference' | 'saidCents' | 'saidCurrency'>,
  { capturedCents, gatewayReference, currency }: Pick<PaymentRow, 'capturedCents' | 'gatewayReference' | 'currency'>,
): number => {
  if (capturedCents === 0 || gatewayReference !== reference) return saidCents;
  return saidCurrency === currency ? Math.max(0, saidCents - capturedCents) : 0;
};
