/** Makes a process wait until its database is reachable, migrated and belongs to the secret of the process. */
import { pendingMigrations } from '@cartwright/db';
import { assertSecretOpens, claimInstallation, DomainError, isDatabaseUnavailable, SecretMismatch, type Core } from '../kernel/index.ts';
import { orderRestoredEvents } from '../events/index.ts';
import { migrateShop } from './migrate-shop.ts';

/** The command that brings the database of a shop up to date. */
export const migrateCommand = 'npm run cartwright -- migrate up';

/** The reason why a shop cannot be served yet, with a sentence for its operator. */
export interface Obstacle {
  readonly kind: 'database' | 'migrations';
  readonly message: string;
}

/** What a process waits at until its database can be used. */
export interface Gate {
  /** The present obstacle; null once the shop can be served, until `lookAgain` finds one. */
  readonly obstacle: Obstacle | null;
  /** Resolves when the shop can be served for the first time. Rejects with `SecretMismatch` when the secret does not match. */
  readonly opened: Promise<void>;
  /**
   * Checks a shop that is being served once more, because a statement missed a table or a column: another database may
   * have taken the place of this one. Runs at most once a minute, so that a defect is still reported as one. Never
   * migrates.
   *
   * @param why the error of the statement; logged with each check, because it may be a defect after all.
   * @returns whether a check runs, or an obstacle exists already.
   */
  lookAgain(why: unknown): boolean;
  /** Stops checking. */
  close(): void;
}

/** What the gate does about an obstacle, and how often it looks. */
export interface GateOptions {
  /** Migrates the database instead of waiting for it to be migrated. */
  readonly migrate?: boolean;
  /** The interval of the checks in milliseconds; 1000 by default. */
  readonly everyMs?: number;
}

const lookAt = async (core: Core, migrate: boolean): Promise<Obstacle | null> => {
  const pending = await pendingMigrations(core.database);
  if (pending.length === 0) {
    await claimInstallation(core);
    await orderRestoredEvents(core);
    return null;
  }
  if (migrate) {
    const { applied } = await migrateShop(core);
    core.log.info({ applied }, 'the database was migrated');
    return null;
  }
  await assertSecretOpens(core);
  const missing = `${pending.length} ${pending.length === 1 ? 'migration' : 'migrations'}`;
  const message = `The database lacks ${missing}. The operator runs: ${migrateCommand}`;
  return { kind: 'migrations', message };
};

/**
 * Checks once that the database is migrated and that the secret opens it.
 * @throws NOT_MIGRATED
 * @throws SecretMismatch
 */
export const assertServable = async (core: Core): Promise<void> => {
  const obstacle = await lookAt(core, false);
  if (obstacle) throw new DomainError('NOT_MIGRATED', obstacle.message);
};

const againMs = 60_000;

const findObstacle = async (core: Core, migrate: boolean, known: Obstacle | null): Promise<Obstacle | null> => {
  try {
    return await lookAt(core, migrate);
  } catch (error) {
    if (error instanceof SecretMismatch) throw error;
    const refused = error instanceof Error ? error.message : String(error);
    const message = `The database cannot be used: ${refused || 'no answer'}. DATABASE_URL names it.`;
    if (!isDatabaseUnavailable(error) && message !== known?.message) core.log.error({ err: error }, 'the database cannot be used');
    return { kind: 'database', message };
  }
};

/**
 * Checks the database of a shop once before it returns, and then repeatedly while something blocks it. Each obstacle is
 * logged when it first appears.
 * @throws SecretMismatch
 */
export const openGate = async (core: Core, { migrate = false, everyMs = 1_000 }: GateOptions = {}): Promise<Gate> => {
  const opened = Promise.withResolvers<void>();
  // A caller that does not wait for the promise must not be ended by its rejection.
  opened.promise.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let obstacle: Obstacle | null = null;
  let wasOpen = false;
  let looking = false;
  let lastLook = 0;
  const find = async (): Promise<Obstacle | null> => {
    if (!wasOpen) return findObstacle(core, migrate, obstacle);
    return findObstacle(core, false, obstacle).catch((error: unknown) => {
      // A process that already serves requests refuses them instead of ending.
      if (!(error instanceof SecretMismatch)) throw error;
      return { kind: 'database', message: error.message };
    });
  };
  const look = async (): Promise<void> => {
    const found = await find();
    if (closed) return;
    if (found && found.message !== obstacle?.message) core.log.warn({ obstacle: found.kind }, `not ready, waiting. ${found.message}`);
    obstacle = found;
    if (!found) {
      wasOpen = true;
      opened.resolve();
    } else timer = setTimeout(() => void look().catch(opened.reject), everyMs);
  };
  await look();
  return {
    get obstacle() {
      return obstacle;
    },
    opened: opened.promise,
    lookAgain: (why) => {
      if (obstacle !== null || closed) return true;
      if (looking) return true;
      if (Date.now() - lastLook < againMs) return false;
      lastLook = Date.now();
      looking = true;
      core.log.warn({ err: why }, 'a statement missed a table or a column; the database is checked again');
      look()
        .catch((error: unknown) => core.log.error({ err: error }, 'the database could not be checked again'))
        .finally(() => (looking = false));
      return true;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
