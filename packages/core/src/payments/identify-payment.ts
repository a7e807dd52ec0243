import { formatMoney, type PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { uuidPattern, type GatewayNotice, type Reader } from '../kernel/index.ts';
import { isAskedFor, type Capture } from './capture.policy.ts';
import { paymentColumns, type PaymentRow } from './payment.row.ts';

/** The fields of an event that identify its payment. */
export type NoticeNames = Pick<
  GatewayNotice,
  'subject' | 'reference' | 'paymentId' | 'orderId' | 'objectReference' | 'refundId' | 'amountCents' | 'currency' | 'foreign'
>;

/**
 * `none`: no field names a payment of this shop. `payment`: every field that names one agrees on it; `otherReference` when it is known by
 * another reference than the event's, so that the provider must say whether both are one charge. `conflict`: the fields disagree.
 */
export type Identified =
  | { readonly kind: 'none' }
  | { readonly kind: 'payment'; readonly payment: PaymentRow; readonly otherReference: boolean }
  | { readonly kind: 'conflict'; readonly reason: string };

type Named = PaymentRow & { readonly by: 'reference' | 'payment' | 'record'; readonly recordCents: number | null };

/** An id from a provider or a caller, in a form that the database accepts; null for one that no row can have. */
export const asUuid = (id: string | null): string | null => (id !== null && uuidPattern.test(id.toLowerCase()) ? id : null);

/** Finds the payment that an event is about. All fields that name a payment must agree on one, also its order, amount and currency. */
export const identifyPayment = async ({ db }: Pick<Reader, 'db'>, provider: PaymentProvider, names: NoticeNames): Promise<Identified> => {
  const { rows } = await sql<Named>`
    with named as (
      select id, 'reference' as by, null::bigint as cents from payments
        where provider = ${provider} and gateway_reference = ${names.reference}
      union all select id, 'payment', null from payments where id = ${asUuid(names.paymentId)}::uuid
      union all select payment_id, 'record', amount_cents from refunds where id = ${asUuid(names.refundId)}::uuid
      union all select payment_id, 'record', amount_cents from refunds where gateway_reference = ${names.objectReference}
      union all select payment_id, 'record', null from disputes where gateway_reference = ${names.objectReference})
    select named.by, named.cents as "recordCents", ${paymentColumns} from named join payments p on p.id = named.id`.execute(db);
  const [payment] = rows;
  if (!payment) return { kind: 'none' };
  const reason = findMismatch(provider, names, payment, rows);
  if (reason) return { kind: 'conflict', reason: `${reason} ${describeConflict(names, rows)}` };
  return {
    kind: 'payment',
    payment,
    otherReference: names.reference !== null && payment.gatewayReference !== null && names.reference !== payment.gatewayReference,
  };
};

const findMismatch = (provider: PaymentProvider, names: NoticeNames, payment: PaymentRow, rows: readonly Named[]): string | null => {
  if (names.foreign) return 'The event belongs to another account of the provider, or to the other mode (test or live).';
  if (new Set(rows.map((row) => row.id)).size > 1) return 'The event names more than one payment.';
  if (payment.provider !== provider) return `The payment was made through ${payment.provider}, not through ${provider}.`;
  if (names.paymentId !== null && !rows.some((row) => row.by === 'payment')) return 'The event names a payment that does not exist.';
  if (names.orderId !== null && names.orderId !== payment.orderId) return 'The event names another order than the payment.';
  if (names.subject === 'dispute') return null;
  if (names.currency !== null && names.currency !== payment.currency) return 'The event names another currency than the payment.';
  const held = names.subject === 'charge' ? payment.amountCents : rows.find((row) => row.recordCents !== null)?.recordCents;
  if (names.amountCents !== null && held !== undefined && held !== null && held !== names.amountCents)
    return `The event names another amount than the ${names.subject === 'charge' ? 'payment' : 'refund'}.`;
  return null;
};

/** Both sides of a conflict, for staff to compare. */
const describeConflict = (names: NoticeNames, rows: readonly Named[]): string => {
  const said = [
    names.reference && `charge ${names.reference}`,
    names.objectReference && `${names.subject ?? 'object'} ${names.objectReference}`,
    names.refundId && `refund id ${names.refundId}`,
    names.paymentId && `payment ${names.paymentId}`,
    names.orderId && `order ${names.orderId}`,
    names.amountCents !== null && names.currency !== null && formatMoney(names.amountCents, names.currency),
  ].filter(Boolean);
  const payments = [...new Map(rows.map((row) => [row.id, row])).values()];
  const held = payments.map(
    (p) =>
      `payment ${p.id} of order ${p.orderNumber} for ${formatMoney(p.amountCents, p.currency)}, charge ${p.gatewayReference ?? 'unknown'}`,
  );
  return `The event contains: ${said.join(', ')}. This shop has: ${held.join('; ')}.`;
};

/** Why a capture does not match the payment; null when it matches. */
export const captureConflict = (
  payment: Pick<PaymentRow, 'id' | 'amountCents' | 'currency' | 'orderNumber'>,
  capture: Pick<Capture, 'capturedCents' | 'currency'>,
): string | null => {
  if (isAskedFor(payment, capture)) return null;
  const [charged, requested] = [formatMoney(capture.capturedCents, capture.currency), formatMoney(payment.amountCents, payment.currency)];
  return `The provider charged ${charged}. Payment ${payment.id} of order ${payment.orderNumber} requested ${requested}.`;
};
