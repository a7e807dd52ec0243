/** Tx steps that issue invoices. The last lock of their transaction: the series row. */
import type { Tx } from '../kernel/index.ts';
import { insertInvoices, type Billed, type IssuedInvoice } from './invoice.store.ts';

/** Issues the invoice of each order or edit that was just paid, numbered in the given order, in one statement for any number. */
export const issueInvoices = async (tx: Tx, orders: readonly Billed[]): Promise<IssuedInvoice[]> => {
  const invoices = await insertInvoices(tx, orders);
  for (const { id, orderId, number } of invoices) tx.outbox.add('invoice.issued', id, { invoiceId: id, orderId, number });
  return invoices;
};

/** `issueInvoices` for one. */
export const issueInvoice = async (tx: Tx, order: Billed): Promise<void> => {
  await issueInvoices(tx, [order]);
};
