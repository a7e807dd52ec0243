/** Checks everything that the settings name, for the command line: what works, what does not, and what to do about it. */
import { openDatabase, pendingMigrations, type OpenDatabase } from '@cartwright/db';
import { Redis } from 'ioredis';
import { assertSecretOpens, createSealer, SecretMismatch, type CoreConfig } from '../kernel/index.ts';
import { hasAdministrator } from '../accounts/index.ts';
import { migrateCommand } from './open-gate.ts';

/** One finding about the installation. */
export interface InstallationCheck {
  readonly state: 'ok' | 'warn' | 'fail';
  /** The finding in one line. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const ok = (text: string): InstallationCheck => ({ state: 'ok', text });
const warn = (text: string, remedy: string): InstallationCheck => ({ state: 'warn', text, remedy });
const fail = (text: string, remedy: string): InstallationCheck => ({ state: 'fail', text, remedy });
const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));

const oldestMajor = 15;

const checkVersion = async ({ pool }: OpenDatabase): Promise<InstallationCheck> => {
  const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version') as version`);
  const version = rows[0]?.version ?? 'unknown';
  return Number.parseInt(version, 10) >= oldestMajor
    ? ok(`DATABASE_URL: PostgreSQL ${version} answers`)
    : fail(`DATABASE_URL: PostgreSQL ${version} is too old`, `Use PostgreSQL ${oldestMajor} or newer.`);
};

const checkMigrations = async (database: OpenDatabase): Promise<InstallationCheck> => {
  const pending = await pendingMigrations(database);
  return pending.length === 0
    ? ok('the database is migrated')
    : fail(`the database lacks ${pending.length} migrations`, `Run: ${migrateCommand}`);
};

const checkSecret = async ({ kysely }: OpenDatabase, config: CoreConfig): Promise<InstallationCheck> => {
  try {
    await assertSecretOpens({ db: kysely, sealer: createSealer(config.secret) });
    return ok('CARTWRIGHT_SECRET opens the database');
  } catch (error) {
    if (!(error instanceof SecretMismatch)) throw error;
    return fail('CARTWRIGHT_SECRET does not open the database', error.message);
  }
};

const checkAdministrator = async ({ kysely }: OpenDatabase): Promise<InstallationCheck> =>
  (await hasAdministrator({ db: kysely }))
    ? ok('the shop has an administrator')
    : warn('the shop has no administrator', 'Run: npm run cartwright -- create-admin');

const checkDatabase = async (config: CoreConfig): Promise<InstallationCheck[]> => {
  const database = await openDatabase({
    url: config.databaseUrl,
    poolSize: 2,
    applicationName: 'cartwright-doctor',
    statementTimeoutMs: 5_000,
  });
  try {
    const reached = [await checkVersion(database), await checkMigrations(database), await checkSecret(database, config)];
    return reached[1]?.state === 'ok' ? [...reached, await checkAdministrator(database)] : reached;
  } catch (error) {
    return [fail(`DATABASE_URL: ${sentenceOf(error)}`, 'Start that server, or correct DATABASE_URL.')];
  } finally {
    await database.close();
  }
};

/** Queues lose jobs when Redis evicts keys because it is full. */
const checkRedis = async (url: string): Promise<InstallationCheck> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
  });
  // The failing command reports the same error.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
    if (policy === 'noeviction' || policy === undefined) return ok('REDIS_URL: Redis answers and evicts nothing');
    return fail(
      `REDIS_URL: maxmemory-policy is ${policy}, so a full Redis throws jobs of the queues away`,
      'Set maxmemory-policy to noeviction in redis.conf.',
    );
  } catch (error) {
    return fail(`REDIS_URL: ${sentenceOf(error)}`, 'Start that server, or correct REDIS_URL.');
  } finally {
    redis.disconnect();
  }
};

const checkMail = async (config: CoreConfig): Promise<InstallationCheck> => {
  if (!config.smtpUrl)
    return config.environment === 'production'
      ? warn('SMTP_URL is not set: mails stay in the mailbox of the admin', 'Set SMTP_URL to send them.')
      : ok('SMTP_URL is not set: mails stay in the mailbox of the admin');
  try {
    const { verifySmtp } = await import('../notifications/channels/smtp.channel.ts');
    await verifySmtp(config.smtpUrl);
    return ok('SMTP_URL: the mail server answers and lets the shop in');
  } catch (error) {
    return fail(`SMTP_URL: ${sentenceOf(error)}`, 'Correct SMTP_URL: smtp://user:password@host:587 or smtps://user:password@host:465.');
  }
};

/** Runs every check of the installation. Changes nothing and shows no passwords. */
export const checkInstallation = async (config: CoreConfig): Promise<InstallationCheck[]> => [
  ...(await checkDatabase(config)),
  config.redisUrl ? await checkRedis(config.redisUrl) : ok('REDIS_URL is not set: queues are in PostgreSQL'),
  await checkMail(config),
];
