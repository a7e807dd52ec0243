/** The lock on the installation. */
import { lockName } from './advisory.locks.ts';
import type { Tx } from './core.ts';

/** Tx step: serialises the first starts of processes on an empty shop. */
export const lockInstallation = (tx: Tx): Promise<void> => lockName(tx, 'cartwright.installation');
