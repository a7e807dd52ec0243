/** Writes `invoice_series`, `invoices` and `credit_notes`. The series row is the last lock of its transaction. */
import type { Currency, InvoiceId, OrderEditId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { columnsAs, type Tx } from '../kernel/index.ts';

/**
 * SQL: the next numbers of this year's series, without gaps: a rolled-back transaction gives its numbers back. `sequence` is the last of
 * them. Takes none while the part `onlyIf` of the same statement has no row.
 */
const takeNumbers = (prefix: 'INV' | 'CN', count: number, onlyIf?: 'invoice' | 'note') =>
  sql<{ series: string; sequence: number }>`(
  insert into invoice_series as s (series, last_number) select ${prefix} || '-' || to_char(now() at time zone 'UTC', 'YYYY'), ${count}::int
    ${sql.raw(onlyIf ? `where exists (select 1 from ${onlyIf})` : '')}
  on conflict (series) do update set last_number = s.last_number + excluded.last_number
  returning series, last_number as sequence)`;
const numberOf = sql<string>`series || '-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0')`;

/** What is invoiced. */
export interface Billed {
  readonly id: OrderId;
  /** The edit that is invoiced; null for the order as it was placed. */
  readonly orderEditId?: OrderEditId;
  readonly currency: Currency;
  readonly totalCents: number;
  readonly taxCents: number;
}
/** An invoice that was issued. */
export interface IssuedInvoice {
  readonly id: InvoiceId;
  readonly orderId: OrderId;
  readonly number: string;
  readonly issuedAt: Date;
}

/** Inserts one invoice for each order or edit, numbered in the given order, in one statement. Returns them in the same order. */
export const insertInvoices = async (tx: Tx, orders: readonly Billed[]): Promise<IssuedInvoice[]> => {
  const bills = orders.map((order) => ({ ...order, invoiceId: tx.ids.next<InvoiceId>() }));
  const { rows } = await sql<{ id: InvoiceId; number: string; issuedAt: Date }>`
    with last as ${takeNumbers('INV', bills.length)},
    next as (
      select b.*, last.series, last.sequence - ${bills.length}::int + b.n as sequence from last, unnest(
        ${bills.map((b) => b.invoiceId)}::uuid[], ${bills.map((b) => b.id)}::uuid[], ${bills.map((b) => b.orderEditId ?? null)}::uuid[],
        ${bills.map((b) => b.currency)}::text[], ${bills.map((b) => b.totalCents)}::bigint[], ${bills.map((b) => b.taxCents)}::bigint[])
        with ordinality as b(id, order_id, order_edit_id, currency, total_cents, tax_cents, n))
    insert into invoices (id, series, sequence, number, order_id, order_edit_id, currency, net_cents, tax_cents, total_cents)
    select id, series, sequence, ${numberOf}, order_id, order_edit_id, currency, total_cents - tax_cents, tax_cents, total_cents from next
    returning ${columnsAs<'invoices'>('invoices', ['id', 'number', 'issuedAt'])}`.execute(tx.db);
  const issued = new Map(rows.map((row) => [row.id, row]));
  return bills.map(({ invoiceId: id, id: orderId }) => {
    const invoice = issued.get(id);
    if (!invoice) throw new Error('The invoice series returned no number');
    return { ...invoice, orderId };
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
  await tx.db
    .with('invoice', (cte) =>
      cte
        .selectFrom('invoices')
        .select('id')
        .where('orderId', '=', cause.orderId)
        .where((eb) => eb('orderEditId', 'is not distinct from', eb.val(editId))),
    )
    .with('next', () => takeNumbers('CN', 1, 'invoice'))
    .insertInto('credit_notes')
    .columns(['id', 'series', 'sequence', 'number', 'invoiceId', 'refundId', 'movementId', 'totalCents'])
    .expression((eb) =>
      eb
        .selectFrom(['next', 'invoice'])
        .select([
          eb.val(tx.ids.next()).as('id'),
          'series',
          'sequence',
          numberOf.as('number'),
          'invoice.id as invoiceId',
          eb.cast<string>(eb.val(refundId), 'uuid').as('refundId'),
          eb.cast<string>(eb.val(movementId), 'uuid').as('movementId'),
          eb.val(cause.amountCents).as('totalCents'),
        ]),
    )
    .execute();
};

/**
 * Reverses the credit note of a refund that failed after it was processed. The reversal is a numbered document of its
 * own over the same amount, because an issued document never changes. A refund without a credit note gets none.
 */
export const reverseCreditNote = async (tx: Tx, refundId: string): Promise<void> => {
  await tx.db
    .with('note', (cte) =>
      cte
        .selectFrom('credit_notes as n')
        .select(['n.id', 'n.invoiceId', 'n.totalCents'])
        .where('n.refundId', '=', refundId)
        .where((eb) => eb.not(eb.exists(eb.selectFrom('credit_notes as r').select('r.id').whereRef('r.reversesId', '=', 'n.id')))),
    )
    .with('next', () => takeNumbers('CN', 1, 'note'))
    .insertInto('credit_notes')
    .columns(['id', 'series', 'sequence', 'number', 'invoiceId', 'reversesId', 'totalCents'])
    .expression((eb) =>
      eb
        .selectFrom(['next', 'note'])
        .select([
          eb.val(tx.ids.next()).as('id'),
          'series',
          'sequence',
          numberOf.as('number'),
          'note.invoiceId',
          'note.id as reversesId',
          'note.totalCents',
        ]),
    )
    .execute();
};
