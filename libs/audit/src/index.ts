export { type Act, Audit, auditInsert, type AuditRow, auditValues } from './audit.js';
export { AUDIT_EVENTS, type AuditEventName, OUTCOME } from './audit-events.js';
export { AuditModule } from './audit.module.js';
export { type AuditedObject, type AuditInput, AuditRecord } from './audit-record.js';
export { AUDIT_MIGRATIONS } from './migrations.js';
