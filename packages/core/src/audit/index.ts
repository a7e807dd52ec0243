export { writeAudit, writeAudits, type AuditedChange, type Author } from './audit-log.store.ts';
