/** Invoices of orders. */
import { z } from 'zod';
import { cents, instant, pageInput, pageOf, orderNumber } from './common.ts';
import { currency } from './currency.ts';
import { invoiceId, orderId } from './ids.ts';
import { query } from './procedure.ts';

export const invoiceSummarySchema = z
  .object({
    id: invoiceId,
    /** Number of the invoice. Invoices are numbered without gaps. */
    number: z.string(),
    orderId,
    orderNumber,
    currency,
    /** Total of the invoice in `currency`, with tax. */
    totalCents: cents,
    /** Part of the total that gift cards and store credit paid. */
    storeCreditCents: cents,
    /** When the invoice was issued. */
    issuedAt: instant,
  })
  .meta({ id: 'InvoiceSummary' });
export const invoicesContract = {
  list: query({
    summary: 'Invoices, newest first',
    description: 'Customers get their own invoices; staff with `payments:read` get all.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/invoices' },
    input: z.strictObject({ ...pageInput }),
    output: pageOf(invoiceSummarySchema),
  }),
} as const;
