/** What decides about a capture beside the payment's own row: a part of the statements that lock or read payments. */
import type { PaymentId, PaymentStatus } from '@cartwright/contracts';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { literals } from '../kernel/index.ts';

/** What decides about a capture. */
export interface CaptureFacts {
  /** The other payment that the charge belongs to. */
  readonly owner: { readonly id: PaymentId; readonly orderNumber: string } | null;
  /** Whether another attempt at the same order or edit is active, while this one has failed or was voided. */
  readonly replaced: boolean;
  /** Whether a refund of the charge was requested because it differed from the request, and the provider has not refused it. */
  readonly refundRequested: boolean;
  /** Whether the edit that the payment is for waits for it. */
  readonly editWaits: boolean;
}

const activeStatuses = literals<PaymentStatus>('pending', 'authorized', 'captured', 'partially_refunded', 'disputed');

/** SQL: whether the payment with the alias `alias` is active: undecided or paid, and not superseded. */
export const isActivePayment = (alias: string): RawBuilder<SqlBool> =>
  sql`${sql.ref(`${alias}.superseded_at`)} is null and ${sql.ref(`${alias}.status`)} in (${sql.join(activeStatuses)})`;

/** SQL: the columns of `CaptureFacts`, of payments with the alias `p` and their charges with the alias `c`. */
export const captureFacts = sql`
  (select json_build_object('id', x.id, 'orderNumber', o.order_number) from payments x join orders o on o.id = x.order_id
    where x.provider = p.provider and x.gateway_reference = c.reference and x.id <> p.id) as owner,
  p.status <> 'pending' and exists (select 1 from payments x where x.order_id = p.order_id and x.id <> p.id
    and x.order_edit_id is not distinct from p.order_edit_id and ${isActivePayment('x')}) as replaced,
  exists (select 1 from payment_discrepancies d where d.payment_id = p.id and d.refund_id is null and d.reference = c.reference
    and d.return_called_at is not null) as "refundRequested",
  exists (select 1 from order_edits e where e.id = p.order_edit_id and e.status = 'awaiting_payment') as "editWaits"`;
