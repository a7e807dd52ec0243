/** The one-time set-up of a shop without an administrator, with a token that only the log of the API shows. */
import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import {
  claimInstallation,
  DomainError,
  isSameToken,
  limitMisses,
  readSetupNonce,
  renewSetupNonce,
  system,
  transact,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { lockAdministrators } from './account.locks.ts';
import { hasAdministrator, openAdminAccount } from './create-admin.ts';
import { assertStaffPassword, hashPassword } from './password.ts';

type C = ShopContract['auth'];

/** How many wrong tokens a network address may send, and in which time. */
const misses = { most: 10, seconds: 600 };
/** 128 bits in hex: short enough to be copied from a log. */
const tokenLength = 32;

const tokenOf = async (core: Pick<Core | Tx, 'db' | 'sealer'>): Promise<string | null> => {
  const nonce = await readSetupNonce(core);
  return nonce === null ? null : core.sealer.derive('setup', nonce).slice(0, tokenLength);
};

const assertOpen = async (core: Pick<Core | Tx, 'db'>): Promise<void> => {
  if (await hasAdministrator(core))
    throw new DomainError('NOT_FOUND', 'This shop has an administrator already, so its set-up page is closed. Sign in instead.');
};

/** Whether the shop still needs its first administrator. */
export const getSetup = async (core: Core): Promise<z.output<C['setup']['output']>> => ({ open: !(await hasAdministrator(core)) });

/** Throws `SETUP_TOKEN_INVALID`, and `RATE_LIMITED` after ten wrong tokens of an address in ten minutes, right or wrong. */
const assertToken = async (core: Core, token: string, ip: string): Promise<void> => {
  const limit = {
    ...misses,
    key: `setup:${ip}`,
    isMiss: (error: unknown) => error instanceof DomainError && error.code === 'SETUP_TOKEN_INVALID',
    what: 'set-up tokens that are not valid',
  };
  await limitMisses(core, limit, () => compareToken(core, token));
};

const compareToken = async (core: Core, token: string): Promise<void> => {
  const expected = await tokenOf(core);
  if (expected === null || !isSameToken(token, expected)) {
    // Another request may have used the token since this one began; the set-up is then closed.
    await assertOpen(core);
    throw new DomainError('SETUP_TOKEN_INVALID', 'The set-up token is wrong. The latest API log shows the right one.', {
      fields: [{ path: 'token', message: 'is not the set-up token' }],
    });
  }
};

/**
 * Creates the account of the first administrator, the owner. Of several concurrent calls, one succeeds.
 * @throws NOT_FOUND - the shop has an administrator already
 * @throws SETUP_TOKEN_INVALID, WEAK_PASSWORD, EMAIL_TAKEN, RATE_LIMITED
 */
export const createOwner = async (
  core: Core,
  { token, password, ...owner }: z.output<C['createOwner']['input']>,
  ip: string,
): Promise<z.output<C['createOwner']['output']>> => {
  await assertOpen(core);
  await assertToken(core, token, ip);
  await assertStaffPassword(password, [owner.email, owner.firstName, owner.lastName]);
  const passwordHash = await hashPassword(password);
  await transact(core, async (tx) => {
    await lockAdministrators(tx);
    await assertOpen(tx);
    await openAdminAccount(tx, system('setup'), { ...owner, passwordHash });
    // If the shop ever has no administrator again, the token in the present log stays invalid.
    await renewSetupNonce(tx);
  });
  return { ok: true };
};

/** Logs the address of the set-up page with its token, as long as the shop has no administrator. */
export const announceSetup = async (core: Core): Promise<void> => {
  if (await hasAdministrator(core)) return;
  await claimInstallation(core);
  const url = `${core.config.publicUrl.replace(/\/$/, '')}/admin/setup#token=${await tokenOf(core)}`;
  core.log.warn(`This shop has no administrator yet. Make the first one at ${url} or with: npm run cartwright -- create-admin`);
};
