/** The audit log: who changed what, with both states. */
import { sql } from 'kysely';
import { actorName, type Actor } from './actor.ts';
import type { Tx } from './core.ts';

export interface AuditedChange {
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Tx step: keeps who changed what, with both states. */
export const writeAudit = async (tx: Tx, actor: Actor, change: AuditedChange): Promise<void> => {
  await sql`
    insert into audit_log (id, actor, action, subject_type, subject_id, "before", "after")
    values (${tx.ids.next()}, ${actorName(actor)}, ${change.action}, ${change.subjectType}, ${change.subjectId}, ${JSON.stringify(change.before)}::jsonb,
      ${JSON.stringify(change.after)}::jsonb)`.execute(tx.db);
};
