import type { Currency, InvoiceId, OrderId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hasScope, offsetOf, requireUser, toPage, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['invoices'];

/** A page of invoices, newest first: all for staff, their own for customers. */
export const listInvoices = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  const owner = hasScope(actor, 'payments:read') ? null : requireUser(actor).userId;
  const { rows } = await sql<{
    id: InvoiceId;
    number: string;
    orderId: OrderId;
    orderNumber: string;
    currency: Currency;
    totalCents: number;
    storeCreditCents: number;
    issuedAt: Date;
    totalCount: number;
  }>`
    select i.id, i.number, i.order_id as "orderId", o.order_number as "orderNumber", i.currency, i.total_cents as "totalCents", case when i.order_edit_id is null then o.store_credit_cents else 0 end as "storeCreditCents", i.issued_at as "issuedAt", count(*) over () as "totalCount"
    from invoices i join orders o on o.id = i.order_id where (${owner}::uuid is null or o.user_id = ${owner})
    order by i.issued_at desc, i.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => ({ ...row, issuedAt: row.issuedAt.toISOString() })),
    rows[0]?.totalCount ?? 0,
  );
};
