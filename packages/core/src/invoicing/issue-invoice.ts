/** Tx steps that number and write invoices and credit notes. The last lock of their transaction: the series row. */
import type { InvoiceId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** The next number of this year's series, without gaps: a rolled-back transaction gives its number back. */
const nextNumber = async (tx: Tx, prefix: 'INV' | 'CN'): Promise<{ series: string; sequence: number; number: string }> => {
  const { rows } = await sql<{ series: string; sequence: number }>`
    insert into invoice_series as s (series, last_number) values (${prefix} || '-' || to_char(now() at time zone 'UTC', 'YYYY'), 1)
    on conflict (series) do update set last_number = s.last_number + 1 returning series, last_number as sequence`.execute(tx.db);
  const row = rows[0];
  if (!row) throw new Error('The invoice series gave no number');
  return { ...row, number: `${row.series}-${String(row.sequence).padStart(6, '0')}` };
};

/** Issues the one invoice of an order that was just paid. */
export const issueInvoice = async (
  tx: Tx,
  order: { id: OrderId; currency: string; totalCents: number; taxCents: number },
): Promise<{ id: InvoiceId; number: string }> => {
  const id = tx.ids.next<InvoiceId>();
  const { series, sequence, number } = await nextNumber(tx, 'INV');
  await tx.db
    .insertInto('invoices')
    .values({
      id,
      series,
      sequence,
      number,
      order_id: order.id,
      currency: order.currency,
      net_cents: order.totalCents - order.taxCents,
      tax_cents: order.taxCents,
      total_cents: order.totalCents,
    })
    .execute();
  tx.outbox.add('invoice.issued', id, { invoiceId: id, orderId: order.id, number });
  return { id, number };
};

/** Issues the credit note that belongs to a processed refund. Orders without an invoice get none. */
export const issueCreditNote = async (tx: Tx, refund: { id: string; orderId: OrderId; amountCents: number }): Promise<void> => {
  const invoice = await tx.db.selectFrom('invoices').select('id').where('order_id', '=', refund.orderId).executeTakeFirst();
  if (!invoice) return;
  const { series, sequence, number } = await nextNumber(tx, 'CN');
  await tx.db
    .insertInto('credit_notes')
    .values({ id: tx.ids.next(), series, sequence, number, invoice_id: invoice.id, refund_id: refund.id, total_cents: refund.amountCents })
    .execute();
};
