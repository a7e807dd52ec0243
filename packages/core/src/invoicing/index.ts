export { listInvoices } from './invoice.queries.ts';
export { issueCreditNote, reverseCreditNote } from './invoice.store.ts';
export { issueInvoice, issueInvoices } from './issue-invoice.ts';
