import { migrateDatabase } from '@cartwright/db';
import { orderRestoredEvents } from '../events/index.ts';
import { assertSecretOpens, claimInstallation, type Core } from '../kernel/index.ts';

/**
 * Brings the database of a shop up to date, ties it to the secret and orders the events of a restored backup, in this
 * order: a wrong secret is refused before anything is changed. Of several concurrent processes, one migrates and the
 * others wait.
 * @throws SecretMismatch
 */
export const migrateShop = async (core: Core): Promise<{ applied: string[] }> => {
  await assertSecretOpens(core);
  const done = await migrateDatabase(core.config.databaseUrl);
  await claimInstallation(core);
  await orderRestoredEvents(core);
  return done;
};
