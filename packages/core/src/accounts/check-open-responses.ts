import { scopesOfRole, type Role, type Scope, type User } from '@cartwright/contracts';
import { anyId, DomainError, lacksScope, type Core } from '../kernel/index.ts';
import { selectOpenSessions } from './session.queries.ts';

interface SessionRow {
  readonly id: string;
  readonly role: Role;
  readonly accountStatus: User['accountStatus'];
}

/** What a session must have for a response that is still being streamed: be open, and hold a scope where one is given. */
export interface OpenResponse {
  readonly sessionId: string;
  readonly scope: Scope | null;
}

/**
 * Checks the sessions of all open responses in one statement, and returns for each why it must end: `INVALID_TOKEN` for
 * a session that has ended, `ACCOUNT_INACTIVE`, `FORBIDDEN` for a scope that the account no longer has; null for one
 * that may continue. An expired access token does not matter: the session counts.
 */
export const checkOpenResponses = async (core: Core, open: readonly OpenResponse[]): Promise<(DomainError | null)[]> => {
  const ids = [...new Set(open.map(({ sessionId }) => sessionId))];
  const rows = await selectOpenSessions(core.db).select(['s.id', 'u.role', 'u.accountStatus']).where('s.id', '=', anyId(ids)).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return open.map(({ sessionId, scope }) => refusalOf(byId.get(sessionId), scope));
};

const refusalOf = (session: SessionRow | undefined, scope: Scope | null): DomainError | null => {
  if (!session) return new DomainError('INVALID_TOKEN', 'The session has ended. Sign in again.');
  if (session.accountStatus !== 'active')
    return new DomainError('ACCOUNT_INACTIVE', `This account is ${session.accountStatus}. Ask the shop to reactivate it.`);
  if (scope !== null && !scopesOfRole[session.role].includes(scope)) return lacksScope(scope);
  return null;
};
