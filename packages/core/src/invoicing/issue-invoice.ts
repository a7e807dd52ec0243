/** Tx steps that number and write invoices and credit notes. The last lock of their transaction: the series row. */
import type { InvoiceId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** The next number of this year's series, without gaps: a rolled-back transaction gives its number back. For a `with`. */
const takeNumber = (prefix: 'INV' | 'CN', where = sql``) => sql`
  insert into invoice_series as s (series, last_number) select ${prefix} || '-' || to_char(now() at time zone 'UTC', 'YYYY'), 1 ${where}
  on conflict (series) do update set last_number = s.last_number + 1
  returning series, last_number as sequence, series || '-' || lpad(last_number::text, greatest(6, length(last_number::text)), '0') as number`;

/** Issues the one invoice of an order that was just paid. */
export const issueInvoice = async (
  tx: Tx,
  order: { id: OrderId; currency: string; totalCents: number; taxCents: number },
): Promise<{ id: InvoiceId; number: string }> => {
  const id = tx.ids.next<InvoiceId>();
  const { rows } = await sql<{ number: string }>`
    with next as (${takeNumber('INV')})
    insert into invoices (id, series, sequence, number, order_id, currency, net_cents, tax_cents, total_cents)
    select ${id}, series, sequence, number, ${order.id}, ${order.currency}, ${order.totalCents - order.taxCents}, ${order.taxCents}, ${order.totalCents} from next
    returning number`.execute(tx.db);
  const number = rows[0]?.number;
  if (number === undefined) throw new Error('The invoice series gave no number');
  tx.outbox.add('invoice.issued', id, { invoiceId: id, orderId: order.id, number });
  return { id, number };
};

/** What a credit note is for: a refund that was processed, or store credit that was given back, by its movement. */
export type CreditNoteCause = { readonly orderId: OrderId; readonly amountCents: number } & (
  | { readonly refundId: string }
  | { readonly movementId: string }
);

/** Issues the credit note of money that went back. Orders without an invoice get none. */
export const issueCreditNote = async (tx: Tx, cause: CreditNoteCause): Promise<void> => {
  const [refundId, movementId] = 'refundId' in cause ? [cause.refundId, null] : [null, cause.movementId];
  await sql`
    with invoice as (select id from invoices where order_id = ${cause.orderId}),
    next as (${takeNumber('CN', sql`where exists (select 1 from invoice)`)})
    insert into credit_notes (id, series, sequence, number, invoice_id, refund_id, movement_id, total_cents)
    select ${tx.ids.next()}, series, sequence, number, invoice.id, ${refundId}::uuid, ${movementId}::uuid, ${cause.amountCents} from next, invoice`.execute(
    tx.db,
  );
};
