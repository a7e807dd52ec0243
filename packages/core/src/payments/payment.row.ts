/** The row of a payment, as rules read it: with a lock from `payment.locks.ts`, or without one. */
import type {
  Currency,
  OrderEditId,
  OrderId,
  OrderStatus,
  PaymentId,
  PaymentMethodInput,
  PaymentProvider,
  PaymentStatus,
} from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { columnsAs, notFound, type Reader } from '../kernel/index.ts';
import { captureFacts, type CaptureFacts } from '../read-models/capture-facts.ts';
import { orderOfPayment } from '../read-models/order-payment.ts';

/** A payment with what its order says about it. */
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
  if (!rows[0]) throw notFound('This payment', paymentId);
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

/** Selects the payments of charges. */
export const selectCharges = (charges: readonly NamedCharge[]): RawBuilder<ChargeRow> => sql<ChargeRow>`
  select ${paymentColumns}, c.place::int, ${captureFacts}
  from unnest(${charges.map((c) => c.paymentId)}::uuid[], ${charges.map((c) => c.reference)}::text[])
    with ordinality as c(payment_id, reference, place) join payments p on p.id = c.payment_id`;

/** Reads the payments of charges without a lock. */
export const readCharges = async ({ db }: Pick<Reader, 'db'>, charges: readonly NamedCharge[]): Promise<ChargeRow[]> =>
  charges.length === 0 ? [] : (await selectCharges(charges).execute(db)).rows;

/** The attempt that an earlier request with the same key made, so that a repeat continues it. */
export const findPaymentByRequest = async ({ db }: Pick<Reader, 'db'>, requestKey: string): Promise<PaymentRow | null> => {
  const { rows } = await sql<PaymentRow>`select ${paymentColumns} from payments p where p.request_key = ${requestKey}`.execute(db);
  return rows[0] ?? null;
};

/** Whether an attempt was made with this payment method, as a repeat of its request must name. */
export const isMadeWith = (payment: Pick<PaymentRow, 'provider' | 'method' | 'token'>, wanted: PaymentMethodInput): boolean =>
  payment.provider === wanted.provider && payment.method === wanted.method && payment.token === wanted.token;
