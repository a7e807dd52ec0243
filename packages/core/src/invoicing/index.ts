export { listInvoices } from './invoice.queries.ts';
export { issueCreditNote, issueInvoice, issueInvoices, reverseCreditNote } from './issue-invoice.ts';
