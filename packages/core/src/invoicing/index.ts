export { listInvoices } from './invoice.queries.ts';
export { issueCreditNote, issueInvoice } from './issue-invoice.ts';
