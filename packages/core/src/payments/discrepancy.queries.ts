/** Money that a provider charged or refunded differently from the request. `discrepancy.store.ts` writes it. */
import type { Currency, PaymentId, PaymentProvider, RefundId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import type { ExpressionBuilder } from 'kysely';
import { anyId, literals, notFound, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { asUuid } from './identify-payment.ts';
import { readCharges, type ChargeRow } from './payment.row.ts';

/** A recorded discrepancy. */
export interface StoredDiscrepancy {
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

/** The columns of a `StoredDiscrepancy`. */
export const discrepancyColumns = (eb: ExpressionBuilder<Database, 'payment_discrepancies'>) =>
  [
    'id',
    'kind',
    eb.ref('paymentId').$castTo<PaymentId>().as('paymentId'),
    eb.ref('refundId').$castTo<RefundId | null>().as('refundId'),
    'reference',
    'askedCents',
    'saidCents',
    eb.ref('saidCurrency').$castTo<Currency>().as('saidCurrency'),
    eb('returnCalledAt', 'is not', null).$castTo<boolean>().as('returnCalled'),
    'returnsFailed',
    'returnReference',
    eb('resolvedAt', 'is not', null).$castTo<boolean>().as('resolved'),
  ] as const;

/** The discrepancies of a charge that differs from its request. */
const wrongCharges = ({ db }: Pick<Core, 'db'>, provider: PaymentProvider, reference: string) =>
  db
    .selectFrom('payment_discrepancies as d')
    .innerJoin('payments as p', 'p.id', 'd.paymentId')
    .select((eb) => eb.lit(1).as('found'))
    .where('p.provider', '=', provider)
    .where('d.kind', '=', 'wrong_charge')
    .where('d.reference', '=', reference);

/** Whether a discrepancy with this amount and charge is already recorded. */
export const isOnRecord = async (
  core: Pick<Core, 'db'>,
  provider: PaymentProvider,
  {
    reference,
    amountCents,
    currency,
  }: { readonly reference: string | null; readonly amountCents: number | null; readonly currency: string | null },
): Promise<boolean> => {
  if (reference === null || amountCents === null || currency === null) return false;
  const row = await wrongCharges(core, provider, reference)
    .where('d.saidCents', '=', amountCents)
    .where('d.saidCurrency', '=', currency)
    .executeTakeFirst();
  return row !== undefined;
};

/** The key of a discrepancy's running or next refund: after a failed refund the next one gets a new key. */
export const returnKeyOf = ({ id, returnsFailed }: Pick<StoredDiscrepancy, 'id' | 'returnsFailed'>): string =>
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
): Promise<Map<string, StoredDiscrepancy>> => {
  const idOf = new Map(refundIds.flatMap((key) => (key === null ? [] : [[key, discrepancyOfKey(key)] as const])));
  const ids = [...idOf.values()].filter((id) => id !== null);
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('payment_discrepancies')
    .select(discrepancyColumns)
    .where('id', '=', anyId(ids))
    .where((eb) => eb.or([eb('returnCalledAt', 'is not', null), eb('returnsFailed', '>', 0)]))
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    [...idOf].flatMap(([key, id]) => {
      const row = found.get(id?.toLowerCase() ?? '');
      return row ? [[key, row] as const] : [];
    }),
  );
};

/** Whether a charge is, or was, listed as a wrong charge. */
export const isWrongCharge = async (core: Pick<Core, 'db'>, provider: PaymentProvider, reference: string): Promise<boolean> =>
  (await wrongCharges(core, provider, reference).limit(1).executeTakeFirst()) !== undefined;

/** Whether a charge without a payment of this shop was decided by staff, or is listed as a wrong charge. */
export const isDealtWith = async (core: Pick<Core, 'db'>, provider: PaymentProvider, reference: string): Promise<boolean> => {
  const decided = core.db
    .selectFrom('gateway_events')
    .select((eb) => eb.lit(1).as('found'))
    .where('provider', '=', provider)
    .where('gatewayReference', '=', reference)
    .where('outcome', 'in', literals('orphaned', 'conflicting'))
    .where('resolvedAt', 'is not', null);
  return (await wrongCharges(core, provider, reference).unionAll(decided).limit(1).executeTakeFirst()) !== undefined;
};

/** A wrong charge, and the payment that it was made for. */
export interface WrongCharge {
  readonly discrepancy: StoredDiscrepancy;
  readonly payment: ChargeRow;
}
/** Reads the wrong charges among some discrepancies, by the id of the discrepancy. */
export const readWrongCharges = async (reader: Pick<Reader, 'db'>, ids: readonly string[]): Promise<Map<string, WrongCharge>> => {
  if (ids.length === 0) return new Map();
  const discrepancies = await reader.db
    .selectFrom('payment_discrepancies')
    .select(discrepancyColumns)
    .where('id', '=', anyId(ids))
    .where('kind', '=', 'wrong_charge')
    .execute();
  const payments = await readCharges(reader, discrepancies);
  return new Map(
    payments.flatMap((payment) => {
      const discrepancy = discrepancies[payment.place - 1];
      return discrepancy ? [[discrepancy.id, { discrepancy, payment }]] : [];
    }),
  );
};

/** Reads a discrepancy without a lock. Throws `NOT_FOUND`. */
export const getDiscrepancy = async ({ db }: Pick<Core, 'db'>, id: string): Promise<StoredDiscrepancy> => {
  const key = asUuid(id);
  const row = key && (await db.selectFrom('payment_discrepancies').select(discrepancyColumns).where('id', '=', key).executeTakeFirst());
  if (!row) throw notFound('This discrepancy', id);
  return row;
};
