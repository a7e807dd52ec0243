/** Rows of accounts -> contract shapes. */
import { scopesOfRole, type Role, type User, type UserId } from '@cartwright/contracts';
import { createFieldReader, type Reader, type Sealer } from '../kernel/index.ts';

/** The row of an account. */
export interface UserRow {
  readonly id: UserId;
  readonly emailSealed: string;
  readonly firstNameSealed: string;
  readonly lastNameSealed: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly accountStatus: User['accountStatus'];
  readonly emailVerified: boolean;
  readonly customerGroup: string | null;
  readonly createdAt: Date;
}

const selectUsers = (db: Reader['db']) =>
  db
    .selectFrom('users')
    .select([
      'id',
      'emailSealed',
      'firstNameSealed',
      'lastNameSealed',
      'passwordHash',
      'role',
      'accountStatus',
      'emailVerified',
      'customerGroup',
      'createdAt',
    ])
    .$narrowType<{ id: UserId }>();

/** The account with an e-mail address; null when there is none. */
export const findUserByEmail = async ({ db, sealer }: Pick<Reader, 'db' | 'sealer'>, email: string): Promise<UserRow | null> => {
  const emailIndex = sealer.index('email', email.toLowerCase());
  return (await selectUsers(db).where('emailIndex', '=', emailIndex).executeTakeFirst()) ?? null;
};
/** The account with an id; null when there is none. */
export const findUserById = async ({ db }: Pick<Reader, 'db'>, id: UserId): Promise<UserRow | null> =>
  (await selectUsers(db).where('id', '=', id).executeTakeFirst()) ?? null;

/** Throws `UNREADABLE_VALUE`. */
export const openEmail = (sealer: Sealer, row: Pick<UserRow, 'id' | 'emailSealed'>): string =>
  sealer.open(['users', 'email_sealed', row.id], row.emailSealed);

/** The account as the contract shows it, with its sealed fields opened. */
export const toUser = (sealer: Sealer, row: UserRow): User => {
  const fields = createFieldReader(sealer);
  return {
    id: row.id,
    email: fields.text('email', ['users', 'email_sealed', row.id], row.emailSealed),
    firstName: fields.text('firstName', ['users', 'first_name_sealed', row.id], row.firstNameSealed),
    lastName: fields.text('lastName', ['users', 'last_name_sealed', row.id], row.lastNameSealed),
    unreadable: fields.unreadable,
    role: row.role,
    scopes: [...scopesOfRole[row.role]],
    accountStatus: row.accountStatus,
    emailVerified: row.emailVerified,
    customerGroup: row.customerGroup,
    createdAt: row.createdAt.toISOString(),
  };
};
