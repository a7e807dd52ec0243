export { writeAudit, writeAudits, type AuditedChange, type Author } from './write-audit.ts';
