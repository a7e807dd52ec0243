/** Writes `invoice_series`, `invoices` and `credit_notes`. The series row is the last lock of its transaction. */
import type { Currency, InvoiceId, OrderEditId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** The next numbers of this year's series, without gaps: a rolled-back transaction gives its numbers back. `sequence` is the last of them. For a `with`. */
const takeNumbers = (prefix: 'INV' | 'CN', count: number, where = sql``) => sql`
  insert into invoice_series as s (series, last_number) select ${prefix} || '-' || to_char(now() at time zone 'UTC', 'YYYY'), ${count}::int ${where}
  on conflict (series) do update set last_number = s.last_number + excluded.last_number
  returning series, last_number as sequence`;
const numberOf = sql`series || '-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0')`;

export interface Billed {
  readonly id: OrderId;
  /** The edit that is invoiced; null for the order as it was placed. */
  readonly orderEditId?: OrderEditId;
  readonly currency: Currency;
  readonly totalCents: number;
  readonly taxCents: number;
}
export interface IssuedInvoice {
  readonly id: InvoiceId;
  readonly orderId: OrderId;
  readonly number: string;
}

/** Inserts one invoice for each order or edit, numbered in the given order, in one statement. Returns them in the same order. */
export const insertInvoices = async (tx: Tx, orders: readonly Billed[]): Promise<IssuedInvoice[]> => {
  const bills = orders.map((order) => ({ ...order, invoiceId: tx.ids.next<InvoiceId>() }));
  const { rows } = await sql<{ id: InvoiceId; number: string }>`
    with last as (${takeNumbers('INV', bills.length)}),
    next as (
      select b.*, last.series, last.sequence - ${bills.length}::int + b.n as sequence from last, unnest(
        ${bills.map((b) => b.invoiceId)}::uuid[], ${bills.map((b) => b.id)}::uuid[], ${bills.map((b) => b.orderEditId ?? null)}::uuid[], ${bills.map((b) => b.currency)}::text[],
        ${bills.map((b) => b.totalCents)}::bigint[], ${bills.map((b) => b.taxCents)}::bigint[])
        with ordinality as b(id, order_id, order_edit_id, currency, total_cents, tax_cents, n))
    insert into invoices (id, series, sequence, number, order_id, order_edit_id, currency, net_cents, tax_cents, total_cents)
    select id, series, sequence, ${numberOf}, order_id, order_edit_id, currency, total_cents - tax_cents, tax_cents, total_cents from next
    returning id, number`.execute(tx.db);
  const numbers = new Map(rows.map((row) => [row.id, row.number]));
  return bills.map(({ invoiceId: id, id: orderId }) => {
    const number = numbers.get(id);
    if (number === undefined) throw new Error('The invoice series returned no number');
    return { id, orderId, number };
  });
};

/** The reason of a credit note: a processed refund, or restored store credit, by its movement. */
export type CreditNoteCause = { readonly orderId: OrderId; readonly amountCents: number } & (
  | { readonly refundId: string; readonly orderEditId: OrderEditId | null }
  | { readonly movementId: string }
);

/** Issues the credit note of refunded money, on the invoice of the refunded payment. Money that was never invoiced gets none. */
export const issueCreditNote = async (tx: Tx, cause: CreditNoteCause): Promise<void> => {
  const [refundId, movementId, editId] = 'refundId' in cause ? [cause.refundId, null, cause.orderEditId] : [null, cause.movementId, null];
  await sql`
    with invoice as (select id from invoices where order_id = ${cause.orderId} and order_edit_id is not distinct from ${editId}::uuid),
    next as (${takeNumbers('CN', 1, sql`where exists (select 1 from invoice)`)})
    insert into credit_notes (id, series, sequence, number, invoice_id, refund_id, movement_id, total_cents)
    select ${tx.ids.next()}, series, sequence, ${numberOf}, invoice.id, ${refundId}::uuid, ${movementId}::uuid, ${cause.amountCents} from next, invoice`.execute(
    tx.db,
  );
};

/**
 * Reverses the credit note of a refund that failed after it was processed. The reversal is a numbered document of its
 * own over the same amount, because an issued document never changes. A refund without a credit note gets none.
 */
export const reverseCreditNote = async (tx: Tx, refundId: string): Promise<void> => {
  await sql`
    with note as (select id, invoice_id, total_cents from credit_notes n where refund_id = ${refundId}
      and not exists (select 1 from credit_notes r where r.reverses_id = n.id)),
    next as (${takeNumbers('CN', 1, sql`where exists (select 1 from note)`)})
    insert into credit_notes (id, series, sequence, number, invoice_id, reverses_id, total_cents)
    select ${tx.ids.next()}, series, sequence, ${numberOf}, note.invoice_id, note.id, note.total_cents from next, note`.execute(tx.db);
};
