import type { Role, ShopContract, UserId } from '@cartwright/contracts';
import type { z } from 'zod';
import { transact, type Actor, type Core } from '../kernel/index.ts';
import { assertStrongPassword, hashPassword } from './password.ts';
import { findUserByEmail } from './user.dto.ts';
import { insertUsers } from './user.store.ts';

type C = ShopContract['auth']['register'];

/**
 * Creates a customer account. Returns the same result, after the same work, when the address already has an account;
 * its owner is informed by mail. Throws `WEAK_PASSWORD`.
 */
export const registerCustomer = async (core: Core, _actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  await assertStrongPassword(input.password, [input.email, input.firstName, input.lastName]);
  const passwordHash = await hashPassword(input.password);
  await openAccount(core, { ...input, passwordHash, role: 'customer' });
  return { ok: true };
};

/** Opens a staff account; only the command line and seeds may. Returns false when the address is taken. */
export const createStaff = async (
  core: Core,
  input: { email: string; password: string; firstName: string; lastName: string; role: Role },
): Promise<boolean> => openAccount(core, { ...input, passwordHash: await hashPassword(input.password) });

const openAccount = (
  core: Core,
  account: { email: string; firstName: string; lastName: string; passwordHash: string; role: Role },
): Promise<boolean> =>
  transact(core, async (tx) => {
    const userId = tx.ids.next<UserId>();
    const [inserted] = await insertUsers(tx, [{ id: userId, ...account }]);
    if (inserted) {
      tx.outbox.add('user.registered', userId, { userId });
      return true;
    }
    const owner = await findUserByEmail(tx, account.email);
    if (owner) tx.outbox.add('user.registration_repeated', owner.id, { userId: owner.id });
    return false;
  });
