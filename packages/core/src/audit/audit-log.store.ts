/** Writes `audit_log`: its entries are only inserted. */
import { sql } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';

/** Who made a change: an actor, or a payment provider in whose dashboard it was made. */
export type Author = Actor | `provider:${string}`;

export interface AuditedChange {
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Tx step: records who changed what, with the state before and after. */
export const writeAudit = (tx: Tx, actor: Author, change: AuditedChange): Promise<void> => writeAudits(tx, actor, [change]);

/** Tx step: as `writeAudit`, for several changes of one actor in one statement. */
export const writeAudits = async (tx: Tx, actor: Author, changes: readonly AuditedChange[]): Promise<void> => {
  if (changes.length === 0) return;
  const name = typeof actor === 'string' ? actor : actorName(actor);
  const rows = changes.map((change) => ({ id: tx.ids.next(), ...change }));
  await sql`
    insert into audit_log (id, actor, action, subject_type, subject_id, "before", "after")
    select id, ${name}, action, "subjectType", "subjectId", "before", "after"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(id uuid, action text, "subjectType" text, "subjectId" text, "before" jsonb, "after" jsonb)`.execute(tx.db);
};
