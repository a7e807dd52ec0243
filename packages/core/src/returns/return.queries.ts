import type { Currency, OrderId, OrderReturnId, RefundStatus, ReturnStatus, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { offsetOf, requireScope, toPage, type Actor, type Core, createFieldReader, type Sealer } from '../kernel/index.ts';

type C = ShopContract['returns']['list'];
interface SummaryRow {
  readonly id: OrderReturnId;
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly currency: Currency;
  readonly units: number;
  readonly status: ReturnStatus;
  readonly reasonSealed: string;
  readonly decisionNote: string | null;
  readonly requestedBy: string;
  readonly refundCents: number;
  readonly refundStatus: RefundStatus | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly receivedAt: Date | null;
  readonly dueAt: Date | null;
  readonly writtenOffAt: Date | null;
  readonly totalCount: number;
}

/** A page of returns, newest first, for staff. */
export const listReturns = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'orders:read');
  const { status = null, createdFrom = null } = input;
  const { rows } = await sql<SummaryRow>`
    select b.id, b.order_id as "orderId", o.order_number as "orderNumber", o.currency, b.status, b.reason_sealed as "reasonSealed", b.decision_note as "decisionNote",
      split_part(b.requested_by, ':', 1) as "requestedBy", b.refund_cents as "refundCents", b.created_at as "createdAt", b.decided_at as "decidedAt", b.received_at as "receivedAt", b.due_at as "dueAt", b.written_off_at as "writtenOffAt",
      (select sum(l.quantity)::int from order_return_lines l where l.return_id = b.id) as units,
      (select r.status from order_return_refunds x join refunds r on r.id = x.refund_id where x.return_id = b.id order by r.status = 'processed', r.created_at limit 1) as "refundStatus",
      count(*) over () as "totalCount"
    from order_returns b join orders o on o.id = b.order_id
    where (${status}::text is null or b.status = ${status}) and (${createdFrom}::timestamptz is null or b.created_at >= ${createdFrom})
    order by b.created_at desc, b.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  const items = rows.map(({ totalCount: _, reasonSealed, ...row }) => ({
    ...row,
    ...reasonOf(core.sealer, row.id, reasonSealed),
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    receivedAt: row.receivedAt?.toISOString() ?? null,
    dueAt: row.dueAt?.toISOString() ?? null,
    writtenOffAt: row.writtenOffAt?.toISOString() ?? null,
  }));
  return toPage(input, items, rows[0]?.totalCount ?? 0);
};

const reasonOf = (sealer: Sealer, id: string, sealed: string): { reason: string | null; unreadable: string[] } => {
  const fields = createFieldReader(sealer);
  return { reason: fields.text('reason', ['order_returns', 'reason_sealed', id], sealed), unreadable: fields.unreadable };
};
