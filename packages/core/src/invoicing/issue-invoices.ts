import type { Tx } from '../kernel/index.ts';
import { insertInvoices, type Billed, type IssuedInvoice } from './invoice.store.ts';

/**
 * Tx step: issues the invoice of each order or edit that was just paid, numbered in the given order, in one statement for any number. It
 * takes the last lock of its transaction: the row of the series.
 */
export const issueInvoices = async (tx: Tx, orders: readonly Billed[]): Promise<IssuedInvoice[]> => {
  const invoices = await insertInvoices(tx, orders);
  for (const { id, orderId, number } of invoices) tx.outbox.add('invoice.issued', id, { invoiceId: id, orderId, number });
  return invoices;
};
