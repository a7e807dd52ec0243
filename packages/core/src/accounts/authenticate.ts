import { scopesOfRole, type User, type UserId } from '@cartwright/contracts';
import { DomainError, notFound, requireUser, type Actor, type Core, type UserActor } from '../kernel/index.ts';
import { verifyAccessToken } from './access-token.ts';
import { selectOpenSessions } from './session.queries.ts';
import { findUserById, openEmail, toUser } from './user.dto.ts';

/**
 * The actor behind a bearer token. Role and status are read from the database, so a demoted or
 * suspended account loses its powers at once. Throws `INVALID_TOKEN` or `ACCOUNT_INACTIVE`.
 */
export const authenticate = async (core: Core, bearer: string, cartToken: string | null = null): Promise<UserActor> => {
  const { userId, sessionId, expiresAt } = await verifyAccessToken(core, bearer);
  const account = await selectOpenSessions(core.db)
    .select(['u.role', 'u.accountStatus', 'u.customerGroup'])
    .where('s.id', '=', sessionId)
    .where('s.userId', '=', userId)
    .executeTakeFirst();
  if (!account) throw new DomainError('INVALID_TOKEN', 'The session has ended. Sign in again.');
  if (account.accountStatus !== 'active')
    throw new DomainError('ACCOUNT_INACTIVE', `This account is ${account.accountStatus}. Ask the shop to reactivate it.`);
  return {
    kind: 'user',
    userId,
    role: account.role,
    scopes: new Set(scopesOfRole[account.role]),
    sessionId,
    customerGroup: account.customerGroup,
    accessExpiresAt: expiresAt,
    cartToken,
  };
};

/** The signed-in account. */
export const getMe = async (core: Core, actor: Actor): Promise<User> => {
  const row = await findUserById(core, requireUser(actor).userId);
  if (!row) throw notFound('This account');
  return toUser(core.sealer, row);
};

/** What the access token that was sent grants. */
export const verifyToken = async (_core: Core, actor: Actor) => {
  const { userId, role, scopes, accessExpiresAt } = requireUser(actor);
  return { userId, role, scopes: [...scopes], expiresAt: accessExpiresAt.toISOString() };
};

/** The e-mail address of a signed-in actor; null for guests. */
const getMailAddress = async (core: Core, actor: Actor): Promise<string | null> => {
  if (actor.kind !== 'user') return null;
  const row = await findUserById(core, actor.userId);
  return row && openEmail(core.sealer, row);
};

/** What a guest needs an e-mail address for. */
type MailPurpose = 'order' | 'join the waiting room';

/** The e-mail address that a buyer gave, or that of their account. Throws `INVALID_INPUT` for a guest who gave none. */
export const requireMailAddress = async (core: Core, actor: Actor, given: string | undefined, purpose: MailPurpose): Promise<string> => {
  const email = given ?? (await getMailAddress(core, actor));
  if (email) return email;
  throw new DomainError('INVALID_INPUT', `A guest must give an e-mail address to ${purpose}.`, {
    fields: [{ path: 'email', message: 'is required for guests' }],
  });
};

/** How to address an account by mail; null when it is gone. The address is null when it cannot be read. */
export const findRecipient = async (
  core: Pick<Core, 'db' | 'sealer'>,
  userId: UserId,
): Promise<{ email: string | null; firstName: string } | null> => {
  const row = await findUserById(core, userId);
  if (!row) return null;
  const { email, firstName } = toUser(core.sealer, row);
  return { email, firstName: firstName ?? '' };
};
