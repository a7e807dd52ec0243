export { listInvoices } from './invoice.queries.ts';
export { issueCreditNote, issueInvoice, issueInvoices } from './issue-invoice.ts';
