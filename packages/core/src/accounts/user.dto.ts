/** Rows of accounts -> contract shapes. */
import { scopesOfRole, type Role, type User, type UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createFieldReader, type Reader, type Sealer } from '../kernel/index.ts';

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
const columns = sql`id, email_sealed as "emailSealed", first_name_sealed as "firstNameSealed", last_name_sealed as "lastNameSealed", password_hash as "passwordHash", role,
  account_status as "accountStatus", email_verified as "emailVerified", customer_group as "customerGroup", created_at as "createdAt"`;

export const findUserByEmail = async ({ db, sealer }: Pick<Reader, 'db' | 'sealer'>, email: string): Promise<UserRow | null> =>
  (await sql<UserRow>`select ${columns} from users where email_index = ${sealer.index('email', email.toLowerCase())}`.execute(db))
    .rows[0] ?? null;
export const findUserById = async ({ db }: Pick<Reader, 'db'>, id: UserId): Promise<UserRow | null> =>
  (await sql<UserRow>`select ${columns} from users where id = ${id}`.execute(db)).rows[0] ?? null;

/** Throws `UNREADABLE_VALUE`. */
export const openEmail = (sealer: Sealer, row: Pick<UserRow, 'id' | 'emailSealed'>): string =>
  sealer.open(['users', 'email_sealed', row.id], row.emailSealed);

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
