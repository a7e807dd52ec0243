/** Administrators: how the first one is created, and how the command line adds others. */
import type { UserId } from '@cartwright/contracts';
import { writeAudit } from '../audit/index.ts';
import { DomainError, requireScope, taken, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockAdministrators } from './account.locks.ts';
import { assertStaffPassword, hashPassword } from './password.ts';
import { revokeSession } from './sessions.ts';
import { findUserByEmail, type UserRow } from './user.dto.ts';
import { insertUsers, promoteUser } from './user.store.ts';

/** An administrator to create. */
export interface NewAdmin {
  readonly email: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** Whether an account of an administrator exists, whatever its status. */
export const hasAdministrator = async ({ db }: Pick<Core | Tx, 'db'>): Promise<boolean> => {
  const admin = await db.selectFrom('users').select('id').where('role', '=', 'admin').limit(1).executeTakeFirst();
  return admin !== undefined;
};

/** Whether there is an account of anybody. */
export const hasAccounts = async ({ db }: Pick<Core | Tx, 'db'>): Promise<boolean> =>
  (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;

const audit = (tx: Tx, actor: Actor, action: 'admin.created' | 'admin.promoted', userId: UserId, before: object | null) =>
  writeAudit(tx, actor, { action, subjectType: 'user', subjectId: userId, before, after: { role: 'admin' } });

const emailTaken = ({ role }: UserRow): DomainError => {
  const options = { fields: [{ path: 'email', message: 'already has an account' }], details: { role } };
  return role === 'admin'
    ? taken('EMAIL_TAKEN', 'This address belongs to an administrator already.', 'Sign in with it, or choose another address.', options)
    : taken(
        'EMAIL_TAKEN',
        `This address belongs to a ${role} account.`,
        'Choose another address, or run create-admin with --promote on the server to make that account an administrator.',
        options,
      );
};

/**
 * Tx step: opens the account of an administrator.
 * @throws EMAIL_TAKEN - the address has an account, whose role is in the details
 */
export const openAdminAccount = async (
  tx: Tx,
  actor: Actor,
  { passwordHash, ...admin }: Omit<NewAdmin, 'password'> & { passwordHash: string },
): Promise<UserId> => {
  const id = tx.ids.next<UserId>();
  const [inserted] = await insertUsers(tx, [{ id, ...admin, passwordHash, role: 'admin' }]);
  if (!inserted) {
    const owner = await findUserByEmail(tx, admin.email);
    if (!owner) throw new Error('The account was not created, but no other account has this address');
    throw emailTaken(owner);
  }
  tx.outbox.add('user.registered', id, { userId: id });
  await audit(tx, actor, 'admin.created', id, null);
  return id;
};

/** Tx step: makes an account an administrator. Its password is replaced and its sessions end, because staff need a stronger password. */
const promote = async (tx: Tx, actor: Actor, owner: UserRow, passwordHash: string): Promise<UserId> => {
  if (owner.role === 'admin') throw emailTaken(owner);
  if (owner.accountStatus !== 'active')
    throw new DomainError(
      'ACCOUNT_INACTIVE',
      `The account with this address is ${owner.accountStatus}. Only an active account can be promoted.`,
    );
  await promoteUser(tx, owner.id, passwordHash);
  const sessions = await tx.db.selectFrom('sessions').select('id').where('userId', '=', owner.id).where('revokedAt', 'is', null).execute();
  for (const { id } of sessions) await revokeSession(tx, id, 'promoted');
  await audit(tx, actor, 'admin.promoted', owner.id, { role: owner.role });
  return owner.id;
};

/**
 * Creates the account of an administrator, or with `promote` makes the existing account with this address one. Every
 * administrator holds `users:manage`, so the first one is the owner of the shop.
 * @throws FORBIDDEN, WEAK_PASSWORD, EMAIL_TAKEN, ACCOUNT_INACTIVE
 */
export const createAdmin = async (
  core: Core,
  actor: Actor,
  { promote: mayPromote, ...admin }: NewAdmin & { readonly promote: boolean },
): Promise<{ userId: UserId; outcome: 'created' | 'promoted' }> => {
  requireScope(actor, 'users:manage');
  await assertStaffPassword(admin.password, [admin.email, admin.firstName, admin.lastName]);
  const passwordHash = await hashPassword(admin.password);
  return transact(core, async (tx) => {
    await lockAdministrators(tx);
    const owner = mayPromote ? await findUserByEmail(tx, admin.email) : null;
    if (owner) return { userId: await promote(tx, actor, owner, passwordHash), outcome: 'promoted' };
    return { userId: await openAdminAccount(tx, actor, { ...admin, passwordHash }), outcome: 'created' };
  });
};
