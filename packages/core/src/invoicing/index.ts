export { listInvoices } from './invoice.queries.ts';
export { issueCreditNote, reverseCreditNote } from './invoice.store.ts';
export { issueInvoices } from './issue-invoices.ts';
