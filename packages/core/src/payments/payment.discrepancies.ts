/** Money that a provider charged or refunded differently from the request. `discrepancy.store.ts` writes it. */
import { formatMoney, type Currency, type PaymentId, type PaymentProvider, type RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Core, type Tx } from '../kernel/index.ts';
import { insertDiscrepancy, type Statement } from './discrepancy.store.ts';
import { closeConflictsOnRecord } from './gateway-event.store.ts';
import { asUuid } from './identify-payment.ts';
import type { PaymentRow } from './payment.locks.ts';

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
export const recordDiscrepancy = async (tx: Tx, statement: Statement): Promise<void> => {
  const { paymentId, refundId, reference, asked, said } = statement;
  await insertDiscrepancy(tx, statement);
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
