/** Reads of sessions. */
import type { Database } from '@cartwright/db';
import type { SelectQueryBuilder } from 'kysely';
import { now, type Core } from '../kernel/index.ts';

type OpenSessions = SelectQueryBuilder<Database & { s: Database['sessions']; u: Database['users'] }, 's' | 'u', object>;

/** The sessions `s` that have not ended, with their accounts `u`. */
export const selectOpenSessions = (db: Core['db']): OpenSessions =>
  db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.userId')
    .where('s.revokedAt', 'is', null)
    .where('s.expiresAt', '>', now);
