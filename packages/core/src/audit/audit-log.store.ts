/** Writes `audit_log`: its entries are only inserted. */
import { actorName, rowsAs, type Actor, type Tx } from '../kernel/index.ts';

/** Who made a change: an actor, or a payment provider in whose dashboard it was made. */
export type Author = Actor | `provider:${string}`;

/** A change, with the state before and after it. */
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
  const rows = changes.map(({ action, subjectType, subjectId, before, after }) => ({
    id: tx.ids.next(),
    action,
    subjectType,
    subjectId,
    before,
    after,
  }));
  const written = rowsAs('r', rows, {
    id: 'uuid',
    action: 'text',
    subjectType: 'text',
    subjectId: 'text',
    before: 'jsonb',
    after: 'jsonb',
  });
  await tx.db
    .insertInto('audit_log')
    .columns(['id', 'actor', 'action', 'subjectType', 'subjectId', 'before', 'after'])
    .expression(({ selectFrom, val }) =>
      selectFrom(written).select(['r.id', val(name).as('actor'), 'r.action', 'r.subjectType', 'r.subjectId', 'r.before', 'r.after']),
    )
    .execute();
};
