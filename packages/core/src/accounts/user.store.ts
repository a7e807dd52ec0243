/** Writes `users`. Personal fields are sealed for their row. */
import type { Role, UserId } from '@cartwright/contracts';
import { now, type Sealer, type Tx } from '../kernel/index.ts';

/** An account to create. */
export interface NewUser {
  readonly id: UserId;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly passwordHash: string;
  readonly role: Role;
}

const toRow = (sealer: Sealer, user: NewUser) => ({
  id: user.id,
  emailSealed: sealer.seal(['users', 'email_sealed', user.id], user.email),
  emailIndex: sealer.index('email', user.email.toLowerCase()),
  firstNameSealed: sealer.seal(['users', 'first_name_sealed', user.id], user.firstName),
  lastNameSealed: sealer.seal(['users', 'last_name_sealed', user.id], user.lastName),
  passwordHash: user.passwordHash,
  role: user.role,
});

/** Inserts one or more accounts, except for those whose e-mail address has an account. Returns the ids of the inserted ones. */
export const insertUsers = async ({ db, sealer }: Pick<Tx, 'db' | 'sealer'>, users: readonly NewUser[]): Promise<UserId[]> => {
  const inserted = await db
    .insertInto('users')
    .values(users.map((user) => toRow(sealer, user)))
    .onConflict((oc) => oc.column('emailIndex').doNothing())
    .returning('id')
    .execute();
  return inserted.map(({ id }) => id as UserId);
};

/** Makes an account an administrator and replaces its password. */
export const promoteUser = async ({ db }: Pick<Tx, 'db'>, userId: UserId, passwordHash: string): Promise<void> => {
  await db.updateTable('users').set({ role: 'admin', passwordHash, updatedAt: now }).where('id', '=', userId).execute();
};

/** Records a sign-in; with `rehashed`, replaces the hash of the password. */
export const markSignedIn = async ({ db }: Pick<Tx, 'db'>, userId: UserId, rehashed: string | null): Promise<void> => {
  await db
    .updateTable('users')
    .set({ lastLoginAt: now, ...(rehashed !== null && { passwordHash: rehashed }) })
    .where('id', '=', userId)
    .execute();
};
